import { readBuf, writeBuf } from './buf.js';
import type { Dispatcher } from './dispatch.js';
import { constant } from './generated/layout.js';
import type { BufPointer, Module, SessionPointer } from './module.js';
import { Task } from './task.js';

/**
 * Messages that were read by one of several sessions on a connection while they are for another
 * one: interrupts of its requests, answers to its retrieves. The kernel can't be asked to send an
 * interrupt again: it looks for the request on the very device that answers. So their bytes are
 * handed on to the other sessions.
 */
export class Strays {
  readonly #module: Module;
  readonly #session: SessionPointer;
  readonly #dispatcher: Dispatcher;
  readonly #pass: (bytes: Uint8Array) => void;
  /** For what others have read. */
  readonly #task: Task;
  readonly #size: number;

  /** @param size bytes that a request may have. */
  constructor(
    module: Module,
    session: SessionPointer,
    dispatcher: Dispatcher,
    size: number,
    pass: (bytes: Uint8Array) => void,
  ) {
    this.#module = module;
    this.#session = session;
    this.#dispatcher = dispatcher;
    this.#size = size;
    this.#pass = pass;
    this.#task = new Task(module, size);
  }

  #isStrayAnswer(buf: BufPointer): boolean {
    const whose = this.#module.exports.fw_retrieved(this.#session, buf);
    return whose === constant.FW_RETRIEVED_STRAY;
  }

  /** Passes the message in `buf`, which libfuse has processed, on if it was one. */
  look(buf: BufPointer): void {
    if (this.#module.exports.fw_drop_interrupts(this.#session) === 0) return;
    this.#pass(new Uint8Array(readBuf(this.#module, buf)));
  }

  /** Passes an answer that libfuse has not seen on; false when `buf` holds none, or its own. */
  passesOn(buf: BufPointer): boolean {
    if (!this.#isStrayAnswer(buf)) return false;
    this.#pass(new Uint8Array(readBuf(this.#module, buf)));
    return true;
  }

  /** Takes one that another session has passed on; whether it is for this one or not. */
  take(bytes: Uint8Array): void {
    if (this.#module.isClosed || bytes.length > this.#size) return;
    const { buf } = this.#task;
    writeBuf(this.#module, buf, bytes);
    if (this.#isStrayAnswer(buf)) return;
    this.#dispatcher.current = this.#task;
    try {
      this.#module.exports.fuse_session_process_buf(this.#session, buf);
    } finally {
      this.#dispatcher.current = undefined;
    }
    this.#module.exports.fw_drop_interrupts(this.#session);
  }
}
