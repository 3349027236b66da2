import { SystemError } from '../errors.js';
import type { Bursts } from './bursts.js';
import type { Dispatcher } from './dispatch.js';
import { canRunMicrotasks, runMicrotasks } from './microtasks.js';
import { shim, type Watch } from './shim.js';
import type { Counters } from './statistics.js';
import type { Strays } from './strays.js';
import type { Task } from './task.js';
import type { Transport } from './transport.js';
import { faultOf, isNone } from './verdict.js';

/** What a loop may take. */
export interface LoopLimits {
  /** Tasks kept waiting. */
  readonly minTasks: number;
  /** Requests in flight at most. */
  readonly maxTasks: number;
}

/**
 * Waits for requests and feeds them to libfuse. Called by the event loop for the first, it waits
 * for further ones in its place, until that has something to do; see Transport. Those that wait
 * together are read together, each into a task of its own; see Bursts.
 *
 * A task is one slot for one request: it waits, reads, runs the handler to the end, and waits
 * again. When a read leaves no task waiting, one more is started, up to `maxTasks`; a task that
 * comes back and finds more than `minTasks` waiting ends. With every task busy nothing is read, and
 * requests wait in the kernel.
 */
export class Loop {
  readonly #transport: Transport;
  readonly #dispatcher: Dispatcher;
  readonly #counters: Counters;
  readonly #limits: LoopLimits;
  /** Set when others serve the same connection. */
  readonly #strays: Strays | undefined;
  /**
   * Every task's buffer is allocated before serving, as growth would detach the handlers' views.
   */
  readonly #spare: Task[] = [];
  readonly #waiting: Task[] = [];
  /** What was received before its turn, oldest first: each is processed, whatever happens. */
  readonly #ahead: Task[] = [];
  /** Tasks that exist. */
  #taskCount = 0;
  #watch: Watch | undefined;
  /** Undefined when the transport may have paused it. */
  #isWatching: boolean | undefined = false;
  /** Serving in the event loop's place. */
  #isInPlace = false;
  #isEnding = false;
  #error: unknown;
  #resolve: () => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  constructor(
    transport: Transport,
    dispatcher: Dispatcher,
    counters: Counters,
    limits: LoopLimits,
    strays?: Strays,
  ) {
    this.#transport = transport;
    this.#dispatcher = dispatcher;
    this.#counters = counters;
    this.#limits = limits;
    this.#strays = strays;
  }

  /**
   * Serves until the filesystem is unmounted or `stop` is called, and every request read has been
   * answered. Rejects with what ended it otherwise.
   */
  async run(): Promise<void> {
    const { readiness } = this.#transport;
    readiness.onReady = this.#ready;
    this.#watch = readiness.watch;
    try {
      this.#transport.open();
      this.#dispatcher.transport = this.#transport;
      await new Promise<void>((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
        this.#spawn();
        this.#listen();
      });
    } finally {
      this.free();
    }
  }

  /**
   * Ends the loop once the requests in flight are answered; run() then rejects with the first error
   * given, also when it comes after the loop was told to end.
   */
  stop(error?: unknown): void {
    this.#error ??= error;
    this.#isEnding = true;
    this.#settle();
  }

  /** Ends the loop at once: handlers still at work are waited for no more. */
  abandon(): void {
    this.#isEnding = true;
    this.#listen();
    this.#end();
  }

  /**
   * The device can be read, or has failed (-errno, and is watched no more): unmounting and aborting
   * show as a failure too, which the next read tells from others.
   */
  readonly #ready = (status: number): void => {
    if (this.#watch === undefined) return;
    this.#isInPlace = true;
    this.#dispatcher.enter();
    try {
      while (this.#serve()) runMicrotasks();
    } finally {
      this.#isInPlace = false;
      this.#dispatcher.leave();
      this.#dispatcher.flush();
      // What a handler has left behind has thrown.
      if (this.#ahead.length > 0) setImmediate(this.#ready, status);
      this.#transport.pause();
      this.#isWatching = undefined;
      if (status >= 0) this.#listen();
      else if (!this.#isEnding) this.stop(new SystemError(-status, 'poll', '/dev/fuse'));
    }
  };

  /**
   * Gets one request and starts its handler; whether to go on. When the device has none, it waits,
   * until the event loop has something to do.
   */
  #serve(): boolean {
    const task = this.#ahead.length > 0 ? this.#ahead.shift() : this.#receiveAll();
    if (task === undefined) return false;
    if (!this.#strays?.passesOn(task.buf)) {
      this.#process(task);
      this.#strays?.look(task.buf);
    }
    if (!task.isPending) this.#comeBack(task);
    // What this one would only put by, another worker may be free to do.
    else if (this.#strays !== undefined) return false;
    return canRunMicrotasks;
  }

  /** The first of a burst, and those that follow it into `#ahead`; all before them are answered. */
  #receiveAll(): Task | undefined {
    if (this.#dispatcher.holding !== undefined) this.#dispatcher.flush();
    const first = this.#receive();
    const { bursts } = this.#transport;
    if (bursts !== undefined && bursts.ahead > 0) this.#readAhead(bursts);
    return first;
  }

  #readAhead(bursts: Bursts): void {
    while (bursts.ahead > 0 && canRunMicrotasks) {
      const task = this.#receive();
      if (task === undefined) break;
      this.#ahead.push(task);
    }
    bursts.giveUp();
    if (this.#ahead.length > 0) this.#dispatcher.holding = bursts;
  }

  /** Reads one request into a task; undefined when there is none, or no task. */
  #receive(): Task | undefined {
    const task = this.#isEnding ? undefined : this.#waiting.pop();
    if (task === undefined) return undefined;
    const size = this.#transport.receive(task);
    if (size <= 0) {
      this.#waiting.push(task);
      if (!isNone(size)) this.stop(faultOf(size));
      return undefined;
    }
    task.receivedAt = this.#transport.receivedAt;
    if (this.#waiting.length === 0) this.#spawn();
    this.#counters.waiting = this.#waiting.length;
    return task;
  }

  #process(task: Task): void {
    this.#dispatcher.current = task;
    try {
      this.#transport.process(task);
    } catch (fault) {
      // libfuse itself has failed; its instance can't be trusted any further.
      this.#error ??= fault;
      this.#isEnding = true;
    } finally {
      this.#dispatcher.current = undefined;
    }
  }

  #spawn(): void {
    const task = this.#spare.pop();
    if (task === undefined) return;
    this.#taskCount++;
    this.#counters.taskStarted();
    this.#waiting.push(task);
    this.#counters.waiting = this.#waiting.length;
  }

  #comeBack(task: Task): void {
    // Its loop was abandoned, and has been freed.
    if (this.#watch === undefined) return;
    if (this.#waiting.length > this.#limits.minTasks) {
      this.#taskCount--;
      this.#counters.tasksEnded(1);
      this.#spare.push(task);
    } else this.#waiting.push(task);
    this.#counters.waiting = this.#waiting.length;
    if (this.#isEnding) this.#settle();
    else this.#listen();
  }

  /** Has the event loop watch the device exactly while a task waits. */
  #listen(): void {
    if (this.#isInPlace) return;
    const wanted = !this.#isEnding && this.#waiting.length > 0;
    if (wanted === this.#isWatching || this.#watch === undefined) return;
    this.#isWatching = wanted;
    if (!wanted) {
      shim.watch_stop(this.#watch);
      return;
    }
    const error = shim.watch_start(this.#watch);
    // Nobody would ever be told of a request.
    if (error < 0) this.stop(new SystemError(-error, 'epoll_ctl', '/dev/fuse'));
  }

  #settle(): void {
    this.#listen();
    const inFlight = this.#taskCount - this.#waiting.length;
    if (inFlight > 0 || this.#dispatcher.current !== undefined) return;
    this.#end();
  }

  #end(): void {
    if (this.#error === undefined) this.#resolve();
    else this.#reject(this.#error);
  }

  /** Takes the memory for all tasks. @throws Error when there is not enough. */
  allocate(): void {
    const { maxTasks } = this.#limits;
    const tasks = this.#transport.allocate(maxTasks, maxTasks * RESERVE_PER_TASK + RESERVE);
    for (const task of tasks) task.onSettled = () => this.#comeBack(task);
    this.#spare.push(...tasks);
  }

  free(): void {
    this.#watch = undefined;
    this.#dispatcher.flush();
    this.#transport.close();
    this.#dispatcher.transport = undefined;
    this.#counters.tasksEnded(this.#taskCount);
    this.#counters.waiting = 0;
    this.#taskCount = 0;
    this.#transport.free([...this.#spare, ...this.#waiting]);
    this.#spare.length = this.#waiting.length = 0;
  }
}

/** libfuse's record of a request, and a copy of a reply that it makes for some. */
const RESERVE_PER_TASK = 1024;
/** Interrupts that wait for their request, and option strings. */
const RESERVE = 1 << 20;
