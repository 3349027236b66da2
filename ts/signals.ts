const HANDLED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `end` on the first signal that asks the process to stop, and then lets the process die of
 * that
 * signal, so that whoever started it sees the usual status. Returns what takes the handlers away.
 */
export function endOnSignals(end: () => Promise<void>): () => void {
  const remove = () => {
    for (const signal of HANDLED) process.removeListener(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    remove();
    end()
      .catch((error: unknown) => console.error(error))
      // After whatever else waits for the end has had its turn.
      .finally(() => setImmediate(() => process.kill(process.pid, signal)));
  };
  for (const signal of HANDLED) process.on(signal, onSignal);
  return remove;
}
