import type { Remote } from './rpc.js';

/**
 * Comlink, for those who need it: it takes half as long to load as all the rest, and most
 * sessions never use it.
 */

type Rpc = typeof import('./rpc.js');

let loaded: Promise<Rpc> | undefined;
let isPostponed = false;
let later: NodeJS.Timeout | undefined;

export function rpc(): Promise<Rpc> {
  loaded ??= import('./rpc.js');
  return loaded;
}

/** In a thread that has imported the library, others may call filesystems by Comlink. */
export function loadSoon(): void {
  setImmediate(() => {
    if (!isPostponed) void rpc();
  });
}

/** For a thread in which something else is more urgent. @param ms after which it is loaded. */
export function postpone(ms?: number): void {
  isPostponed = true;
  if (ms !== undefined) later = setTimeout(rpc, ms).unref();
}

/**
 * Before the thread is ended: Node leaves those files open that a thread is about to read then. It
 * must not be asked for any more.
 */
export async function abstain(): Promise<void> {
  clearTimeout(later);
  await loaded?.catch(() => {});
}

/** Whether a value is a Comlink remote, which is a function with methods of every name. */
export function isRemote(value: unknown): value is Remote<object> {
  if (typeof value !== 'function') return false;
  const method: unknown = Reflect.get(value, Symbol());
  return typeof method === 'function';
}
