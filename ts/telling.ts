import type { ToHandlers, ToSession } from './calls.js';
import type { Messenger } from './notifications.js';
import { Deferred } from './session/deferred.js';
import type { QueuedEntry } from './session/entryqueue.js';
import type { Notice } from './session/notice.js';
import { unpack } from './thrown.js';
import { Uplink } from './uplink.js';

/** What handlers of this thread tell the kernel, over the port to their session. */
export class Telling implements Messenger {
  readonly #post: (message: ToSession) => void;
  readonly #caller: () => number | undefined;
  readonly #pending = new Map<number, Deferred<unknown>>();
  readonly #uplink = new Uplink((packed) => this.#send(packed));
  #lastId = 0;
  #arrived = new Deferred<void>();
  #isClosed = false;

  /** @param caller the call whose handler runs. */
  constructor(post: (message: ToSession) => void, caller: () => number | undefined) {
    this.#post = post;
    this.#caller = caller;
  }

  #checkOpen(call: string): void {
    if (this.#isClosed) throw new Error(`${call}(): the session is closed`);
  }

  async deliver(notice: Notice): Promise<unknown> {
    this.#checkOpen(notice.call);
    const telling = new Deferred<unknown>();
    const id = ++this.#lastId;
    this.#pending.set(id, telling);
    this.#post({ type: 'tell', id, notice, during: this.#caller() });
    return telling.promise;
  }

  enqueue(entry: QueuedEntry): void {
    this.#checkOpen('invalidateEntryAsync');
    this.#uplink.push(entry);
  }

  async #send(packed: Uint8Array): Promise<void> {
    this.#checkOpen('invalidateEntryAsync');
    this.#arrived = new Deferred();
    this.#post({ type: 'enqueue', packed });
    await this.#arrived.promise;
  }

  /** A notice has ended. */
  told({ id, value, thrown }: ToHandlers & { readonly type: 'told' }): void {
    const telling = this.#pending.get(id);
    this.#pending.delete(id);
    if (thrown === undefined) telling?.resolve(value);
    else telling?.reject(unpack(thrown));
  }

  /** The session has the entries. */
  arrived(): void {
    this.#arrived.resolve();
  }

  /** The port is closed. */
  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#pending.values()) reject(new Error('the session is closed'));
    this.#pending.clear();
    this.#arrived.resolve();
  }
}
