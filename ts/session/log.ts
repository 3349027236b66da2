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
 * with every request would otherwise write gigabytes. Debug output, which was asked for, is not.
 */
export function standardLog(): Log {
  let lines = 0;
  let dropped = 0;
  const endWindow = () => {
    if (dropped > 0) process.stderr.write(`wasmfuse: ${dropped} messages left out\n`);
    lines = dropped = 0;
  };
  return (level, message) => {
    if (level < LOG_DEBUG) {
      if (lines === 0) setTimeout(endWindow, WINDOW_MS).unref();
      else if (lines >= MOST_IN_WINDOW) {
        dropped++;
        return;
      }
      lines += message.trimEnd().split('\n').length;
    }
    process.stderr.write(`wasmfuse: ${message.trimEnd()}\n`);
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
