import { setTimeout as sleep } from 'node:timers/promises';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { type Remote, wrap } from './rpc.js';
import { LOG_ERROR, standardLog } from './session/log.js';
import type { ServerConfig } from './session/server.js';
import type { WorkerServer } from './worker.js';

/** Beyond what the handlers get, for unmounting. */
const GRACE_MS = 1000;

/** What serves a session, wherever it is. */
export interface Service {
  init(mountpoint: string): Promise<void>;
  main(minTasks: number, maxTasks: number): Promise<void>;
  terminate(): void;
  close(unmount: boolean): Promise<void>;
}

/** A thread of its own for the handlers' module and their loop. */
export class PoolWorker implements Service {
  readonly #worker: Worker;
  readonly #remote: Remote<WorkerServer>;
  readonly #module: { url: string; data: unknown; config: ServerConfig };
  /** Rejects when the thread ends before it is told to. */
  readonly #death: Promise<never>;
  #isDead = false;

  constructor(url: string, data: unknown, config: ServerConfig, resourceLimits?: ResourceLimits) {
    this.#module = { url, data, config };
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), {
      ...(resourceLimits && { resourceLimits }),
    });
    this.#remote = wrap<WorkerServer>(this.#worker);
    this.#death = new Promise((_resolve, reject) => {
      let fault: unknown;
      this.#worker.once('error', (error) => {
        fault = error;
      });
      // Only then is its device closed.
      this.#worker.once('exit', (code) => {
        this.#isDead = true;
        reject(fault ?? new Error(`the thread of the handlers ended with exit code ${code}`));
      });
    });
    // Whoever waits for the thread hears of it.
    this.#death.catch(() => {});
  }

  /** The thread is gone; the kernel has been told, as its device is closed. */
  get isDead(): boolean {
    return this.#isDead;
  }

  init(mountpoint: string): Promise<void> {
    const { url, data, config } = this.#module;
    return this.#orDeath(this.#remote.init(url, data, config, mountpoint));
  }

  main(minTasks: number, maxTasks: number): Promise<void> {
    return this.#orDeath(this.#remote.main(minTasks, maxTasks));
  }

  terminate(): void {
    if (!this.#isDead) this.#orDeath(this.#remote.terminate()).catch(() => {});
  }

  /** A thread that does not answer in time, being in a loop without end, is ended all the same. */
  async close(unmount: boolean): Promise<void> {
    const grace = new AbortController();
    const timeout = sleep(this.#module.config.closeTimeout + GRACE_MS, undefined, grace).then(
      () => standardLog()(LOG_ERROR, 'the thread of the handlers does not answer; ending it'),
      () => {},
    );
    try {
      if (!this.#isDead) await Promise.race([this.#orDeath(this.#remote.close(unmount)), timeout]);
    } finally {
      grace.abort();
      // Its device, if still open, is closed with it.
      await this.#worker.terminate();
    }
  }

  #orDeath<T>(call: Promise<T>): Promise<T> {
    return Promise.race([call, this.#death]);
  }
}
