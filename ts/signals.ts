const HANDLED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `end` on the first signal that asks the process to stop, and then lets the process die of
 * that signal, so that whoever started it sees the usual status. Who signals again does not want to
 * wait: then `now` is run in its place. Returns what takes the handlers away.
 */
export function endOnSignals(end: () => Promise<void>, now: () => void): () => void {
  let isEnding = false;
  const remove = () => {
    for (const signal of HANDLED) process.removeListener(signal, onSignal);
  };
  const die = (signal: NodeJS.Signals) => {
    remove();
    process.kill(process.pid, signal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (isEnding) {
      now();
      die(signal);
      return;
    }
    isEnding = true;
    end()
      .catch((error: unknown) => console.error(error))
      // After whatever else waits for the end has had its turn.
      .finally(() => setImmediate(die, signal));
  };
  for (const signal of HANDLED) process.on(signal, onSignal);
  return remove;
}
