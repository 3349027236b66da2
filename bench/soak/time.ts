import { setTimeout as sleep } from 'node:timers/promises';

/** Thrown when something took longer than it may. */
export class Late extends Error {
  override readonly name = 'Late';
}

/** The outcome of `work`, or Late after `ms`; the work itself goes on. */
export async function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  const done = new AbortController();
  const late = sleep(ms, undefined, { signal: done.signal }).then(() => {
    throw new Late(`${what}: not within ${ms} ms`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

/** Waits until `isSo`, asking every few ms; false when that takes longer than `ms`. */
export async function becomes(ms: number, isSo: () => boolean): Promise<boolean> {
  const end = performance.now() + ms;
  while (!isSo()) {
    if (performance.now() > end) return false;
    await sleep(5);
  }
  return true;
}
