import { mkdir } from 'node:fs/promises';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import type { Checks } from './check.js';

interface Options {
  /** The checks that can't hold on it, and why. */
  unable?: Readonly<Record<string, string>>;
  /** Of each check, in ms. */
  timeout?: number;
}

/** Runs a table of checks on one filesystem, which `prepare` makes. */
export function runChecks(
  name: string,
  checks: Checks,
  prepare: (scope: Scope) => Promise<string> | string,
  { unable = {}, timeout }: Options = {},
): void {
  const test = suite(name);
  let root = '';
  let next = 0;
  test.before(async (scope) => {
    root = await prepare(scope);
  });
  for (const [title, check] of Object.entries(checks)) {
    const reason = unable[title];
    if (reason !== undefined) {
      test.skip(title, reason);
      continue;
    }
    const run = async (scope: Scope) => {
      const dir = `${root}/check-${next++}`;
      await mkdir(dir);
      await check(dir, scope);
    };
    test(title, run, timeout === undefined ? {} : { timeout });
  }
}
