import { EntryQueue, type QueuedEntry } from './session/entryqueue.js';

/**
 * The way of entries that nobody waits for to another thread: packed, one message for many, and the
 * next one when the last has arrived.
 */
export class Uplink {
  readonly #queue = new EntryQueue();
  readonly #send: (packed: Uint8Array) => Promise<unknown>;
  #isSending = false;

  /** @param send settles once the other thread has them. */
  constructor(send: (packed: Uint8Array) => Promise<unknown>) {
    this.#send = send;
  }

  push(entry: QueuedEntry): void {
    this.#queue.push(entry);
    if (this.#isSending) return;
    this.#isSending = true;
    queueMicrotask(() => void this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    try {
      for (let packed = this.#queue.takePacked(); packed; packed = this.#queue.takePacked()) {
        await this.#send(packed);
      }
    } catch {
      // Nobody serves any more, so that the kernel has nothing to forget.
      this.#queue.clear();
    } finally {
      this.#isSending = false;
    }
  }
}
