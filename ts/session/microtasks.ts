/**
 * Runs what promises and process.nextTick have queued, as Node does after each callback from its
 * event loop; for code that such a callback runs for long. Undefined where Node has none.
 */
export const runMicrotasks = (process as unknown as { _tickCallback?: () => void })._tickCallback;
