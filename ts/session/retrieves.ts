import { Deferred } from './deferred.js';
import { constant } from './generated/layout.js';
import type { Module, RetrievePointer, SessionPointer } from './module.js';
import type { Outbox } from './outbox.js';

/** What the kernel answers: the bytes it has, perhaps none; undefined when it never will. */
type Answer = Buffer | undefined;

/** Retrieves: notifications that the kernel answers by a request. */
export class Retrieves {
  readonly #module: Module;
  readonly #session: SessionPointer;
  readonly #outbox: Outbox;
  readonly #waiting = new Map<number, Deferred<Answer>>();
  #lastCookie = 0;

  constructor(module: Module, session: SessionPointer, outbox: Outbox) {
    this.#module = module;
    this.#session = session;
    this.#outbox = outbox;
  }

  /**
   * Asks for cached bytes from `offset` on, at most `size` and what one request holds. Resolves
   * with a number when it fails: -errno.
   */
  ask(inode: bigint, offset: bigint, size: number): Promise<Answer | number> {
    const { exports } = this.#module;
    const answer = new Deferred<Answer | number>();
    this.#lastCookie = (this.#lastCookie % constant.INT32_MAX) + 1;
    const cookie = this.#lastCookie;
    this.#waiting.set(cookie, answer as Deferred<Answer>);
    let retrieve: RetrievePointer | undefined;
    const make = () => {
      const made = exports.fuse_lowlevel_notify_retrieve(
        this.#session,
        inode,
        size,
        offset,
        cookie,
      );
      if (made >= 0) retrieve = exports.fw_newest_retrieve(this.#session);
      return made;
    };
    this.#outbox.send(make, false, (result) => {
      if (result >= 0) return;
      // libfuse waits for an answer to what it has made.
      if (retrieve !== undefined) exports.fw_drop_retrieve(retrieve);
      this.#waiting.delete(cookie);
      answer.resolve(result);
    });
    return answer.promise;
  }

  /** The kernel's answer. */
  answered(cookie: number, data: Buffer): void {
    this.#waiting.get(cookie)?.resolve(data);
    this.#waiting.delete(cookie);
  }

  /** Nobody reads answers any more. */
  cancel(): void {
    for (const answer of this.#waiting.values()) answer.resolve(undefined);
    this.#waiting.clear();
  }
}
