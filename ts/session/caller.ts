import { AsyncLocalStorage } from 'node:async_hooks';

/** A handler at work, or one that has been. */
export interface Caller {
  /** Who runs it: of several filesystems in one thread, the one that it belongs to. */
  readonly owner: object;
  /** It has settled. */
  readonly isSettled: boolean;
}

/**
 * What handlers run in. To enter it costs as much as a small request does, so one is entered for
 * many handlers that end before the next one begins: what such a handler has left behind runs
 * between handlers, when the last one has settled. A handler that goes on keeps its frame.
 */
export class Frame {
  constructor(
    /** The handler whose code runs, or ran last. */
    public caller?: Caller,
  ) {}
}

const frames = new AsyncLocalStorage<Frame>();

/** Runs what is called from now on in a frame. */
export function enter(frame: Frame): void {
  frames.enterWith(frame);
}

/** Calls a handler, also one that goes on after it has returned. */
export function runAs<T>(caller: Caller, call: () => T): T {
  return frames.run(new Frame(caller), call);
}

/** The handler whose code runs, also after it has awaited something. */
export function runningCaller(): Caller | undefined {
  return frames.getStore()?.caller;
}
