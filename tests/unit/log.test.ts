import { strict as assert } from 'node:assert';
import { LOG_DEBUG, LOG_ERROR, standardLog } from '#dist/session/log.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

/** What goes to standard error from now on, by lines; it goes nowhere else. */
function captured(scope: Scope): string[] {
  const lines: string[] = [];
  const { write } = process.stderr;
  scope.after(() => {
    process.stderr.write = write;
  });
  process.stderr.write = (text) => {
    lines.push(...String(text).trimEnd().split('\n'));
    return true;
  };
  return lines;
}

let seconds = 0;

/** Takes the clock of the log to a second of the test's own. */
function atItsOwnTime(scope: Scope): void {
  const { now } = performance;
  scope.after(() => {
    performance.now = now;
  });
  seconds += 10;
  performance.now = () => seconds * 1000;
}

const MOST = 50;
const test = suite('the log');

test('cuts errors to 50 lines a second, and says so at once', (scope) => {
  atItsOwnTime(scope);
  const lines = captured(scope);
  for (let i = 0; i < 300; i++) standardLog(LOG_ERROR, `message ${i}`);
  assert.equal(lines[MOST - 1], `wasmfuse: message ${MOST - 1}`);
  assert.equal(lines.length, MOST + 1);
  assert.match(lines[MOST] as string, /left out/);
  seconds += 2;
  standardLog(LOG_ERROR, 'once more');
  assert.equal(lines.at(-1), 'wasmfuse: once more');
});

test('counts each line of a message', (scope) => {
  atItsOwnTime(scope);
  const lines = captured(scope);
  for (let i = 0; i < 10; i++) standardLog(LOG_ERROR, 'a stack\n'.repeat(25));
  assert.equal(lines.length, MOST + 1);
});

test('leaves out no debug output', (scope) => {
  atItsOwnTime(scope);
  const lines = captured(scope);
  for (let i = 0; i < 300; i++) standardLog(LOG_DEBUG, `message ${i}`);
  assert.equal(lines.length, 300);
});
