import { inspect } from 'node:util';
import { constant } from './generated/layout.js';

/** Where lines for people go: `level` as in syslog(3). */
export type Log = (level: number, line: string) => void;

const WINDOW_MS = 1000;
const MOST_IN_WINDOW = 50;

export const LOG_ERROR = constant.FUSE_LOG_ERR;
export const LOG_WARNING = constant.FUSE_LOG_WARNING;
export const LOG_DEBUG = constant.FUSE_LOG_DEBUG;

/**
 * The log on standard error. Errors are cut to 50 lines a second, because an error that repeats
 * with every request would otherwise write gigabytes. Debug output, which was asked for, is not.
 */
export const standardLog: Log = (level, message) => {
  if (level < LOG_DEBUG && !admits(message)) return;
  write(message);
};

function write(message: string): void {
  process.stderr.write(`wasmfuse: ${message.trimEnd()}\n`);
}

let windowEnd = 0;
let lines = 0;

/** Whether there is room for one more error in this second; the first that has none says so. */
function admits(message: string): boolean {
  const now = performance.now();
  if (now > windowEnd) {
    windowEnd = now + WINDOW_MS;
    lines = 0;
  }
  const isFull = lines >= MOST_IN_WINDOW;
  if (isFull && lines !== Number.POSITIVE_INFINITY) {
    write(`more than ${MOST_IN_WINDOW} lines in a second: the next ones are left out`);
    lines = Number.POSITIVE_INFINITY;
  }
  lines += message.trimEnd().split('\n').length;
  return !isFull;
}

/** A thrown value, whatever it is, for people: an error with its stack. */
export function describeThrown(thrown: unknown): string {
  try {
    return inspect(thrown);
  } catch {
    return `a thrown ${typeof thrown} that can't be shown`;
  }
}

/** A thrown value as an error: itself, or one that names it. */
export function errorOf(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    // A proxy that does not even say what it is.
  }
  return new Error(`a handler threw ${describeThrown(thrown)}`);
}
