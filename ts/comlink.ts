import { loading, type Remote, rpc } from './rpc.js';

/** When Comlink is loaded where nobody has asked for it. */

let isPostponed = false;
let later: NodeJS.Timeout | undefined;

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

/** Before the thread is ended, which must not be while Comlink is loading; see loadCopies. */
export async function abstain(): Promise<void> {
  clearTimeout(later);
  await loading();
}

/** Whether a value is a Comlink remote, which is a function with methods of every name. */
export function isRemote(value: unknown): value is Remote<object> {
  if (typeof value !== 'function') return false;
  const method: unknown = Reflect.get(value, Symbol());
  return typeof method === 'function';
}
