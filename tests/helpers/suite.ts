/**
 * The only user of uvu. uvu by itself passes silently when a hook throws, when a suite is never run
 * and when it fails to print a failure; here each test has exactly one outcome, counted by us.
 */
import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';
import { deadline } from './deadline.js';
import { type Outcome, report } from './report.js';
import { Scope, Skipped } from './scope.js';

// Keeps uvu from running suites by its own timer; it reads this once, when it is loaded.
Object.assign(globalThis, { UVU_DEFER: 1, UVU_INDEX: 0 });
const uvu = await import('uvu');
Object.assign(globalThis, { UVU_QUEUE: [[null]] });

/** Long enough for any test that waits for nothing but a local mount on a busy machine. */
const TEST_MS = 10_000;
const SETUP_MS = 30_000;

export type Body = (scope: Scope) => unknown;

export interface Suite {
  (title: string, body: Body, options?: { timeout?: number }): void;
  /** A test that can't run here, and why: counts as skipped. */
  skip(title: string, reason: string): void;
  /** Runs once before the first test; when it fails, so does every test of the suite. */
  before(setup: Body): void;
}

interface Registered {
  name: string;
  done: boolean;
}

const registered: Registered[] = [];
const suites: { run(): void }[] = [];

/** Stack frames of the harness itself. */
const HARNESS = /^\s+at .*(\/uvu\/|helpers\/(suite|scope|entry|deadline)\.).*\n?/gm;

/** An error that uvu can print: it fails on thrown strings and on values JSON can't hold. */
function printable(thrown: unknown): Error {
  const error = new Error(thrown instanceof Error ? thrown.message : `thrown: ${inspect(thrown)}`);
  // An AssertionError's properties repeat its message.
  const full = thrown instanceof AssertionError ? thrown.stack : inspect(thrown, { depth: 6 });
  error.stack = full?.replace(error.message, '').replace(HARNESS, '') ?? '';
  return error;
}

function settle(test: Registered, status: Outcome['status'], reason?: string): void {
  test.done = true;
  void report({
    type: 'outcome',
    name: test.name,
    status,
    ...(reason !== undefined && { reason }),
  });
}

/** What the steps threw, run in order: a later one also runs when an earlier one has failed. */
async function failuresOf(...steps: (() => unknown)[]): Promise<unknown[]> {
  const thrown: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      thrown.push(...(error instanceof AggregateError ? error.errors : [error]));
    }
  }
  return thrown;
}

async function runTest(test: Registered, ...steps: (() => unknown)[]): Promise<void> {
  void report({ type: 'start', name: test.name });
  const thrown = await failuresOf(...steps);
  const failures = thrown.filter((error) => !(error instanceof Skipped));
  const [skipped] = thrown;
  if (failures.length > 0) {
    const [only] = failures;
    const all = failures.length > 1 ? new AggregateError(failures, 'several failures') : only;
    const error = printable(all);
    settle(test, 'failed', error.message);
    throw error;
  }
  if (skipped instanceof Skipped) settle(test, 'skipped', skipped.message);
  else settle(test, 'passed');
}

/** A group of tests about one symbol or behaviour; each title is a sentence about it. */
export function suite(name: string): Suite {
  const group = uvu.suite(name);
  const shared = new Scope();
  const setups: Body[] = [];
  let setup: Promise<void> | undefined;
  let remaining = 0;
  suites.push(group);

  const setUp = () => {
    setup ??= (async () => {
      for (const body of setups) await deadline(body(shared), SETUP_MS, `${name}: setup`);
    })();
    return setup;
  };

  const add = (title: string, body: Body, { timeout = TEST_MS } = {}) => {
    const test = { name: `${name}: ${title}`, done: false };
    const scope = new Scope();
    registered.push(test);
    remaining++;
    group(title, () =>
      runTest(
        test,
        async () => {
          await setUp();
          await deadline(body(scope), timeout, test.name);
        },
        () => scope.close(),
        // What the whole suite shares ends with its last test, which fails when that does.
        () => --remaining === 0 && shared.close(),
      ),
    );
  };

  const skip = (title: string, reason: string) => add(title, (scope) => scope.skip(reason));
  return Object.assign(add, { skip, before: (body: Body) => void setups.push(body) });
}

/** Runs every suite; tests that uvu lost on the way are reported as failed. */
export async function runSuites(): Promise<void> {
  for (const group of suites) group.run();
  await uvu.exec();
  for (const test of registered.filter(({ done }) => !done)) settle(test, 'failed', 'never ran');
}
