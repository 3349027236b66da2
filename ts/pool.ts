import { type ResourceLimits, Worker } from 'node:worker_threads';
import { type Remote, wrap } from './rpc.js';
import { releaseAutoUnmount } from './session/autounmount.js';
import { LATE, within } from './session/deadline.js';
import { LOG_ERROR, standardLog } from './session/log.js';
import type { ServerConfig } from './session/server.js';
import { severFd } from './session/shim.js';
import type { Held, WorkerServer } from './worker.js';

/** Beyond what the handlers get, for unmounting. */
const GRACE_MS = 1000;

/** What serves a session, wherever it is. */
export interface Service {
  init(mountpoint: string): Promise<void>;
  main(minTasks: number, maxTasks: number): Promise<void>;
  terminate(): void;
  /** False when libfuse could not do it itself, so that the mount may still be there. */
  close(unmount: boolean): Promise<boolean>;
  /** Whoever served is gone; the kernel has been told, as the device is closed. */
  readonly isDead: boolean;
}

type WorkerOptions = { resourceLimits?: ResourceLimits };

/** A thread of its own for the handlers' module and their loop; started by init(). */
export class PoolWorker implements Service {
  readonly #module: { url: string; data: unknown; config: ServerConfig };
  readonly #options: WorkerOptions;
  #worker: Worker | undefined;
  #remote: Remote<WorkerServer> | undefined;
  /** Rejects when the thread ends before it is told to. */
  #death: Promise<never> | undefined;
  #isDead = false;
  #held: Held | undefined;
  /** Letting go of what a dead thread held. */
  #release: Promise<void> | undefined;

  constructor(url: string, data: unknown, config: ServerConfig, options: WorkerOptions) {
    this.#module = { url, data, config };
    this.#options = options;
  }

  async init(mountpoint: string): Promise<void> {
    const worker = new Worker(new URL('./worker.js', import.meta.url), this.#options);
    this.#worker = worker;
    this.#remote = wrap<WorkerServer>(worker);
    this.#death = this.#deathOf(worker);
    // Whoever waits for the thread hears of it.
    this.#death.catch(() => {});
    const { url, data, config } = this.#module;
    this.#held = await this.#ask((remote) => remote.init(url, data, config, mountpoint));
  }

  main(minTasks: number, maxTasks: number): Promise<void> {
    return this.#ask((remote) => remote.main(minTasks, maxTasks));
  }

  terminate(): void {
    this.#ask((remote) => remote.terminate()).catch(() => {});
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  async close(unmount: boolean): Promise<boolean> {
    const isDone = await this.#close(unmount);
    await this.#release;
    return isDone;
  }

  async #close(unmount: boolean): Promise<boolean> {
    if (this.#isDead || this.#worker === undefined) return false;
    const closed = this.#ask((remote) => remote.close(unmount));
    try {
      const limit = this.#module.config.closeTimeout + GRACE_MS;
      const isClosed = (await within(limit, closed)) !== LATE;
      if (isClosed) this.#held = undefined;
      else this.#abandon();
      return isClosed;
    } catch (thrown) {
      if (this.#isDead) return false;
      throw thrown;
    } finally {
      await this.#worker.terminate();
    }
  }

  /**
   * Cuts the device off from a thread in a loop without end, or in a system call on its own mount,
   * which fails then, so that the thread can be ended.
   */
  #abandon(): void {
    standardLog(LOG_ERROR, 'the thread of the handlers does not answer; ending it');
    if (this.#held !== undefined) severFd(this.#held.fd);
  }

  #deathOf(worker: Worker): Promise<never> {
    return new Promise((_resolve, reject) => {
      let fault: unknown;
      worker.once('error', (error) => {
        fault = error;
      });
      // Only then is its device closed.
      worker.once('exit', (code) => {
        this.#isDead = true;
        if (this.#held !== undefined) this.#release = releaseAutoUnmount(this.#held.unmounter);
        reject(fault ?? new Error(`the thread of the handlers ended with exit code ${code}`));
      });
    });
  }

  /** Calls the thread; rejects when it ends instead of answering, or was never started. */
  async #ask<T>(call: (remote: Remote<WorkerServer>) => Promise<T>): Promise<T> {
    if (this.#remote === undefined || this.#death === undefined) {
      throw new Error('the thread of the handlers is not running');
    }
    if (this.#isDead) return this.#death;
    return Promise.race([call(this.#remote), this.#death]);
  }
}
