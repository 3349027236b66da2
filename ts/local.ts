import { listen } from './control.js';
import { type Controls, setControlsOf } from './current.js';
import type { Loaded } from './handlers.js';
import { callMethod, methods, type RemoteMethods } from './methods.js';
import type { Run, Service } from './service.js';
import type { QueuedEntry } from './session/entryqueue.js';
import { standardLog } from './session/log.js';
import type { Notice } from './session/notice.js';
import { Server, type ServerConfig } from './session/server.js';
import { Counters, readStatistics } from './session/statistics.js';

/** Handlers and their loop on the calling thread. */
export class LocalService implements Service {
  readonly isDead = false;
  readonly #server: Server;
  readonly #object: object;
  readonly #statistics: SharedArrayBuffer;
  readonly #closeTimeout: number;

  constructor(
    { fs, object }: Loaded,
    config: ServerConfig,
    statistics: SharedArrayBuffer,
    closeTimeout: number,
  ) {
    this.#server = new Server(fs, config, standardLog, new Counters(statistics));
    this.#object = object;
    this.#statistics = statistics;
    this.#closeTimeout = closeTimeout;
  }

  prepare(): void {}

  async init(mountpoint: string): Promise<void> {
    this.#server.mount(mountpoint);
  }

  async main({ minTasks, maxTasks, token }: Run): Promise<void> {
    const hush = listen(token, {
      terminate: () => this.terminate(),
      stats: () => readStatistics(this.#statistics),
      notify: (notice) => this.#server.notifier.deliver(notice),
      enqueue: (packed) => this.#server.notifier.enqueuePacked(packed),
      invoke: (name, ...args) => callMethod(this.#object, name, args),
    });
    try {
      await this.#server.main(minTasks, maxTasks);
    } finally {
      hush();
    }
  }

  terminate(): void {
    this.#server.terminate();
  }

  controlledBy(controls: Controls): void {
    setControlsOf(this.#server.owner, controls);
  }

  deliver(notice: Notice): Promise<unknown> {
    return this.#server.notifier.deliver(notice);
  }

  enqueue(entry: QueuedEntry): void {
    this.#server.notifier.enqueue(entry);
  }

  get operations(): RemoteMethods {
    return methods(async (name, args) => callMethod(this.#object, name, args));
  }

  async close(unmount: boolean): Promise<boolean> {
    await this.#server.close(unmount, this.#closeTimeout);
    return true;
  }
}
