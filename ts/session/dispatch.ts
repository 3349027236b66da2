import { errno, errnoOf, isErrno } from '../errors.js';
import { Operations } from '../operations.js';
import type { ConnectionInfo } from '../types.js';
import type { Bursts } from './bursts.js';
import { enter, Frame, runAs } from './caller.js';
import { describeThrown, LOG_ERROR, type Log } from './log.js';
import type { Module, OpImport, RequestPointer } from './module.js';
import { opTable, type Row } from './optable.js';
import { Request, type RequestOwner } from './request.js';
import { type Counters, counterOf } from './statistics.js';
import type { Task } from './task.js';
import { isThenable } from './thenable.js';
import type { Transport } from './transport.js';
import { takeBack } from './undo.js';

/** What libfuse passes: a number, or a bigint for 64 bits; none where an operation has fewer. */
type Arg = never;

/** Told of every error that no handler throws on purpose. */
export type OnUnexpected = (thrown: unknown) => void;

/**
 * Runs the handler of each request that libfuse hands over, and answers exactly once: with its
 * result, with the errno it threw, or with EIO for whatever else happened.
 */
export class Dispatcher implements RequestOwner {
  /** The task whose request libfuse is processing. */
  current: Task | undefined;
  /** That the replies go through while a loop runs. */
  transport: Transport | undefined;
  /** Set while there are further requests to process, so that replies may wait for theirs. */
  holding: Bursts | undefined;
  readonly ops: Record<string, OpImport> = {};
  readonly #fs: Operations;
  readonly #log: Log;
  readonly #counters: Counters;
  readonly #onUnexpected: OnUnexpected;
  readonly #watched = new Map<RequestPointer, Request>();
  readonly #pending = new Set<Request>();
  #frame = new Frame();
  /** The frame has been entered for what is called now. */
  #isEntered = false;
  #module: Module | undefined;

  constructor(fs: Operations, log: Log, counters: Counters, onUnexpected: OnUnexpected) {
    this.#fs = fs;
    this.#log = log;
    this.#counters = counters;
    this.#onUnexpected = onUnexpected;
    for (const [operation, row] of Object.entries(opTable)) {
      this.ops[operation] = this.#importOf(operation, row);
    }
  }

  /** Takes the module that was made with `ops`. */
  attach(module: Module): void {
    this.#module = module;
  }

