import { setTimeout as sleep } from 'node:timers/promises';

/** What `within` gives for a promise that has not settled in time. */
export const LATE = Symbol('late');

/** More is no time for timers, which take it for 1 ms. */
const MOST_MS = 2 ** 31 - 1;

/** What is left of `ms` each time it is asked: for several waits that share one limit. */
export function countdown(ms: number): () => number {
  const end = performance.now() + ms;
  return () => Math.max(end - performance.now(), 0);
}

/** Waits for a promise, but no longer than `ms`; settles as it does, or with LATE. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | typeof LATE> {
  const settled = new AbortController();
  const timeout = sleep(Math.min(ms, MOST_MS), LATE, { signal: settled.signal });
  timeout.catch(() => {});
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    settled.abort();
  }
}
