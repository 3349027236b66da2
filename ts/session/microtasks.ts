/** Runs what promises and process.nextTick have queued, as Node does after each callback. */
const tick = (process as unknown as { _tickCallback?: () => void })._tickCallback;

/** Not where Node has no such function. */
export const canRunMicrotasks = tick !== undefined;

/**
 * For code that a callback of the event loop runs for long. What is thrown there is uncaught, as it
 * would be otherwise; through that callback it would end Node, which then finds that another
 * callback than the one it has begun has ended.
 */
export function runMicrotasks(): void {
  for (;;) {
    try {
      tick?.();
      return;
    } catch (thrown) {
      queueMicrotask(() => {
        throw thrown;
      });
    }
  }
}
