import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { GateData } from '../fixtures/gate.js';
import type { SignalledData } from '../fixtures/modules/signalled.js';
import { until } from '../helpers/deadline.js';
import { mountCli, mountpointOf, Server, tempDir } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import { suite } from '../helpers/suite.js';
import { startSyscall } from '../helpers/syscall.js';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CLI = file('../../../dist/cli.js');
const GATE = file('../fixtures/gate.js');
const SIGNALLED = file('../fixtures/modules/signalled.js');
const LEAVE = file('programs/leave.js');
const TWO = file('programs/two.js');

const signals = suite('a signal');

signals('that is the second does not wait for handlers, and unmounts', async (scope) => {
  const data: GateData = { log: join(tempDir(scope), 'log'), ms: 60_000 };
  const server = await mountCli(scope, [GATE, '--data', JSON.stringify(data)]);
  await startSyscall(scope, 'pread', `${server.dir}/file`, 0, 1);
  await until(() => existsSync(data.log), 5000, 'the read');
  server.kill('SIGINT');
  await sleep(200);
  assert.equal(fuseMountsUnder(server.dir).length, 1, 'the first waits');
  server.kill('SIGTERM');
  // Less than closeTimeout.
  assert.equal(await server.end(3000), 'SIGTERM', server.output());
  assert.deepEqual(fuseMountsUnder(server.dir), []);
});

signals('right after mounting, before that is known, unmounts', async (scope) => {
  const dir = mountpointOf(scope);
  const data: SignalledData = { mountpoint: dir };
  const args = [CLI, 'mount', SIGNALLED, '--data', JSON.stringify(data), dir];
  const server = new Server(dir, args);
  scope.after(() => server.free());
  assert.equal(await server.end(), 'SIGTERM', server.output());
  assert.deepEqual(fuseMountsUnder(dir), []);
});

signals('ends all sessions of a process, and waits for each', async (scope) => {
  const dir = mountpointOf(scope);
  const log = join(tempDir(scope), 'log');
  const places = ['slow', 'quick'].map((name) => join(dir, name));
  for (const place of places) mkdirSync(place);
  const server = new Server(dir, [TWO, log, ...places]);
  scope.after(() => server.free());
  await until(() => fuseMountsUnder(dir).length === 2, 5000, 'two mounts');
  await startSyscall(scope, 'pread', `${dir}/slow/file`, 0, 1);
  await until(() => existsSync(log), 5000, 'the read');
  server.kill('SIGTERM');
  assert.equal(await server.end(), 'SIGTERM', server.output());
  assert.deepEqual(fuseMountsUnder(dir), []);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  signals(`${signal} removes the directory that start has made`, async (scope) => {
    const parent = mountpointOf(scope);
    const dir = join(parent, 'made');
    const server = new Server(dir, [CLI, 'start', dir]);
    scope.after(() => server.free());
    await server.mounted();
    server.kill(signal);
    assert.equal(await server.end(), signal, server.output());
    assert.deepEqual(fuseMountsUnder(parent), []);
    assert.ok(!existsSync(dir));
  });
}

const leaving = suite('a program that ends without close()');

for (const how of ['module', 'instance']) {
  leaving(`leaves no mount (${how})`, async (scope) => {
    const dir = mountpointOf(scope);
    const server = new Server(dir, [LEAVE, how, JSON.stringify(dir)]);
    scope.after(() => server.free());
    assert.equal(await server.end(), 7, server.output());
    assert.equal(server.output(), 'serving\n');
    assert.deepEqual(fuseMountsUnder(dir), []);
  });
}

leaving('does so also with a session that was never begun', async (scope) => {
  const dir = mountpointOf(scope);
  const server = new Server(dir, [LEAVE, 'unused', JSON.stringify(dir)]);
  scope.after(() => server.free());
  assert.equal(await server.end(3000), 0, server.output());
});
