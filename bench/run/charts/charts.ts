import type { Results } from '../results.js';

/** The charts of a run, by name. */
export function charts(_results: Results): Map<string, string> {
  return new Map();
}
