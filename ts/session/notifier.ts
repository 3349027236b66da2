import { type Caller, runningCaller } from './caller.js';
import { Delivery } from './delivery.js';
import { drain } from './drain.js';
import { EntryPump } from './entrypump.js';
import type { QueuedEntry } from './entryqueue.js';
import { Lanes } from './lanes.js';
import type { Log } from './log.js';
import type { Pointer } from './memory.js';
import { Messages } from './messages.js';
import type { Module, SessionPointer } from './module.js';
import { failureOf, type Notice } from './notice.js';
import { Outbox } from './outbox.js';
import { Retrieves } from './retrieves.js';

type Store = Notice & { readonly call: 'notifyStore' };
type Retrieve = Notice & { readonly call: 'retrieve' };

/**
 * Notices that would wait for the same lock or the same pages in the kernel come one after the
 * other, so that those of one inode keep their order, and one that is held keeps no thread from
 * delivering others. What touches attributes alone waits for nothing.
 */
function laneOf(notice: Notice): string | undefined {
  if ('parent' in notice) return `entries of ${notice.parent}`;
  const isInstant = notice.call === 'invalidateInode' && notice.offset < 0n;
  return isInstant ? undefined : `data of ${notice.inode}`;
}

/**
 * Tells the kernel of one session what it did not ask for. libfuse makes the messages here, on the
 * thread that serves; threads of the shim write them, as the kernel may hold a message until this
 * thread has answered a request.
 */
export class Notifier {
  readonly #owner: object;
  readonly #log: Log;
  readonly #messages: Messages;
  readonly #outbox: Outbox;
  readonly #retrieves: Retrieves;
  readonly #pump: EntryPump;
  readonly #lanes = new Lanes();
  readonly #pending = new Set<Delivery>();
  /** Those that came before INIT was answered. */
  #early: Delivery[] = [];
  #state: 'idle' | 'starting' | 'serving' = 'idle';

  /**
   * @param size bytes that a request may have.
   * @param owner of the session's handlers.
   */
  constructor(module: Module, session: SessionPointer, size: number, owner: object, log: Log) {
    this.#owner = owner;
    this.#log = log;
    this.#messages = new Messages(module, session, size);
    this.#outbox = new Outbox(module, session);
    this.#retrieves = new Retrieves(module, session, this.#outbox);
    this.#pump = new EntryPump(this.#outbox, this.#messages, log);
  }

  /** main() has begun. */
  expect(): void {
    this.#state = 'starting';
  }

  /** The kernel knows the filesystem, and requests are being answered. */
  start(): void {
    this.#state = 'serving';
    this.#outbox.isPaused = false;
    this.#pump.isOpen = true;
    for (const delivery of this.#early) this.#begin(delivery);
    this.#early = [];
  }

  /** main() has ended: who waits is told so, and what is queued stays for the next one. */
  pause(): void {
    this.#state = 'idle';
    this.#pump.isOpen = false;
    this.#outbox.isPaused = true;
    const unfinished = [...this.#early, ...this.#pending];
    for (const delivery of unfinished) delivery.cancel('main() has ended before it was delivered');
    this.#early = [];
    this.#retrieves.cancel();
  }

  /** Drops what is queued; once the device is closed, or before nobody answers any more. */
  close(): void {
    this.pause();
    this.#pump.clear();
    this.#outbox.close();
    drain(this.connection, this.#log);
  }

  /** The number by which other threads know it; see drain. */
  get connection(): number {
    return this.#outbox.connection;
  }

  /** See Host.post. */
  post(iov: Pointer, count: number): number {
    return this.#outbox.post(iov, count);
  }

  /** See Retrieves. */
  retrieved(cookie: number, data: Buffer): void {
    this.#retrieves.answered(cookie, data);
  }

  /** Takes an entry that nobody waits for. @throws Error when main() does not run. */
  enqueue(entry: QueuedEntry): void {
    if (this.#state === 'idle') throw new Error('invalidateEntryAsync(): main() does not run');
    this.#pump.push(entry);
  }

  /** Takes those of another thread, which has looked. */
  enqueuePacked(packed: Uint8Array): void {
    this.#pump.pushPacked(packed);
  }

  /**
   * Delivers a notice; resolves once the kernel has taken it.
   *
   * @param caller the handler that waits for it: by default the one whose code is running.
   */
  deliver(
    notice: Notice,
    caller: Pick<Caller, 'isSettled'> | undefined = this.#caller,
  ): Promise<unknown> {
    const delivery = new Delivery(notice, caller, this.#log);
    if (this.#state === 'serving') this.#begin(delivery);
    else if (this.#state === 'idle') delivery.cancel('main() does not run');
    else if (delivery.isInHandler) delivery.cancel('init of the filesystem has not ended');
    else this.#early.push(delivery);
    return delivery.promise;
  }

  /** A handler of another session does not hold this one's notices up. */
  get #caller(): Caller | undefined {
    const caller = runningCaller();
    return caller?.owner === this.#owner ? caller : undefined;
  }

  async #begin(delivery: Delivery): Promise<void> {
    this.#pending.add(delivery);
    const lane = laneOf(delivery.notice);
    const perform = () => this.#perform(delivery);
    try {
      delivery.succeed(await (lane === undefined ? perform() : this.#lanes.run(lane, perform)));
    } catch (thrown) {
      delivery.fail(thrown);
    } finally {
      this.#pending.delete(delivery);
    }
  }

  /** Before the first await, libfuse has made the first message. */
  async #perform(delivery: Delivery): Promise<unknown> {
    const { notice } = delivery;
    if (delivery.isCancelled) return;
    if (notice.call === 'notifyStore') return this.#store(delivery, notice);
    if (notice.call === 'retrieve') return this.#retrieve(delivery, notice);
    const result = await this.#send(() => this.#messages.single(notice));
    if (result < 0) throw failureOf(notice, -result);
  }

  #send(make: () => number): Promise<number> {
    return new Promise((resolve) => this.#outbox.send(make, false, resolve));
  }

  async #store(delivery: Delivery, notice: Store): Promise<void> {
    const { inode, offset, data } = notice;
    let start = 0;
    do {
      const piece = data.subarray(start, start + this.#messages.mostData);
      const make = () => this.#messages.store(inode, offset + BigInt(start), piece);
      const result = await this.#send(make);
      if (result < 0) throw failureOf(notice, -result, `after ${start} bytes were stored`);
      start += piece.length;
      delivery.stored = start;
      delivery.moved();
    } while (start < data.length && !delivery.isCancelled);
  }

  /** Ends where the kernel has no more. */
  async #retrieve(delivery: Delivery, notice: Retrieve): Promise<Buffer> {
    const { inode, offset, size } = notice;
    const pieces: Buffer[] = [];
    let got = 0;
    let wanted: number;
    do {
      const start = offset + BigInt(got);
      wanted = Math.min(size - got, this.#messages.mostDataAt(start));
      const piece = await this.#retrieves.ask(inode, start, wanted);
      if (typeof piece === 'number') throw failureOf(notice, -piece);
      // Cancelled: nobody waits any more.
      if (piece === undefined) break;
      pieces.push(piece);
      got += piece.length;
      delivery.moved();
      if (piece.length < wanted) break;
    } while (got < size);
    return Buffer.concat(pieces);
  }
}
