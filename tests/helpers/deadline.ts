/** Thrown when something took longer than it may. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * The outcome of `work`, or a DeadlineError that names `what` after `ms`. The work itself can't be
 * cancelled: whoever started it must free it, for example by aborting the mount it waits for.
 */
export function deadline<T>(work: T | PromiseLike<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`${what}: no end after ${ms} ms`)), ms);
  });
  return Promise.race([Promise.resolve(work), expired]).finally(() => clearTimeout(timer));
}

/** Waits until `ready` gives something other than undefined or false, asking every few ms. */
export async function until<T>(
  ready: () => T | undefined | false | Promise<T | undefined | false>,
  ms: number,
  what: string,
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const value = await ready();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new DeadlineError(`${what}: not so after ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
