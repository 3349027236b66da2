import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fuse from 'wasmfuse';
import { deadline } from '../helpers/deadline.js';
import { mountpointOf } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';
import { startSyscall } from '../helpers/syscall.js';

// Served by a thread of its own, so that this one may wait for the mount.
const MODULE = new URL('../fixtures/control.js', import.meta.url);

const order = suite('the module functions');

order('ask for init() first', async () => {
  await assert.rejects(fuse.main(), /init\(\) before main\(\)/);
  await assert.rejects(fuse.close(), /init\(\) before close\(\)/);
  await assert.rejects(fuse.close(false), /init\(\) before close\(\)/);
  assert.throws(() => fuse.terminate(), /init\(\) before terminate\(\)/);
});

order('refuse a second init(), and leave the first mount alone', async (scope) => {
  const dir = mountpointOf(scope);
  await fuse.init(MODULE, dir);
  scope.after(() => fuse.close());
  const other = mountpointOf(scope);
  await assert.rejects(fuse.init(MODULE, other), /init\(\) was called already/);
  assert.deepEqual(fuseMountsUnder(other), []);
  const running = fuse.main();
  assert.equal(await sh('cat file', { cwd: dir }), 'text');
  await assert.rejects(fuse.main(), /running already/);
  fuse.terminate();
  await running;
});

order('can be used again after close()', async (scope) => {
  for (let round = 0; round < 3; round++) {
    const dir = mountpointOf(scope);
    await fuse.init(MODULE, dir);
    const running = fuse.main();
    assert.equal(await sh('cat file', { cwd: dir }), 'text');
    await fuse.close();
    await running;
    assert.deepEqual(fuseMountsUnder(dir), []);
  }
});

order('can be used again after an init() that failed', async (scope) => {
  const dir = mountpointOf(scope);
  await assert.rejects(fuse.init(MODULE, dir, ['nonsense']), { code: 'EINVAL' });
  await fuse.init(MODULE, dir);
  await fuse.close();
});

order('serve again after terminate()', async (scope) => {
  const dir = mountpointOf(scope);
  await fuse.init(MODULE, dir);
  scope.after(() => fuse.close());
  for (let round = 0; round < 3; round++) {
    const running = fuse.main();
    assert.equal(await sh('cat file', { cwd: dir }), 'text');
    fuse.terminate();
    await running;
    assert.equal(fuseMountsUnder(dir).length, 1, 'terminate() does not unmount');
  }
});

const sessions = suite('a session');

async function served(scope: Scope, config: fuse.SessionConfig = {}) {
  const dir = mountpointOf(scope);
  const session = await fuse.mount(MODULE, dir, undefined, config);
  const running = session.main();
  running.catch(() => {});
  scope.after(() => session.close());
  return { dir, session, running };
}

sessions('is one of many in a process', async (scope) => {
  const all = [await served(scope), await served(scope), await served(scope)];
  for (const { dir } of all) assert.equal(await sh('cat file', { cwd: dir }), 'text');
  const [first, ...others] = all;
  await first?.session.close();
  for (const { dir } of others) assert.equal(await sh('cat file', { cwd: dir }), 'text');
});

sessions('answers the calling thread too, when a worker serves', async (scope) => {
  const { dir } = await served(scope);
  const { readFileSync } = await import('node:fs');
  assert.equal(readFileSync(`${dir}/file`, 'utf8'), 'text');
});

sessions('may be of any object that has handlers', async (scope) => {
  const dir = mountpointOf(scope);
  const ino = 7n;
  const session = await fuse.mount(
    {
      getattr: () => ({ ino: 1n, mode: constants.S_IFDIR | 0o755 }),
      lookup: (_parent, name) => ({ ino, mode: constants.S_IFREG | 0o644, size: name.length }),
    },
    dir,
  );
  scope.after(() => session.close());
  session.main().catch(() => {});
  // Not with the mount as working directory: spawn waits on this thread until the child is there.
  assert.equal(await sh(`stat -c '%i %s' ${dir}/some-name`), `${ino} 9\n`);
});

sessions('is unmounted by close(), and settles closed and main()', async (scope) => {
  const { dir, session, running } = await served(scope);
  await session.close();
  await deadline(running, 1000, 'main()');
  await deadline(session.closed, 1000, 'closed');
  assert.deepEqual(fuseMountsUnder(dir), []);
  await session.close();
  await assert.rejects(session.main(), /after close/);
});

sessions('is closed at the end of its block', async (scope) => {
  const dir = mountpointOf(scope);
  const session = new fuse.Session(MODULE, dir);
  await session[Symbol.asyncDispose]();
  const other = await fuse.mount(MODULE, dir);
  await other[Symbol.asyncDispose]();
  assert.deepEqual(fuseMountsUnder(dir), []);
});

sessions('leaves a dead mountpoint after close(false)', async (scope) => {
  const { dir, session } = await served(scope);
  await session.close(false);
  assert.equal(fuseMountsUnder(dir).length, 1);
  await assert.rejects(sh(`stat ${dir}`), /Transport endpoint is not connected/);
});

sessions('is closed within closeTimeout of a handler that never settles', async (scope) => {
  const { dir, session, running } = await served(scope, { closeTimeout: 300 });
  const reader = await startSyscall(scope, 'pread', `${dir}/never`, 0, 1);
  // Nothing tells when the read has reached its handler.
  await sleep(500);
  const start = performance.now();
  await deadline(session.close(), 3000, 'close()');
  assert.ok(performance.now() - start >= 250, 'the handler got its time');
  assert.equal(await reader.line(), undefined, 'the reader has failed');
  await deadline(running, 1000, 'main()');
  assert.deepEqual(fuseMountsUnder(dir), []);
});

sessions('ends main() with an unexpected error when that is wanted', async (scope) => {
  const dir = mountpointOf(scope);
  const bad = new URL('../fixtures/bad.js', import.meta.url);
  const session = await fuse.mount(bad, dir, undefined, { onUnexpectedError: 'raise' });
  scope.after(() => session.close());
  const running = session.main();
  running.catch(() => {});
  await assert.rejects(sh(`stat ${dir}/lookup/throw-error`), /Input\/output error/);
  await assert.rejects(deadline(running, 2000, 'main()'), /a plain error/);
});

sessions('that could not be mounted says so in main(), too', async (scope) => {
  const session = new fuse.Session(MODULE, mountpointOf(scope), ['nonsense']);
  await assert.rejects(session.init(), { code: 'EINVAL' });
  await assert.rejects(session.main(), /main\(\) after init\(\) has failed/);
});

sessions('counts no tasks of a thread that has died', async (scope) => {
  const dir = mountpointOf(scope);
  const session = await fuse.mount(MODULE, dir);
  const running = session.main();
  assert.equal(await sh('cat file', { cwd: dir }), 'text');
  assert.throws(() => fuse.setxattr(dir, 'user.command', Buffer.from('exit')));
  await assert.rejects(deadline(running, 3000, 'main()'), /exit code 3/);
  const { now, peak, waiting } = session.stats().tasks;
  assert.deepEqual([now, waiting], [0, 0]);
  assert.ok(peak > 0);
  await session.close();
});
