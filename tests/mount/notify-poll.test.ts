import { strict as assert } from 'node:assert';
import * as fuse from 'wasmfuse';
import PolledFs from '../fixtures/polled.js';
import { deadline } from '../helpers/deadline.js';
import { exposed } from '../helpers/exposed.js';
import { mountpointOf } from '../helpers/mount.js';
import { type Placement, placements } from '../helpers/placement.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { startSyscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/polled.js', import.meta.url);

async function served(scope: Scope, placement: Placement) {
  let filesystem: fuse.Filesystem = MODULE;
  if (placement === 'instance') filesystem = new PolledFs();
  if (placement === 'remote') {
    const { remote, worker } = exposed(MODULE);
    scope.after(() => worker.terminate());
    filesystem = remote;
  }
  const dir = mountpointOf(scope);
  const session = await fuse.mount(filesystem, dir, undefined, { closeTimeout: 300 });
  scope.after(() => session.close());
  session.main().catch(() => {});
  return { dir, remote: session.remote as unknown as fuse.LoopRemote<PolledFs>, session };
}

for (const [placement, where] of placements) {
  const test = suite(`poll of ${where}`);

  test('wakes with POLLPRI once the handle is notified', async (scope) => {
    const { dir, remote, session } = await served(scope, placement);
    const polls = await Promise.all(
      [1, 2, 3].map(() => startSyscall(scope, 'poll', `${dir}/file`, 'POLLPRI', 5000)),
    );
    for (const poll of polls) assert.equal(await poll.line(), 'polling');
    const asked = () => (session.stats().requests.poll ?? 0) >= polls.length;
    while (!asked()) await new Promise(setImmediate);
    assert.equal(await remote.operations.wake(), 0);
    for (const poll of polls) assert.equal(await poll.line(), 'POLLPRI');
  });

  test('takes each handle once, and no handle after the end', async (scope) => {
    const { dir, remote, session } = await served(scope, placement);
    const poll = await startSyscall(scope, 'poll', `${dir}/file`, 'POLLPRI', 5000);
    assert.equal(await poll.line(), 'polling');
    while (session.stats().requests.poll !== 1) await new Promise(setImmediate);
    assert.match(await remote.operations.wakeTwice(), /has been notified/);
    await deadline(session.close(), 5000, 'close()');
  });
}
