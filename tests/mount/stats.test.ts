import { strict as assert } from 'node:assert';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { mount } from 'wasmfuse';
import { Gate } from '../helpers/gate.js';
import { mountpointOf } from '../helpers/mount.js';
import { suite } from '../helpers/suite.js';
import { startSyscall } from '../helpers/syscall.js';

const TELLER = new URL('../fixtures/teller.js', import.meta.url);
const TMPFS = new URL('../../../dist/examples/tmpfs.js', import.meta.url);

const test = suite('stats()');

test('count requests, errors and bytes', async (scope) => {
  const dir = mountpointOf(scope);
  const session = await mount(TMPFS, dir);
  scope.after(() => session.close());
  assert.deepEqual(session.stats().requests, {});
  const running = session.main();
  writeFileSync(`${dir}/file`, 'x'.repeat(5000));
  assert.equal(readFileSync(`${dir}/file`).length, 5000);
  const before = session.stats();
  mkdirSync(`${dir}/full/of`, { recursive: true });
  assert.throws(() => rmdirSync(`${dir}/full`), { code: 'ENOTEMPTY' });
  const { requests, errors, bytes, workers } = session.stats();
  assert.equal(workers, 1);
  assert.equal(requests.create, 1);
  assert.equal(requests.mkdir, 2);
  assert.equal(errors - before.errors, 1);
  assert.equal(bytes.written, 5000);
  assert.equal('rename' in requests, false);
  session.terminate();
  await running;
});

test('count tasks', async (scope) => {
  const dir = mountpointOf(scope);
  const session = await mount(TELLER, dir);
  scope.after(() => session.close());
  assert.deepEqual(session.stats().tasks, { now: 0, peak: 0, waiting: 0 });
  const running = session.main(2, 4);
  const calls = [1, 2, 3].map(() => startSyscall(scope, 'pread', `${dir}/slow`, 0, 8));
  for (const call of await Promise.all(calls)) await call.line();
  const { now, peak, waiting } = session.stats().tasks;
  assert.ok(peak >= 2 && peak <= 4, `peak ${peak}`);
  assert.ok(now >= 1 && now <= 4 && waiting <= now, `now ${now}, waiting ${waiting}`);
  session.terminate();
  await running;
  assert.deepEqual(session.stats().tasks, { now: 0, peak, waiting: 0 });
});

test('can be read while the worker is too busy to answer', async (scope) => {
  const dir = mountpointOf(scope);
  const gate = new Gate(scope);
  const session = await mount(TELLER, dir, undefined, { data: { gate: gate.memory } });
  scope.after(() => session.close());
  session.main().catch(() => {});
  const read = await startSyscall(scope, 'pread', `${dir}/text`, 1, 8);
  await read.line();
  const call = await startSyscall(scope, 'pread', `${dir}/held`, 0, 8);
  await gate.holds(1);
  assert.equal(session.stats().requests.read, 2);
  assert.equal(session.stats().bytes.read, 3, 'of the one that is done');
  gate.open();
  await call.line();
});
