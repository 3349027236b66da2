import type { ResourceLimits } from 'node:worker_threads';
import { unlessHeld } from './awaited.js';
import { methods, type RemoteMethods } from './methods.js';
import { endpointOf, type Remote } from './rpc.js';
import type { Run, Service } from './service.js';
import { countdown, within } from './session/deadline.js';
import type { QueuedEntry } from './session/entryqueue.js';
import type { Notice } from './session/notice.js';
import { shareOf } from './shares.js';
import { Thread } from './thread.js';
import { Uplink } from './uplink.js';
import type { Job } from './worker.js';

/**
 * Threads that serve one session, each with handlers, libfuse and a device of its own. The first
 * one mounts, reads INIT, and answers those who attach.
 */
export class Pool implements Service {
  readonly #jobs: readonly Job[];
  readonly #remote: Remote<object> | undefined;
  readonly #closeTimeout: number;
  readonly #resourceLimits: ResourceLimits | undefined;
  #threads: readonly Thread[] = [];
  #isEnding = false;
  /** Since then the threads may hold something of the filesystem. */
  #isLoading = false;
  readonly #uplink = new Uplink((packed) => this.#first.ask('enqueue', packed));

  /**
   * @param jobs one for each thread.
   * @param remote the filesystem, when it is in another thread.
   */
  constructor(
    jobs: readonly Job[],
    closeTimeout: number,
    resourceLimits: ResourceLimits | undefined,
    remote?: Remote<object>,
  ) {
    this.#jobs = jobs;
    this.#remote = remote;
    this.#closeTimeout = closeTimeout;
    this.#resourceLimits = resourceLimits;
  }

  prepare(): void {
    this.#threads = this.#jobs.map(() => new Thread(this.#resourceLimits));
  }

  async init(mountpoint: string): Promise<void> {
    this.#isLoading = true;
    const [first, ...others] = this.#threads as [Thread, ...Thread[]];
    const remote = this.#remote;
    const endpoint = remote && (await endpointOf(remote));
    const load = (thread: Thread, i: number) => thread.load(this.#jobs[i] as Job, endpoint);
    await Promise.all(this.#threads.map(load));
    first.holds(await first.ask('mount', mountpoint));
    await Promise.all(
      others.map(async (thread) => {
        thread.holds(await thread.ask('share', mountpoint, first.device));
      }),
    );
  }

  async main(run: Run): Promise<void> {
    this.#isEnding = false;
    const count = Math.min(this.#threads.length, run.maxTasks);
    const serving = this.#threads.slice(0, count).map(async (thread, i) => {
      const minTasks = shareOf(run.minTasks, count, i);
      const maxTasks = shareOf(run.maxTasks, count, i);
      const isFirst = i === 0;
      if (!isFirst && !(await this.#join(thread))) return;
      await thread.ask('main', minTasks, maxTasks, run.token, isFirst);
      // One that ends, ends all: it was terminated, or the filesystem unmounted.
      this.terminate();
    });
    try {
      await Promise.all(serving);
    } catch (thrown) {
      await this.#cut(serving);
      throw thrown;
    }
  }

  /** Once the kernel and the first thread have agreed on INIT; false when all ends before. */
  async #join(thread: Thread): Promise<boolean> {
    const [first] = this.#threads as [Thread];
    const agreement = await first.ask('agreed');
    if (agreement === undefined || this.#isEnding) return false;
    await thread.ask('join', agreement);
    return !this.#isEnding;
  }

  /** With one thread failed, the others finish what they have; then nobody answers any more. */
  async #cut(serving: readonly Promise<void>[]): Promise<void> {
    this.terminate();
    await within(this.#closeTimeout, Promise.allSettled(serving));
    for (const thread of this.#threads) thread.sever();
  }

  terminate(): void {
    this.#isEnding = true;
    for (const thread of this.#threads) {
      thread.ask('terminate').catch(() => {});
    }
  }

  /** Its threads have their own. */
  controlledBy(): void {}

  /** The first one tells the kernel, whichever thread then hears of it. */
  deliver(notice: Notice): Promise<unknown> {
    return unlessHeld(notice, this.#first.ask('notify', notice));
  }

  enqueue(entry: QueuedEntry): void {
    this.#uplink.push(entry);
  }

  get #first(): Thread {
    const [first] = this.#threads;
    if (first === undefined) throw new Error('the session is not mounted');
    return first;
  }

  get isDead(): boolean {
    return this.#threads.some((thread) => thread.isDead);
  }

  get operations(): RemoteMethods {
    return methods(async (name, args) => this.#first.invoke(name, args));
  }

  async close(unmount: boolean): Promise<boolean> {
    this.#isEnding = true;
    const left = countdown(this.#closeTimeout);
    try {
      if (!this.#isLoading) return true;
      const stopped = await Promise.all(
        this.#threads.map((thread) => thread.stop(this.#closeTimeout)),
      );
      const destroy = async (thread: Thread | undefined, i: number) =>
        thread !== undefined && stopped[i] === true && thread.destroy(i === 0 && unmount, left());
      // The one that mounted comes last: with it goes the mount.
      await Promise.all(this.#threads.map((thread, i) => i > 0 && destroy(thread, i)));
      return await destroy(this.#threads[0], 0);
    } finally {
      await Promise.all(this.#threads.map((thread) => thread.end()));
    }
  }
}
