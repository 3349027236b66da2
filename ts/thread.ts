import { MessageChannel, type ResourceLimits, Worker } from 'node:worker_threads';
import { type Arguments, Asker, type Methods, type Result } from './asking.js';
import { servingLimits } from './limits.js';
import type { RemoteEndpoint } from './remote.js';
import { type Remote, rpc } from './rpc.js';
import { releaseAutoUnmount } from './session/autounmount.js';
import { LATE, within } from './session/deadline.js';
import { drain } from './session/drain.js';
import { LOG_ERROR, standardLog } from './session/log.js';
import { abortConnection, closeFd, severFd } from './session/shim.js';
import type { Held, Job, WorkerServer } from './worker.js';

/** Beyond what the handlers get, for unmounting. */
const GRACE_MS = 1000;

let spare: Worker | undefined;

/** Gives a thread that runs worker.js to the first session that needs one. */
export function lend(worker: Worker): void {
  spare = worker;
}

function start(resourceLimits: ResourceLimits | undefined): Worker {
  if (spare === undefined || resourceLimits !== undefined) {
    const limits = { ...servingLimits, ...resourceLimits };
    return new Worker(new URL('./worker.js', import.meta.url), { resourceLimits: limits });
  }
  const worker = spare;
  spare = undefined;
  worker.ref();
  return worker;
}

/** The near side of one worker thread; see worker.ts for the far side. */
export class Thread {
  readonly #worker: Worker;
  /** Rejects when the thread ends before it is told to. */
  readonly #death: Promise<never>;
  /** The kernel knows then, too, as the device is closed. */
  isDead = false;
  #held: Held | undefined;
  readonly #asker: Asker<WorkerServer>;
  /** For the filesystem's own methods. */
  #invoker: Promise<Remote<Pick<WorkerServer, 'invoke'>>> | undefined;
  /** Letting go of what a dead thread held. */
  #release: Promise<void> | undefined;

  constructor(resourceLimits: ResourceLimits | undefined) {
    this.#worker = start(resourceLimits);
    this.#asker = new Asker(this.#worker);
    this.#death = this.#deathOf(this.#worker);
    // Whoever waits for the thread hears of it.
    this.#death.catch((reason) => this.#asker.fail(reason));
  }

  /** Calls the thread; rejects when it ends instead of answering. */
  ask<K extends Methods<WorkerServer>>(
    method: K,
    ...args: Arguments<WorkerServer, K>
  ): Result<WorkerServer, K> {
    return this.isDead ? this.#death : this.#asker.ask(method, ...args);
  }

  /** @param endpoint of handlers that are in yet another thread. */
  load(job: Job, endpoint: RemoteEndpoint | undefined): Promise<void> {
    if (endpoint === undefined) return this.ask('load', job);
    const { port, handlers, switches } = endpoint;
    return this.ask('load', job, { handlers, switches }, port);
  }

  /** Calls a method of the filesystem, by Comlink: it passes on what nothing else can. */
  async invoke(name: string, args: unknown[]): Promise<unknown> {
    if (this.isDead) return this.#death;
    this.#invoker ??= this.#connect();
    const invoker = this.#invoker;
    return this.#asker.until(invoker.then((remote) => remote.invoke(name, ...args)));
  }

  async #connect(): Promise<Remote<Pick<WorkerServer, 'invoke'>>> {
    const { port1, port2 } = new MessageChannel();
    const [{ wrap }] = await Promise.all([rpc(), this.ask('expose', port2)]);
    return wrap(port1);
  }

  /** Ends its main(); false when it is dead, or does not answer, and has been cut off. */
  async stop(timeout: number): Promise<boolean> {
    return this.#inTime(timeout, this.ask('stop', timeout));
  }

  /** Destroys its session; as `stop`. */
  async destroy(unmount: boolean, timeout: number): Promise<boolean> {
    const isDone = await this.#inTime(timeout, this.ask('destroy', unmount, timeout));
    if (isDone) this.#held = undefined;
    return isDone;
  }

  async #inTime(timeout: number, answered: Promise<void>): Promise<boolean> {
    try {
      if ((await within(timeout + GRACE_MS, answered)) !== LATE) return true;
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
    if (this.#held.control >= 0) abortConnection(this.#held.control);
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
          if (this.#held.control >= 0) closeFd(this.#held.control);
          drain(this.#held.connection, standardLog);
          this.#release = releaseAutoUnmount(this.#held.unmounter);
        }
        reject(fault ?? new Error(`the thread of the handlers ended with exit code ${code}`));
      });
    });
  }
}
