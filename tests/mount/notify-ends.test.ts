import { strict as assert } from 'node:assert';
import * as fs from 'node:fs/promises';
import * as fuse from 'wasmfuse';
import { FIRST_DIRECTORY } from '../fixtures/noticing.js';
import { deadline } from '../helpers/deadline.js';
import { readyToUnmount, unmount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import { Noticing } from '../helpers/noticing.js';
import { type Placement, placements } from '../helpers/placement.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const PARENT = FIRST_DIRECTORY + 1n;
const QUEUED = 10_000;

/** Every call, about what the kernel knows once `known` has been mounted. */
const calls: Record<string, (session: fuse.NotificationCalls) => unknown> = {
  invalidateInode: (session) => session.invalidateInode(7n),
  invalidateEntry: (session) => session.invalidateEntry(PARENT, 'f7'),
  deletion: (session) => session.invalidateEntry(PARENT, 'f7', 7n),
  invalidateEntryAsync: (session) => session.invalidateEntryAsync(PARENT, 'f7'),
  expireEntry: (session) => session.expireEntry(PARENT, 'f7'),
  notifyStore: (session) => session.notifyStore(7n, 0, Buffer.alloc(10)),
  retrieve: (session) => session.retrieve(7n, 0, 10),
};

async function known(scope: Scope, placement: Placement, workers = 1): Promise<Noticing> {
  const noticing = await Noticing.mount(scope, { placement, workers });
  await fs.stat(`${noticing.dir}/d${PARENT}/f7`);
  return noticing;
}

/** Has a lookup held, whose directory is locked, and so much queued behind it. */
async function crowded(scope: Scope, placement: Placement, workers = 1) {
  const noticing = await known(scope, placement, workers);
  const { dir, session } = noticing;
  const { outcome } = await noticing.hold({ op: 'lookup', args0: String(PARENT) }, () =>
    fs.stat(`${dir}/d${PARENT}/f5`),
  );
  for (let i = 0; i < QUEUED; i++) session.invalidateEntryAsync(PARENT, 'f7');
  const awaited = session.invalidateEntry(PARENT, 'f7');
  awaited.catch(() => {});
  // Whoever uses the directory meanwhile waits in the kernel.
  const others = [1, 2, 3].map((i) => fs.stat(`${dir}/d${PARENT}/f10${i}`).catch(() => {}));
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { noticing, session, dir, awaited, callers: [outcome.catch(() => {}), ...others] };
}

async function refusedEverywhere(session: fuse.NotificationCalls, words: RegExp): Promise<void> {
  for (const [name, call] of Object.entries(calls)) {
    await assert.rejects(async () => call(session), words, name);
  }
}

const arrangements = [
  ...placements.map(([placement, where]) => [placement, 1, where] as const),
  ['module', 3, 'three workers'] as const,
];

for (const [placement, workers, where] of arrangements) {
  const test = suite(`ends of notifications to ${where}`);

  test('by close(), with 10,000 queued behind a handler that never settles', async (scope) => {
    const { session, dir, awaited, callers } = await crowded(scope, placement, workers);
    const start = performance.now();
    await deadline(session.close(), 5000, 'close()');
    const ms = performance.now() - start;
    assert.ok(ms < 3000, `close() took ${ms} ms`);
    await assert.rejects(awaited, /main\(\) has ended/);
    await deadline(Promise.all(callers), 2000, 'callers');
    assert.deepEqual(fuseMountsUnder(dir), []);
    await refusedEverywhere(session, /closed/);
  });

  test('by unmounting lazily, with 10,000 queued', async (scope) => {
    const { noticing, dir, awaited, callers } = await crowded(scope, placement, workers);
    assert.equal((await unmount(dir, { lazy: true })).status, 0);
    noticing.letGo();
    await deadline(Promise.all(callers), 2000, 'callers');
    await deadline(noticing.main, 3000, 'main()');
    // It may have been delivered just before.
    await deadline(
      awaited.catch(() => {}),
      1000,
      'the awaited call',
    );
    await refusedEverywhere(noticing.session, /main\(\) does not run/);
  });

  test('by unmounting, with 10,000 queued and none held', async (scope) => {
    const { session, dir, main } = await known(scope, placement, workers);
    const unmounting = readyToUnmount(scope, dir);
    for (let i = 0; i < QUEUED; i++) session.invalidateEntryAsync(PARENT, `f${i}`, 0n, true);
    await deadline(unmounting(), 5000, 'umount');
    await deadline(main, 3000, 'main()');
    await refusedEverywhere(session, /main\(\) does not run/);
  });

  test('by terminate(): what is queued waits for the next main()', async (scope) => {
    const noticing = await known(scope, placement, workers);
    const { session, dir } = noticing;
    session.terminate();
    await deadline(noticing.main, 3000, 'main()');
    await refusedEverywhere(session, /main\(\) does not run/);
    const again = session.main();
    await deadline(session.invalidateEntry(PARENT, 'f7'), 2000, 'a call after the second main()');
    await fs.stat(`${dir}/d${PARENT}/f7`);
    assert.equal(noticing.count('lookup', PARENT, 'f7'), 2);
    session.terminate();
    await deadline(again, 3000, 'the second main()');
  });

  test('for a thread that attached', async (scope) => {
    const noticing = await known(scope, placement, workers);
    const remote = await fuse.attach(noticing.session.loopToken as fuse.LoopToken);
    await remote.invalidateEntry(PARENT, 'f7');
    noticing.session.terminate();
    await deadline(noticing.main, 3000, 'main()');
    await refusedEverywhere(remote, /stale/);
  });

  test('for a thread that attached, and waits', async (scope) => {
    const { noticing, session, callers } = await crowded(scope, placement, workers);
    const remote = await fuse.attach(session.loopToken as fuse.LoopToken);
    const waiting = remote.invalidateEntry(PARENT, 'f7');
    waiting.catch(() => {});
    await remote.stats();
    session.terminate();
    noticing.letGo();
    await deadline(noticing.main, 3000, 'main()');
    await assert.rejects(deadline(waiting, 3000, 'the call'), /main\(\) has ended|stale/);
    const again = session.main();
    await deadline(session.invalidateInode(fuse.ROOT_INODE), 3000, 'a call after that');
    await deadline(Promise.all(callers), 3000, 'callers');
    session.terminate();
    await deadline(again, 3000, 'the second main()');
  });
}

const test = suite('notifications');

test('before init() and main() are refused', async (scope) => {
  const { session } = await Noticing.mount(scope);
  const unborn = new fuse.Session({ getattr: () => ({}) }, session.mountpoint);
  await refusedEverywhere(unborn, /Need to call init\(\) and main\(\) before/);
});

test('right after main() was called wait for the kernel', async (scope) => {
  // The constructor has called main(), which has not heard of the kernel.
  const { session } = await Noticing.mount(scope);
  await session.invalidateInode(fuse.ROOT_INODE);
});

test('left queued by terminate() are delivered by the next main()', async (scope) => {
  const { noticing, session, dir } = await crowded(scope, 'module');
  session.terminate();
  noticing.letGo();
  await deadline(noticing.main, 3000, 'main()');
  const before = noticing.count('lookup', PARENT, 'f7');
  const again = session.main();
  const isGone = async () => {
    await fs.stat(`${dir}/d${PARENT}/f7`);
    return noticing.count('lookup', PARENT, 'f7') > before;
  };
  await noticing.becomes(isGone, 'a lookup of a name that was queued');
  session.terminate();
  await deadline(again, 3000, 'the second main()');
});