  /** Calls init of the filesystem, which can't wait for what comes only once it has ended. */
  async init(info: ConnectionInfo): Promise<void> {
    const caller = { owner: this, isSettled: false };
    try {
      await runAs(caller, () => this.#fs.init(info));
    } finally {
      caller.isSettled = true;
    }
  }

  /** Before requests of which one is processed after the other, till leave(). */
  enter(): void {
    enter(this.#frame);
    this.#isEntered = true;
  }

  leave(): void {
    this.#isEntered = false;
  }

  watch(request: Request): void {
    this.#watched.set(request.pointer, request);
    (this.#module as Module).exports.fw_watch_interrupt(request.pointer);
  }

  unwatch(request: Request): void {
    this.#watched.delete(request.pointer);
  }

  count({ bytesRead, bytesWritten }: Request): void {
    this.#counters.countBytes(bytesRead, bytesWritten);
  }

  /** The kernel interrupts a request that is being watched. */
  interrupted(pointer: RequestPointer): void {
    this.#watched.get(pointer)?.interrupt();
  }

  /** Answers with EIO what handlers have not finished; their results are dropped. */
  abandon(): void {
    for (const request of this.#pending) {
      request.interrupt();
      request.isSettled = true;
      this.#refuse(request, errno.EIO as number);
    }
    this.#pending.clear();
  }

  /** What libfuse calls: its arguments one by one, as a rest parameter would make an array. */
  #importOf(operation: string, row: Row): OpImport {
    // Those of the base class do nothing where nobody waits for an answer.
    const isSupported = row.isUnanswered || supports(this.#fs, row.handler);
    const counter = counterOf(row.handler);
    return (req: Arg, a: Arg, b: Arg, c: Arg, d: Arg, e: Arg, f: Arg, g: Arg, h: Arg) => {
      const task = this.current as Task;
      this.#counters.countRequest(counter);
      task.counter = counter;
      const module = this.#module as Module;
      const request = new Request(module, (req >>> 0) as RequestPointer, operation, task, this);
      if (row.isUnanswered) {
        request.claim();
        module.exports.fuse_reply_none(request.pointer);
      }
      if (!isSupported) {
        this.#refuse(request, errno.ENOSYS as number);
        return;
      }
      if (!this.#isEntered) enter(this.#frame);
      this.#frame.caller = request;
      // Nothing may be thrown through libfuse, which would never answer the request then.
      try {
        const result = row.call(this.#fs, module, request, a, b, c, d, e, f, g, h);
        if (isThenable(result)) {
          // It keeps its own.
          this.#frame = new Frame();
          enter(this.#frame);
          this.#settle(row, request, result);
          return;
        }
        this.#answer(row, request, result);
      } catch (thrown) {
        this.#fail(request, thrown);
      }
      request.isSettled = true;
    };
  }

  /** One promise beside the handler's own, as AsyncLocalStorage makes each cost more. */
  #settle(row: Row, request: Request, result: PromiseLike<unknown>): void {
    this.#pending.add(request);
    request.task.isPending = true;
    void Promise.resolve(result).then(
      (value) => this.#settled(request, () => this.#answer(row, request, value)),
      (thrown) => this.#settled(request, () => this.#fail(request, thrown)),
    );
  }

  #settled(request: Request, end: () => void): void {
    try {
      end();
    } finally {
      this.#pending.delete(request);
      request.isSettled = true;
      request.task.isPending = false;
      request.task.onSettled();
    }
  }

  #answer(row: Row, request: Request, value: unknown): void {
    if (request.isAnswered) return;
    let result: number;
    this.holding?.mayHold(row.undo === undefined ? request.task : undefined);
    try {
      result = row.reply(this.#module as Module, request, value);
    } catch (thrown) {
      this.#fail(request, thrown);
      return;
    }
    this.#measure(request.task);
    if (result === -(errno.ENOENT as number)) takeBack(this.#fs, row, request, value, this.#report);
    else if (result < 0) this.#logRefusal(request.operation, -result);
    else if (row === opTable.readdir) this.#forgetListed(request);
  }

  /** A plain readdir counts no lookups in the kernel, but the handler has counted them. */
  #forgetListed(request: Request): void {
    takeBack(this.#fs, opTable.readdir as Row, request, undefined, this.#report);
  }

  #fail(request: Request, thrown: unknown): void {
    const number = errnoOf(thrown);
    const isAnswered = request.isAnswered;
    this.#refuse(request, number ?? (errno.EIO as number));
    if (number === undefined) this.#report(thrown, request);
    // The entries that were accepted before the error never reach the kernel.
    if (!isAnswered && request.directory !== undefined) this.#forgetListed(request);
  }

  /** @param number 0, or an errno; what Linux does not have becomes ERANGE, as in libfuse. */
  #refuse(request: Request, number: number): void {
    if (!request.claim()) return;
    if (number !== 0) this.#counters.countError();
    const isKnown = number === 0 || isErrno(number);
    // The kernel ignores an answer with a number it does not know, and the caller waits for ever.
    if (!isKnown) this.#log(LOG_ERROR, `${request.operation}: Linux has no errno ${number}`);
    const { exports } = this.#module as Module;
    const sent = isKnown ? number : (errno.ERANGE as number);
    this.holding?.mayHold(request.task);
    const result = exports.fuse_reply_err(request.pointer, sent);
    this.#measure(request.task);
    if (result < 0 && result !== -(errno.ENOENT as number)) {
      this.#logRefusal(request.operation, -result);
    }
  }

  /** Counts how long the request that was just answered has taken. */
  #measure({ counter, receivedAt }: Task): void {
    const { transport } = this;
    if (transport === undefined) return;
    this.#counters.countLatency(counter, transport.sentAt - receivedAt);
  }

  /** Sends the replies that are held. */
  flush(): void {
    const { holding } = this;
    this.holding = undefined;
    const result = holding?.flush() ?? 0;
    if (result < 0) this.#logRefusal('a reply sent later', -result);
  }

  readonly #report = (thrown: unknown, request: Request): void => {
    this.#log(LOG_ERROR, `${request.operation} failed unexpectedly: ${describeThrown(thrown)}`);
    this.#onUnexpected(thrown);
  };

  #logRefusal(what: string, number: number): void {
    this.#log(LOG_ERROR, `${what}: the kernel refused the answer with errno ${number}`);
  }
}

/** Whether a filesystem has a handler of its own; those of the base class only say ENOSYS. */
export function supports(fs: Operations, handler: string): boolean {
  const own = (fs as unknown as Record<string, unknown>)[handler];
  const base = (Operations.prototype as unknown as Record<string, unknown>)[handler];
  return typeof own === 'function' && own !== base;
}
