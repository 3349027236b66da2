import { newBuf, startOf } from './buf.js';
import { constant } from './generated/layout.js';
import type { Pointer } from './memory.js';
import type { BufPointer, Module } from './module.js';

/**
 * One slot for one request: a buffer that the request is read into, and that is the request's until
 * it is answered. Requests that want data back carry none themselves beyond a first page, so the
 * rest of their buffer holds the reply.
 */
export class Task {
  #buf: BufPointer;
  #reply: Pointer;
  /** Bytes a reply may have. */
  readonly replySize: number;
  readonly #module: Module;
  /** Where its handler's requests count. */
  counter = 0;
  /** When its request came; see Transport. */
  receivedAt = 0;
  /** Set while a handler's promise is pending; then `onSettled` is called. */
  isPending = false;
  onSettled: () => void = () => {};

  /**
   * @param size bytes of the buffer, at least those that a request may have.
   * @param buf one for a start, when it is not to have its own.
   * @throws Error when there is no memory for another buffer.
   */
  constructor(module: Module, size: number, buf = newBuf(module, size)) {
    this.#module = module;
    this.replySize = size - constant.FUSE_BUFFER_HEADER_SIZE;
    this.#buf = buf;
    this.#reply = startOf(module, buf) + constant.FUSE_BUFFER_HEADER_SIZE;
  }

  get buf(): BufPointer {
    return this.#buf;
  }

  /** Takes another buffer of the same size, in which its next request has come. */
  hold(buf: BufPointer, reply: Pointer): void {
    this.#buf = buf;
    this.#reply = reply;
  }

  /** Where the reply's data goes. */
  get reply(): Pointer {
    return this.#reply;
  }

  /** A view of the reply's first `size` bytes. */
  replyBytes(size: number): Buffer {
    return this.#module.memory.slice(this.#reply, Math.min(size, this.replySize));
  }
}
