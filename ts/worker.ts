import { parentPort } from 'node:worker_threads';
import { setCurrentControls } from './current.js';
import { loadFilesystem } from './handlers.js';
import { expose } from './rpc.js';
import type { Unmounter } from './session/autounmount.js';
import { standardLog } from './session/log.js';
import { Server, type ServerConfig } from './session/server.js';

/** What the thread holds that belongs to the whole process, and outlives the thread. */
export interface Held {
  /** The device. */
  readonly fd: number;
  readonly unmounter: Unmounter;
}

/** What the main thread can ask of a thread that serves. */
export class WorkerServer {
  #server: Server | undefined;
  #isClosed = false;

  /** Imports the handlers' module and mounts. */
  async init(url: string, data: unknown, config: ServerConfig, mountpoint: string): Promise<Held> {
    const fs = await loadFilesystem(url, data);
    if (this.#isClosed) throw new Error('close() was called while the module was loading');
    const server = new Server(fs, config, standardLog);
    const fd = server.mount(mountpoint);
    this.#server = server;
    // So that terminate() of the package does what it says inside a handler.
    setCurrentControls(server);
    return { fd, unmounter: server.unmounter };
  }

  async main(minTasks: number, maxTasks: number): Promise<void> {
    await this.#server?.main(minTasks, maxTasks);
  }

  terminate(): void {
    this.#server?.terminate();
  }

  async close(unmount: boolean): Promise<void> {
    this.#isClosed = true;
    await this.#server?.close(unmount);
  }
}

if (parentPort !== null) expose(new WorkerServer(), parentPort);
