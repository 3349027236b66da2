import { type MessagePort, parentPort } from 'node:worker_threads';
import { answer } from './asking.js';
import { abstain, postpone } from './comlink.js';
import { type LoopControl, listen } from './control.js';
import { setCurrentControls, setLoopToken } from './current.js';
import { type Loaded, loadFilesystem } from './handlers.js';
import { callMethod, methods } from './methods.js';
import type { Messenger } from './notifications.js';
import { RemoteEndpoint, RemoteFilesystem } from './remote.js';
import { rpc } from './rpc.js';
import type { Unmounter } from './session/autounmount.js';
import type { Agreement } from './session/handshake.js';
import { standardLog } from './session/log.js';
import { adoptModule } from './session/module.js';
import type { Notice } from './session/notice.js';
import type { Notifier } from './session/notifier.js';
import { Server, type ServerConfig } from './session/server.js';
import { Counters, readStatistics } from './session/statistics.js';
import { Siblings } from './siblings.js';
import type { LoopToken } from './token.js';

/** What the thread holds that belongs to the whole process, and outlives the thread. */
export interface Held {
  /** The device. */
  readonly fd: number;
  /** What aborts its connection; -1 when closing the device does. */
  readonly control: number;
  readonly unmounter: Unmounter;
  /** Of its notifications; see drain. */
  readonly connection: number;
}

/** What a thread serves, fit for structured clone. */
export interface Job {
  /** The handlers' module, and the argument of its default export; undefined for a remote. */
  readonly module: { readonly url: string; readonly data: unknown } | undefined;
  readonly config: ServerConfig;
  readonly statistics: SharedArrayBuffer;
  /** libfuse, compiled by the main thread. */
  readonly wasm: WebAssembly.Module;
  /** Which of the session's threads this is. */
  readonly worker: number;
  /** The channel that they share; undefined when this is the only one. */
  readonly siblings: string | undefined;
}

type RemoteHandlers = Pick<RemoteEndpoint, 'handlers' | 'switches'>;

/** A handlers' module may also expose something itself; that has time. */
const COMLINK_MS = 3000;

/** What the main thread can ask of a thread that serves. */
export class WorkerServer {
  #job: Job | undefined;
  #server: Server | undefined;
  #siblings: Siblings | undefined;
  #remote: RemoteFilesystem | undefined;
  #operations: object = {};
  #isMounted = false;
  #isClosed = false;

  /**
   * Imports the handlers' module.
   *
   * @param remote handlers that are in yet another thread, instead; reached by the port.
   */
  async load(job: Job, remote?: RemoteHandlers, port?: MessagePort): Promise<void> {
    const { module, config, statistics, wasm, worker } = job;
    adoptModule(wasm);
    const { fs, object } =
      remote === undefined || port === undefined
        ? await loadFilesystem(module?.url as string, module?.data)
        : this.#connect(new RemoteEndpoint(port, remote.handlers, remote.switches));
    if (this.#isClosed) throw new Error('close() was called while the module was loading');
    const server = new Server(fs, config, standardLog, new Counters(statistics, worker));
    this.#job = job;
    this.#server = server;
    this.#operations = object;
    // So that terminate() of the package does what it says inside a handler.
    setCurrentControls({ terminate: () => this.#terminateAll(), messenger: messengerOf(server) });
  }

  /** Handlers in another thread, which may end by itself. */
  #connect(endpoint: RemoteEndpoint): Loaded {
    const remote = new RemoteFilesystem(endpoint, () => this.#terminateAll(), {
      notify: (notice, caller) => this.#notifier.deliver(notice, caller),
      enqueue: (packed) => this.enqueue(packed),
    });
    remote.lost.then((reason) => this.#server?.fail(reason));
    this.#remote = remote;
    return {
      fs: remote.operations,
      object: methods((name, args) => remote.call(name, args)),
    };
  }

  #terminateAll(): void {
    this.#server?.terminate();
    this.#siblings?.terminate();
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
    const fd = open(server);
    this.#isMounted = true;
    const name = this.#job?.siblings;
    if (name !== undefined) this.#siblings = new Siblings(name, server);
    const { control, unmounter, notifier } = server;
    return { fd, control, unmounter, connection: notifier.connection };
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
      stats: () => readStatistics((this.#job as Job).statistics),
      notify: (notice) => this.notify(notice),
      enqueue: (packed) => this.enqueue(packed),
      invoke: (name, ...args) => this.invoke(name, ...args),
    };
  }

  /** Delivers a notice of another thread. */
  notify(notice: Notice): Promise<unknown> {
    return this.#notifier.deliver(notice);
  }

  get #notifier(): Notifier {
    if (this.#server === undefined) throw new Error('the session is not mounted');
    return this.#server.notifier;
  }

  /** Takes the entries of another thread that nobody waits for; see EntryQueue. */
  enqueue(packed: Uint8Array): void {
    // Before there is a mount, the kernel has nothing to forget.
    if (this.#isMounted) this.#server?.notifier.enqueuePacked(packed);
  }

  /** Calls a method of the filesystem. */
  invoke(name: string, ...args: unknown[]): unknown {
    return callMethod(this.#operations, name, args);
  }

  /** Lets Comlink call `invoke` over a port. */
  async expose(port: MessagePort): Promise<void> {
    const { expose } = await rpc();
    expose({ invoke: this.invoke.bind(this) }, port);
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
    this.#remote?.close();
    await abstain();
  }
}

function messengerOf(server: Server): Messenger {
  return {
    deliver: (notice) => server.notifier.deliver(notice),
    enqueue: (entry) => server.notifier.enqueue(entry),
  };
}

if (parentPort !== null) {
  postpone(COMLINK_MS);
  answer(new WorkerServer(), parentPort);
}
