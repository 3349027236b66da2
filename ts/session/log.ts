import { inspect } from 'node:util';
import { constant } from './generated/layout.js';

/** Where lines for people go: `level` as in syslog(3). */
export type Log = (level: number, line: string) => void;

const WINDOW_MS = 1000;
const MOST_IN_WINDOW = 50;

export const LOG_ERROR = constant.FUSE_LOG_ERR;
export const LOG_DEBUG = constant.FUSE_LOG_DEBUG;

/**
 * The log on standard error. Errors are cut to 50 lines a second, because an error that repeats
 * with
 * every request would otherwise write gigabytes; debug output, which was asked for, is not cut.
 */
export function standardLog(): Log {
  let windowStart = 0;
  let lines = 0;
  let dropped = 0;
  return (level, line) => {
    if (level < LOG_DEBUG) {
      const now = Date.now();
      if (now - windowStart > WINDOW_MS) {
        if (dropped > 0) process.stderr.write(`wasmfuse: ${dropped} lines left out\n`);
        windowStart = now;
        lines = dropped = 0;
      }
      if (++lines > MOST_IN_WINDOW) {
        dropped++;
        return;
      }
    }
    process.stderr.write(`wasmfuse: ${line.trimEnd()}\n`);
  };
}

/** A thrown value, whatever it is, for people: an error with its stack. */
export function describeThrown(thrown: unknown): string {
  try {
    return inspect(thrown);
  } catch {
    return `a thrown ${typeof thrown} that can't be shown`;
  }
}
