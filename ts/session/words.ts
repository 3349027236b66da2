import { LOG_DEBUG } from './log.js';

/** What libfuse says while it is asked something, for the error that follows. */
export class Words {
  #lines: string[] | undefined;

  /** Whether a line of the log is one of these. */
  takes(level: number, line: string): boolean {
    if (this.#lines === undefined || level >= LOG_DEBUG) return false;
    this.#lines.push(line.trim());
    return true;
  }

  listen<T>(call: () => T): [result: T, words: string | undefined] {
    const lines: string[] = [];
    this.#lines = lines;
    try {
      const result = call();
      return [result, lines.length > 0 ? lines.join(' ') : undefined];
    } finally {
      this.#lines = undefined;
    }
  }
}
