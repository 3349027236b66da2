import type { Operations } from './operations.js';
import type { Service } from './pool.js';
import { standardLog } from './session/log.js';
import { Server, type ServerConfig } from './session/server.js';

/** Handlers and their loop on the calling thread. */
export class LocalService implements Service {
  readonly isDead = false;
  readonly #server: Server;

  constructor(fs: Operations, config: ServerConfig) {
    this.#server = new Server(fs, config, standardLog);
  }

  async init(mountpoint: string): Promise<void> {
    this.#server.mount(mountpoint);
  }

  main(minTasks: number, maxTasks: number): Promise<void> {
    return this.#server.main(minTasks, maxTasks);
  }

  terminate(): void {
    this.#server.terminate();
  }

  async close(unmount: boolean): Promise<boolean> {
    await this.#server.close(unmount);
    return true;
  }
}
