import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { errno } from '#dist/errors.js';
import { Operations } from '#dist/operations.js';
import { Deferred } from '#dist/session/deferred.js';
import { opTable, type Row } from '#dist/session/optable.js';
import { deadline, until } from '../helpers/deadline.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { CASES, type Case, INODE, UNREACHABLE } from './cases.js';
import { ERROR, FAULTS, type Fault, isHarmless } from './faults.js';
import { Kernel } from './kernel.js';
import { opcodes } from './wire.js';

const { EIO } = errno as { EIO: number };
const END_MS = 2000;

/** A session in which one operation goes wrong, and another one is in flight. */
class Trial {
  readonly kernel: Kernel;
  readonly end = new Deferred<void>();
  readonly release = new Deferred<void>();
  fault: Fault = { act: () => {} };
  calls = 0;
  readonly #faulty: Case;
  readonly #other: Case;
  #otherIsHeld = false;

  constructor(scope: Scope, operation: string, row: Row, raiseUnexpected: boolean) {
    assert.ok(CASES[operation], 'no request of this operation is known');
    this.#faulty = CASES[operation];
    const other = row.handler === 'statfs' ? 'getattr' : 'statfs';
    this.#other = CASES[other] as Case;
    const fs = Object.assign(new Operations(), {
      [row.handler]: () => {
        this.calls++;
        return this.fault.act(this.end.promise);
      },
      [other]: async () => {
        this.#otherIsHeld = true;
        await this.release.promise;
        return this.#other.result;
      },
    });
    this.kernel = new Kernel(scope, fs, { max: 3, raiseUnexpected });
  }

  /** Sends the other request, and waits until its handler is at work. */
  async hold(): Promise<bigint> {
    const unique = this.kernel.send(opcodes[this.#other.opcode] as number, this.#other.body);
    await until(() => this.#otherIsHeld, END_MS, 'the other request');
    return unique;
  }

  /** Sends the request that goes wrong, and waits until its handler has done so. */
  async go(fault: Fault): Promise<bigint> {
    const calls = this.calls;
    this.fault = fault;
    const { opcode, body } = this.#faulty;
    const unique = this.kernel.send(opcodes[opcode] as number, body, { nodeid: INODE });
    await until(() => this.calls > calls, END_MS, 'the call of the handler');
    if (fault.isLate) {
      this.kernel.server.terminate();
      this.end.resolve();
    }
    if (!this.#faulty.unanswered) await this.kernel.answer(unique);
    // A rejection is seen some microtasks later.
    await new Promise(setImmediate);
    return unique;
  }

  /** Exactly one answer has come, or none where none is waited for. */
  check(unique: bigint, error: number): void {
    const expected = this.#faulty.unanswered ? [] : [error];
    assert.deepEqual(
      this.kernel.answersTo(unique).map((answer) => answer.error),
      expected,
    );
  }
}

/** The error was logged once, for people who look for its cause. */
function checkLog(lines: string[], operation: string, { thrown }: Fault): void {
  const [line = ''] = lines;
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.ok(line.startsWith(`${operation} failed unexpectedly: `), line);
  if (thrown === undefined || thrown.value === ERROR) assert.match(line, /\n\s+at /);
  if (thrown !== undefined) assert.ok(line.includes(inspect(thrown.value)), line);
}

function checkReason(reason: unknown, { thrown }: Fault): void {
  if (thrown?.value === ERROR) assert.equal(reason, ERROR);
  else assert.ok(reason instanceof Error, `${inspect(reason)} is no Error`);
  if (thrown !== undefined && thrown.value !== ERROR) {
    assert.equal((reason as Error).message, `a handler threw ${inspect(thrown.value)}`);
  }
}

async function goesOn(scope: Scope, operation: string, row: Row): Promise<void> {
  const trial = new Trial(scope, operation, row, false);
  const { kernel } = trial;
  await kernel.init();
  const other = await trial.hold();
  for (const fault of FAULTS.values()) {
    const unique = await trial.go(fault);
    const harmless = isHarmless(row, fault);
    trial.check(unique, harmless ? 0 : EIO);
    if (harmless) assert.deepEqual(kernel.lines, []);
    else checkLog(kernel.lines.splice(0), operation, fault);
  }
  trial.release.resolve();
  assert.equal((await kernel.answer(other)).error, 0);
  await deadline(kernel.served, END_MS, 'main()');
}

async function raises(scope: Scope, operation: string, row: Row, fault: Fault): Promise<void> {
  const trial = new Trial(scope, operation, row, true);
  const { kernel } = trial;
  await kernel.init();
  const other = await trial.hold();
  let isOver = false;
  const ending = kernel.served.then(
    () => assert.fail('main() has not failed'),
    (reason: unknown) => {
      isOver = true;
      return reason;
    },
  );
  const unique = await trial.go(fault);
  trial.check(unique, EIO);
  checkLog(kernel.lines.splice(0), operation, fault);
  assert.ok(!isOver, 'a request is in flight still');
  trial.release.resolve();
  checkReason(await deadline(ending, END_MS, 'main()'), fault);
  assert.deepEqual(
    kernel.answersTo(other).map(({ error }) => error),
    [0],
  );
  trial.check(unique, EIO);
}

const log = suite("an unexpected error, with 'log', is answered once and serving goes on:");
const raise = suite("an unexpected error, with 'raise', is answered once and ends main():");

for (const [operation, row] of Object.entries(opTable)) {
  if (operation in UNREACHABLE) continue;
  log(operation, (scope) => goesOn(scope, operation, row));
  raise(operation, async (scope) => {
    const harmful = [...FAULTS].filter(([, fault]) => !isHarmless(row, fault));
    await Promise.all(
      harmful.map(async ([what, fault]) => {
        try {
          await raises(scope, operation, row, fault);
        } catch (thrown) {
          throw new Error(`a handler that ${what}`, { cause: thrown });
        }
      }),
    );
  });
}
