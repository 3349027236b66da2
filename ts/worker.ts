import { parentPort } from 'node:worker_threads';
import { type LoopControl, listen } from './control.js';
import { setCurrentControls, setLoopToken } from './current.js';
import { type Loaded, loadFilesystem } from './handlers.js';
import { expose } from './rpc.js';
import type { Unmounter } from './session/autounmount.js';
import type { Agreement } from './session/handshake.js';
import { standardLog } from './session/log.js';
import { Server, type ServerConfig } from './session/server.js';
import { Counters, readStatistics } from './session/statistics.js';
import type { LoopToken } from './token.js';

/** What the thread holds that belongs to the whole process, and outlives the thread. */
export interface Held {
  /** The device. */
  readonly fd: number;
  readonly unmounter: Unmounter;
}

/** What a thread serves, fit for structured clone. */
export interface Job {
  /** The handlers' module, and the argument of its default export. */
  readonly url: string;
  readonly data: unknown;
  readonly config: ServerConfig;
  readonly statistics: SharedArrayBuffer;
  /** Which of the session's threads this is. */
  readonly worker: number;
}

/** Sent beside Comlink's messages, when the thread was told to terminate by others. */
export const TERMINATING = 'wasmfuse: terminating';

/** What the main thread can ask of a thread that serves. */
export class WorkerServer {
  #server: Server | undefined;
  #statistics: SharedArrayBuffer | undefined;
  #operations: object = {};
  #isClosed = false;

  /** Imports the handlers' module. */
  async load(job: Job): Promise<void> {
    const { url, data, config, statistics, worker } = job;
    const { fs, object }: Loaded = await loadFilesystem(url, data);
    if (this.#isClosed) throw new Error('close() was called while the module was loading');
    const server = new Server(fs, config, standardLog, new Counters(statistics, worker));
    this.#server = server;
    this.#statistics = statistics;
    this.#operations = object;
    // So that terminate() of the package does what it says inside a handler.
    setCurrentControls({ terminate: () => this.#terminateAll() });
  }

  /** This thread's loop at once, those of the others by way of the main thread. */
  #terminateAll(): void {
    this.#server?.terminate();
    parentPort?.postMessage(TERMINATING);
  }

  mount(mountpoint: string): Held {
    return this.#hold((server) => server.mount(mountpoint));
  }

  /** Takes part in serving what another thread has mounted; see Server. */
  share(mountpoint: string, device: number): Held {
    return this.#hold((server) => server.share(mountpoint, device));
  }

  #hold(open: (server: Server) => number): Held {
    const server = this.#server;
    if (server === undefined || this.#isClosed) throw new Error('close() was called');
    return { fd: open(server), unmounter: server.unmounter };
  }

  agreed(): Promise<Agreement | undefined> | undefined {
    return this.#server?.agreed;
  }

  async join(agreement: Agreement): Promise<void> {
    await this.#server?.join(agreement);
  }

  /** @param isListening this is the thread that answers those who attach. */
  async main(
    minTasks: number,
    maxTasks: number,
    token: LoopToken,
    isListening: boolean,
  ): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const hush = isListening ? listen(token, this.#control) : undefined;
    setLoopToken(token);
    try {
      await server.main(minTasks, maxTasks);
    } finally {
      setLoopToken(null);
      hush?.();
    }
  }

  get #control(): LoopControl {
    return {
      terminate: () => this.#terminateAll(),
      stats: () => readStatistics(this.#statistics as SharedArrayBuffer),
      operations: this.#operations,
    };
  }

  get operations(): object {
    return this.#operations;
  }

  terminate(): void {
    this.#server?.terminate();
  }

  /** Ends main(); see Server. */
  async stop(timeout: number): Promise<void> {
    this.#isClosed = true;
    await this.#server?.stop(timeout);
  }

  async destroy(unmount: boolean, timeout: number): Promise<void> {
    await this.#server?.destroy(unmount, timeout);
  }
}

if (parentPort !== null) expose(new WorkerServer(), parentPort);
