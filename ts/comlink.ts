import type { Remote } from './rpc.js';

/**
 * Comlink, for those who need it: it takes half as long to load as all the rest, and most
 * sessions never use it.
 */

type Rpc = typeof import('./rpc.js');

let loaded: Promise<Rpc> | undefined;
let isPostponed = false;

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

/** For a thread in which something else is more urgent. */
export function postpone(): void {
  isPostponed = true;
}

/** Whether a value is a Comlink remote, which is a function with methods of every name. */
export function isRemote(value: unknown): value is Remote<object> {
  if (typeof value !== 'function') return false;
  const method: unknown = Reflect.get(value, Symbol());
  return typeof method === 'function';
}
