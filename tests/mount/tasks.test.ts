import { strict as assert } from 'node:assert';
import { existsSync, readFileSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GateData } from '../fixtures/gate.js';
import { until } from '../helpers/deadline.js';
import { mountModule, tempDir } from '../helpers/mount.js';
import { placements } from '../helpers/placement.js';
import type { Scope } from '../helpers/scope.js';
import type { ServerOptions } from '../helpers/server.js';
import { suite } from '../helpers/suite.js';
import { startSyscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/gate.js', import.meta.url);

/** Reads in flight as each of them began, and how long all of them took. */
async function reads(scope: Scope, count: number, ms: number, tasks: Partial<ServerOptions>) {
  const log = join(tempDir(scope, 'log-'), 'reads');
  const data: GateData = { log, ms };
  const { dir } = await mountModule(scope, MODULE, { ...tasks, data });
  const file = await open(`${dir}/file`);
  scope.after(() => file.close());
  const start = performance.now();
  const bytes = await Promise.all(
    Array.from(
      { length: count },
      async (_, i) => (await file.read(Buffer.alloc(1), 0, 1, i)).buffer[0],
    ),
  );
  assert.deepEqual(
    bytes,
    Array.from({ length: count }, (_, i) => i & 0xff),
  );
  const inFlight = readFileSync(log, 'utf8').trim().split('\n').map(Number);
  return { inFlight, elapsed: performance.now() - start };
}

const test = suite('tasks');

for (const [placement, where] of placements) {
  test(`of one do everything one after the other (${where})`, async (scope) => {
    const { inFlight, elapsed } = await reads(scope, 8, 60, { maxTasks: 1, placement });
    assert.deepEqual(inFlight, Array(8).fill(1));
    assert.ok(elapsed >= 8 * 60 * 0.95, `${elapsed} ms`);
  });

  test(`of five have five in flight, and never more (${where})`, async (scope) => {
    const { inFlight } = await reads(scope, 20, 100, { maxTasks: 5, placement });
    assert.equal(Math.max(...inFlight), 5);
    assert.equal(inFlight.length, 20);
  });

  test(`of 99, the default, do as much at a time (${where})`, async (scope) => {
    const { inFlight, elapsed } = await reads(scope, 110, 500, { placement });
    assert.equal(Math.max(...inFlight), 99);
    assert.ok(elapsed < 5000, `${elapsed} ms`);
  });
}

test('start again after the pool has shrunk', async (scope) => {
  for (const minTasks of [0, 1, 5]) {
    const { inFlight } = await reads(scope, 10, 30, { minTasks, maxTasks: 10 });
    assert.equal(inFlight.length, 10);
    assert.ok(Math.max(...inFlight) >= 5, `minTasks ${minTasks}: ${Math.max(...inFlight)}`);
  }
});

const interrupts = suite('interrupts');

interrupts('fire the signal of the request, and of no other', async (scope) => {
  const log = join(tempDir(scope, 'log-'), 'reads');
  const data: GateData = { log, ms: 3000, interruptible: true };
  const { dir } = await mountModule(scope, MODULE, { data });
  const lines = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  const victim = await startSyscall(scope, 'pread', `${dir}/file`, 0, 1);
  const other = await startSyscall(scope, 'pread', `${dir}/file`, 0, 1);
  await until(() => lines().length === 2, 5000, 'two reads');
  victim.kill('SIGTERM');
  await until(() => lines().includes('interrupted'), 2000, 'an interrupt');
  assert.equal(await other.line(), '1', 'the other read ends well');
  assert.equal(lines().filter((line) => line === 'interrupted').length, 1);
  await stat(`${dir}/file`);
});

interrupts('of a caller that is killed do no harm when nobody listens', async (scope) => {
  const log = join(tempDir(scope, 'log-'), 'reads');
  const data: GateData = { log, ms: 300 };
  const { dir } = await mountModule(scope, MODULE, { data });
  const victim = await startSyscall(scope, 'pread', `${dir}/file`, 0, 1);
  await until(() => existsSync(log), 5000, 'a read');
  victim.kill('SIGKILL');
  const other = await startSyscall(scope, 'pread', `${dir}/file`, 0, 1);
  assert.equal(await other.line(), '1');
});
