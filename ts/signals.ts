const HANDLED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface End {
  /** Ends properly, which may take a while. */
  readonly end: () => Promise<void>;
  /** Ends at once, by force. */
  readonly now: () => void;
}

const ends = new Set<End>();
let isEnding = false;

function die(signal: NodeJS.Signals): void {
  // A listener of the program's own may let it live on.
  isEnding = false;
  for (const each of HANDLED) process.removeListener(each, onSignal);
  process.kill(process.pid, signal);
}

/** Only when all have ended may the process go. Who signals again does not want to wait. */
function onSignal(signal: NodeJS.Signals): void {
  if (isEnding) {
    for (const { now } of ends) now();
    die(signal);
    return;
  }
  isEnding = true;
  Promise.allSettled([...ends].map(({ end }) => end())).then((results) => {
    for (const result of results) if (result.status === 'rejected') console.error(result.reason);
    // After whatever else waits for the end has had its turn.
    setImmediate(die, signal);
  });
}

/**
 * Runs `end` on the first signal that asks the process to stop, and then lets the process die of
 * that signal, so that whoever started it sees the usual status; on a second signal `now` instead.
 * Returns what takes this back.
 */
export function endOnSignals(end: () => Promise<void>, now: () => void): () => void {
  const entry = { end, now };
  if (ends.size === 0) for (const signal of HANDLED) process.on(signal, onSignal);
  ends.add(entry);
  return () => {
    ends.delete(entry);
    // The last one leaves signals to the program again; not while they are being handled.
    if (ends.size > 0 || isEnding) return;
    for (const signal of HANDLED) process.removeListener(signal, onSignal);
  };
}
