import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { mount, Session } from 'wasmfuse';
import TellerFs, { type TellerData } from '../fixtures/teller.js';
import { deadline, until } from '../helpers/deadline.js';
import { Gate } from '../helpers/gate.js';
import { mountpointOf, tempDir, unmount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';
import { startSyscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/teller.js', import.meta.url);

const test = suite('several workers');

interface Served {
  dir: string;
  session: Session;
  running: Promise<void>;
}

async function serve(
  scope: Scope,
  workers: number,
  data: TellerData = {},
  maxTasks = 99,
): Promise<Served> {
  const dir = mountpointOf(scope);
  const session = await mount(MODULE, dir, undefined, { workers, data, closeTimeout: 500 });
  scope.after(() => session.close());
  const running = session.main(1, maxTasks);
  running.catch(() => {});
  return { dir, session, running };
}

function devices(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === '/dev/fuse';
    } catch {
      return false;
    }
  }).length;
}

test('must be a whole number', () => {
  for (const workers of [0, -1, 1.5, Number.NaN, '2' as unknown as number]) {
    assert.throws(() => new Session(MODULE, '/', undefined, { workers }), {
      name: 'RangeError',
      message: /workers must be an integer/,
    });
  }
});

test('need a module', () => {
  assert.throws(() => new Session(new TellerFs(), '/', undefined, { workers: 2 }), {
    name: 'TypeError',
    message: /several workers need a module/,
  });
});

test('serve while one of them is busy', async (scope) => {
  const gate = new Gate(scope);
  const { dir } = await serve(scope, 3, { gate: gate.memory });
  const held = [
    await startSyscall(scope, 'pread', `${dir}/held`, 0, 8),
    await startSyscall(scope, 'pread', `${dir}/held`, 0, 8),
  ];
  await gate.holds(2);
  const free = await deadline(readFile(`${dir}/thread`, 'utf8'), 3000, 'the third worker');
  gate.open();
  for (const call of held) assert.ok(await call.line(), 'its read ends, too');
  assert.ok(Number(free) > 0);
});

test('have a device each, and none is left after close()', async (scope) => {
  const before = devices();
  const { dir, session } = await serve(scope, 3);
  assert.equal(await readFile(`${dir}/text`, 'utf8'), 'text');
  assert.equal(devices() - before, 3);
  await session.close();
  assert.equal(devices(), before);
});

test('share the tasks: in flight are as many as main() allows', async (scope) => {
  for (const [workers, maxTasks] of [
    [2, 5],
    [4, 3],
    [3, 1],
  ] as const) {
    const { dir, session } = await serve(scope, workers, {}, maxTasks);
    const file = await open(`${dir}/slow`);
    scope.after(() => file.close());
    const reads = Array.from({ length: 4 * maxTasks }, () => file.read(Buffer.alloc(8), 0, 8, 0));
    await Promise.all(reads);
    const { tasks } = session.stats();
    assert.equal(tasks.peak, maxTasks, `${workers} workers`);
    await file.close();
    await session.close();
  }
});

test('all end with terminate(), and can serve again', async (scope) => {
  const { dir, session, running } = await serve(scope, 3);
  assert.equal(await readFile(`${dir}/text`, 'utf8'), 'text');
  session.terminate();
  await deadline(running, 3000, 'main()');
  assert.equal(session.stats().tasks.now, 0);
  const again = session.main();
  assert.equal(await deadline(readFile(`${dir}/text`, 'utf8'), 3000, 'read'), 'text');
  session.terminate();
  await deadline(again, 3000, 'main()');
});

test('all end when the filesystem is unmounted', async (scope) => {
  const { dir, running } = await serve(scope, 3);
  assert.equal(await readFile(`${dir}/text`, 'utf8'), 'text');
  assert.equal((await unmount(dir)).status, 0);
  await deadline(running, 3000, 'main()');
  assert.deepEqual(fuseMountsUnder(dir), []);
});

test('cost nothing while they are idle', async (scope) => {
  const { dir } = await serve(scope, 4);
  assert.equal(await readFile(`${dir}/text`, 'utf8'), 'text');
  await sleep(100);
  const start = process.cpuUsage();
  await sleep(1000);
  const { user, system } = process.cpuUsage(start);
  assert.ok(user + system < 30_000, `${user + system} us in a second`);
});

test('deliver interrupts to the one that has the request', async (scope) => {
  const dir = mountpointOf(scope);
  const log = `${tempDir(scope)}/log`;
  const data = { log, ms: 4000, interruptible: true };
  const url = new URL('../fixtures/gate.js', import.meta.url);
  const session = await mount(url, dir, undefined, { workers: 3, data, closeTimeout: 100 });
  scope.after(() => session.close());
  session.main().catch(() => {});
  const count = (line: string) =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((l) => l === line);
  for (let round = 1; round <= 8; round++) {
    const victim = await startSyscall(scope, 'pread', `${dir}/file`, 0, 1);
    await until(() => existsSync(log) && count('1').length === round, 3000, 'a read');
    victim.kill('SIGTERM');
    await until(() => count('interrupted').length === round, 2000, `interrupt ${round}`);
  }
});

test('read as one', async (scope) => {
  const { dir, session } = await serve(scope, 4, { text: 'x'.repeat(300_000) });
  const copies = Array.from({ length: 24 }, () => sh(`cksum < ${dir}/text`));
  assert.equal(new Set(await Promise.all(copies)).size, 1);
  assert.equal(session.stats().bytes.read % 300_000, 0);
  assert.equal(readFileSync(`${dir}/text`, 'utf8').length, 300_000);
});

test('are refused by filesystems that live in one', async (scope) => {
  for (const name of ['tmpfs', 'passthrough']) {
    const url = new URL(`../../../dist/examples/${name}.js`, import.meta.url);
    const data = name === 'tmpfs' ? {} : { source: tempDir(scope) };
    const dir = mountpointOf(scope);
    const session = await mount(url, dir, undefined, { workers: 2, data });
    await assert.rejects(deadline(session.main(), 3000, 'main()'), /one worker thread/);
    await session.close();
    assert.deepEqual(fuseMountsUnder(dir), []);
  }
});
