import { type ResourceLimits, Worker } from 'node:worker_threads';
import { type Remote, wrap } from './rpc.js';
import { releaseAutoUnmount } from './session/autounmount.js';
import { LATE, within } from './session/deadline.js';
import { drain } from './session/drain.js';
import { LOG_ERROR, standardLog } from './session/log.js';
import { severFd } from './session/shim.js';
import type { Held, WorkerServer } from './worker.js';

/** Beyond what the handlers get, for unmounting. */
const GRACE_MS = 1000;

/** The near side of one worker thread; see worker.ts for the far side. */
export class Thread {
  readonly #worker: Worker;
  readonly #remote: Remote<WorkerServer>;
  /** Rejects when the thread ends before it is told to. */
  readonly #death: Promise<never>;
  /** The kernel knows then, too, as the device is closed. */
  isDead = false;
  #held: Held | undefined;
  /** What rejects the calls that have not been answered. */
  readonly #pending = new Set<(reason: unknown) => void>();
  /** Letting go of what a dead thread held. */
  #release: Promise<void> | undefined;

  constructor(resourceLimits: ResourceLimits | undefined) {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), {
      ...(resourceLimits && { resourceLimits }),
    });
    this.#remote = wrap<WorkerServer>(this.#worker);
    this.#death = this.#deathOf(this.#worker);
    // Whoever waits for the thread hears of it.
    this.#death.catch((reason) => {
      for (const reject of this.#pending) reject(reason);
    });
  }

  /** Calls the thread; rejects when it ends instead of answering. */
  ask<T>(call: (remote: Remote<WorkerServer>) => Promise<T>): Promise<T> {
    if (this.isDead) return this.#death;
    // In a race, `#death` would remember every call, and its result, for as long as it lives.
    return new Promise((resolve, reject) => {
      const answered = call(this.#remote).then(resolve, reject);
      this.#pending.add(reject);
      answered.finally(() => this.#pending.delete(reject));
    });
  }

  /** Ends its main(); false when it is dead, or does not answer, and has been cut off. */
  async stop(timeout: number): Promise<boolean> {
    return this.#askInTime(timeout, (remote) => remote.stop(timeout));
  }

  /** Destroys its session; as `stop`. */
  async destroy(unmount: boolean, timeout: number): Promise<boolean> {
    const isDone = await this.#askInTime(timeout, (remote) => remote.destroy(unmount, timeout));
    if (isDone) this.#held = undefined;
    return isDone;
  }

  async #askInTime(
    timeout: number,
    call: (remote: Remote<WorkerServer>) => Promise<unknown>,
  ): Promise<boolean> {
    if (this.isDead) return false;
    try {
      if ((await within(timeout + GRACE_MS, this.ask(call))) !== LATE) return true;
    } catch (thrown) {
      if (!this.isDead) throw thrown;
      return false;
    }
    standardLog(LOG_ERROR, 'the thread of the handlers does not answer; ending it');
    this.sever();
    return false;
  }

  /** Takes note of what the thread holds that outlives it. */
  holds(held: Held): void {
    this.#held = held;
  }

  get device(): number {
    if (this.#held === undefined) throw new Error('this thread has no device');
    return this.#held.fd;
  }

  /**
   * Cuts the device off, also from a thread in a loop without end, or in a system call on its own
   * mount, which fails then.
   */
  sever(): void {
    if (this.#held === undefined || this.isDead) return;
    severFd(this.#held.fd);
    drain(this.#held.connection, standardLog);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
    await this.#release;
  }

  #deathOf(worker: Worker): Promise<never> {
    return new Promise((_resolve, reject) => {
      let fault: unknown;
      worker.once('error', (error) => {
        fault = error;
      });
      // Only then is its device closed.
      worker.once('exit', (code) => {
        this.isDead = true;
        if (this.#held !== undefined) {
          drain(this.#held.connection, standardLog);
          this.#release = releaseAutoUnmount(this.#held.unmounter);
        }
        reject(fault ?? new Error(`the thread of the handlers ended with exit code ${code}`));
      });
    });
  }
}
