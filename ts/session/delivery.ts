import { errno, errnoOf } from '../errors.js';
import type { Caller } from './caller.js';
import { LOG_ERROR, type Log } from './log.js';
import { describe, failureOf, type Notice } from './notice.js';

/**
 * How long a message may be held while the handler that sent it waits. Much longer than the kernel
 * takes for one that it can deliver; callers may rely on hearing within a second.
 */
const HELD_MS = 500;

/** A notice on its way to the kernel, and whoever waits for it. */
export class Delivery {
  readonly notice: Notice;
  readonly promise: Promise<unknown>;
  readonly #caller: Pick<Caller, 'isSettled'> | undefined;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout | undefined;
  #resolve: (value: unknown) => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  #isSettled = false;
  #moves = 0;
  /** Nobody delivers it any more. */
  isCancelled = false;
  /** Of data to store: the bytes that the kernel has taken, which every error tells. */
  stored: number | undefined;

  constructor(notice: Notice, caller: Pick<Caller, 'isSettled'> | undefined, log: Log) {
    this.notice = notice;
    this.#caller = caller;
    this.#log = log;
    if (notice.call === 'notifyStore') this.stored = 0;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (this.isInHandler) this.#timer = setTimeout(() => this.#held(), HELD_MS).unref();
  }

  /** The handler that sent it has not settled: what the kernel waits for may be that handler. */
  get isInHandler(): boolean {
    return this.#caller !== undefined && !this.#caller.isSettled;
  }

  /** A part of it has been taken. */
  moved(): void {
    this.#moves++;
    this.#timer?.refresh();
  }

  #held(): void {
    const moves = this.#moves;
    // The outcome may be there, and only this thread was too busy to look.
    setImmediate(() => {
      if (this.#isSettled || !this.isInHandler || this.#moves > moves) return;
      const why = 'awaited in the handler that may hold it up; it is delivered later';
      this.fail(failureOf(this.notice, errno.EDEADLK as number, why));
    });
  }

  succeed(value: unknown): void {
    this.#settled();
    this.#resolve(value);
  }

  fail(reason: unknown): void {
    if (this.#isSettled) {
      if (!this.isCancelled) logUnheard(this.#log, reason);
      return;
    }
    this.#settled();
    const { stored } = this;
    if (stored !== undefined && reason instanceof Error) Object.assign(reason, { stored });
    this.#reject(reason);
  }

  #settled(): void {
    this.#isSettled = true;
    clearTimeout(this.#timer);
  }

  /** Nobody will deliver it any more. */
  cancel(why: string): void {
    this.isCancelled = true;
    this.fail(new Error(`${describe(this.notice)}: ${why}`));
  }
}

/**
 * Logs the failure of a notice that nobody waits for: unless the kernel just had nothing cached, or
 * it will be delivered yet.
 */
export function logUnheard(log: Log, reason: unknown): void {
  const number = errnoOf(reason);
  if (number === errno.ENOENT || number === errno.EDEADLK) return;
  log(LOG_ERROR, reason instanceof Error ? reason.message : String(reason));
}
