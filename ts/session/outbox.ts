import { SystemError } from '../errors.js';
import { constant } from './generated/layout.js';
import type { Pointer } from './memory.js';
import type { Module, SessionPointer } from './module.js';
import { closeFd, type ShimCall, shim, type Watch } from './shim.js';

/** Outcomes fetched at once. */
const MOST = 64;
/** Of one outcome: its ticket and its result. */
const WORDS = 2;

/** Gets 0 or -errno. */
type Done = (result: number) => void;

const call = (name: string) => shim[name] as ShimCall;

/**
 * Gets the shim ready to have threads that keep no file of this process open; before there are
 * files of its own mounts.
 */
export function prepareOutboxes(): void {
  call('outbox_prepare')(new Uint8Array());
}

/**
 * Messages of one session that threads of the shim write to the kernel, as none is written by a
 * thread that answers requests. Opened with the first message, over a clone of the device: closing
 * the device then ends its requests, whatever the kernel still holds of these messages.
 */
export class Outbox {
  readonly #module: Module;
  readonly #session: SessionPointer;
  /** By which other threads know it; see drain. */
  readonly connection = 1 + Math.floor(Math.random() * (constant.INT32_MAX - 1));
  readonly #outcomes = new Int32Array(MOST * WORDS);
  readonly #bytes = new Uint8Array(this.#outcomes.buffer);
  readonly #waiting = new Map<number, Done>();
  #id = 0;
  #event = -1;
  #watch: Watch | undefined;
  #isListening = false;
  #isPaused = false;
  #lastTicket = 0;
  /** Of the message that libfuse is making. */
  #ticket = 0;
  #isOrdered = false;

  constructor(module: Module, session: SessionPointer) {
    this.#module = module;
    this.#session = session;
  }

  /**
   * Has libfuse make a message, which is written in a thread of its own; or, with `isOrdered`, once
   * all such ones before it have been taken.
   *
   * @param make calls libfuse; its result is negative when there is no message.
   */
  send(make: () => number, isOrdered: boolean, done: Done): void {
    const { exports } = this.#module;
    this.#isOrdered = isOrdered;
    this.#ticket = 0;
    exports.fw_set_replies(constant.FW_REPLIES_POSTED);
    let result: number;
    try {
      result = make();
    } finally {
      exports.fw_set_replies(constant.FW_REPLIES_SENT);
    }
    if (result < 0 || this.#ticket === 0) done(result);
    else {
      this.#waiting.set(this.#ticket, done);
      this.#listen();
    }
  }

  /** libfuse writes the message: see Host.post. */
  post(iov: Pointer, count: number): number {
    if (this.#id === 0) {
      const error = this.#open();
      if (error < 0) return error;
    }
    this.#lastTicket = (this.#lastTicket % constant.INT32_MAX) + 1;
    const ordered = this.#isOrdered ? 1 : 0;
    const { bytes } = this.#module.memory;
    const result = call('outbox_post')(bytes, this.#id, this.#lastTicket, ordered, iov, count);
    if (result >= 0) this.#ticket = this.#lastTicket;
    return result;
  }

  #open(): number {
    const { exports } = this.#module;
    const fd = exports.fw_notify_device(this.#session);
    if (fd < 0) return fd;
    const id = shim.outbox(this.connection, fd);
    if (id < 0) {
      closeFd(fd);
      return id;
    }
    const event = call('outbox_event')(this.#bytes, id);
    const watch = event < 0 ? event : shim.watch(event, (status) => this.#ready(status));
    if (typeof watch === 'number') {
      if (event >= 0) closeFd(event);
      call('outbox_close')(this.#bytes, id);
      return watch;
    }
    this.#id = id;
    this.#event = event;
    this.#watch = watch;
    return 0;
  }

  #ready(status: number): void {
    if (status < 0) throw new SystemError(-status, 'poll', 'eventfd');
    let count: number;
    do {
      count = call('outbox_outcomes')(this.#bytes, this.#id, 0, MOST);
      for (let i = 0; i < count; i++) {
        const ticket = this.#outcomes[i * WORDS] as number;
        const done = this.#waiting.get(ticket);
        this.#waiting.delete(ticket);
        done?.(this.#outcomes[i * WORDS + 1] as number);
      }
    } while (count === MOST);
    this.#listen();
  }

  /** Outcomes keep the thread alive only while somebody serves. */
  set isPaused(isPaused: boolean) {
    this.#isPaused = isPaused;
    this.#listen();
  }

  #listen(): void {
    const wanted = !this.#isPaused && this.#waiting.size > 0;
    if (wanted === this.#isListening || this.#watch === undefined) return;
    this.#isListening = wanted;
    if (wanted) shim.watch_start(this.#watch);
    else shim.watch_stop(this.#watch);
  }

  /** Drops what the kernel does not hold yet; nobody hears of any outcome any more. */
  close(): void {
    this.#waiting.clear();
    if (this.#watch === undefined) return;
    shim.watch_close(this.#watch);
    this.#watch = undefined;
    closeFd(this.#event);
    call('outbox_close')(this.#bytes, this.#id);
  }
}
