import { AsyncLocalStorage } from 'node:async_hooks';

/** A handler at work, or one that has been. */
export interface Caller {
  /** Who runs it: of several filesystems in one thread, the one that it belongs to. */
  readonly owner: object;
  /** It has settled. */
  readonly isSettled: boolean;
}

/** The handler whose code runs, also after it has awaited something. */
export const running = new AsyncLocalStorage<Caller | undefined>();
