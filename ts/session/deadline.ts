import { setTimeout as sleep } from 'node:timers/promises';

/** What `within` gives for a promise that has not settled in time. */
export const LATE = Symbol('late');

/** Waits for a promise, but no longer than `ms`; settles as it does, or with LATE. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | typeof LATE> {
  const settled = new AbortController();
  const timeout = sleep(ms, LATE, { signal: settled.signal });
  timeout.catch(() => {});
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    settled.abort();
  }
}
