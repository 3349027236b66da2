import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mount, Session, type SessionConfig } from 'wasmfuse';
import ControlFs from '../fixtures/control.js';
import LastWordsFs from '../fixtures/lastwords.js';
import { deadline } from '../helpers/deadline.js';
import { abort } from '../helpers/freemount.js';
import { mountpointOf, tempDir, unmount } from '../helpers/mount.js';
import { fuseMountsUnder, type MountEntry } from '../helpers/mountinfo.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';
import { startSyscall } from '../helpers/syscall.js';

const fixture = (name: string) => new URL(`../fixtures/${name}.js`, import.meta.url);
const MODULE = fixture('control');
const NEVER_LATE = 3000;

/** A close() that waits for the init() under way, which goes well. */
async function closeWhileStarting(session: Session): Promise<void> {
  const starting = session.init();
  await deadline(session.close(), NEVER_LATE, 'close()');
  await starting;
  assert.deepEqual(fuseMountsUnder(session.mountpoint), []);
}

for (const instance of [false, true]) {
  const control = () => (instance ? new ControlFs() : MODULE);
  const test = suite(instance ? 'close() on the main thread' : 'close() of a worker');

  test('during init() leaves no mount', async (scope) => {
    const dir = mountpointOf(scope);
    const session = new Session(control(), dir);
    const starting = session.init();
    await deadline(session.close(), NEVER_LATE, 'close()');
    await starting.catch(() => {});
    assert.deepEqual(fuseMountsUnder(dir), []);
    await assert.rejects(session.main(), /after close/);
    await deadline(session.closed, 100, 'closed');
  });

  test('that init() outlasts leaves no mount', async (scope) => {
    const dir = mountpointOf(scope);
    const session = new Session(control(), dir, undefined, { closeTimeout: 0 });
    const starting = session.init();
    await deadline(session.close(), NEVER_LATE, 'close()');
    await deadline(
      starting.catch(() => {}),
      NEVER_LATE,
      'init()',
    );
    assert.deepEqual(fuseMountsUnder(dir), []);
  });

  test('waits for ever with closeTimeout Infinity', async (scope) => {
    const dir = mountpointOf(scope);
    const session = new Session(control(), dir, undefined, {
      closeTimeout: Number.POSITIVE_INFINITY,
    });
    await closeWhileStarting(session);
  });

  test('that is under way makes main() reject', async (scope) => {
    const dir = mountpointOf(scope);
    const session = await mount(control(), dir);
    const running = session.main();
    const closing = session.close();
    await running;
    await assert.rejects(deadline(session.main(), 1000, 'main()'), /after close/);
    await closing;
    assert.deepEqual(fuseMountsUnder(dir), []);
  });

  test('of a session that was unmounted leaves what came to its place', async (scope) => {
    const dir = mountpointOf(scope);
    const first = await mount(control(), dir);
    const running = first.main();
    assert.equal((await unmount(dir)).status, 0);
    await running;
    const second = await mount(control(), dir);
    scope.after(() => second.close());
    second.main().catch(() => {});
    await first.close();
    assert.equal(fuseMountsUnder(dir).length, 1);
    assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
  });

  test('after the connection was aborted unmounts', async (scope) => {
    const dir = mountpointOf(scope);
    const session = await mount(control(), dir);
    const running = session.main();
    const entry = fuseMountsUnder(dir)[0] as MountEntry;
    if (!abort(entry)) scope.skip('no connection can be aborted here');
    await deadline(running, NEVER_LATE, 'main()');
    assert.equal(fuseMountsUnder(dir).length, 1, 'the dead mount stays until then');
    await session.close();
    assert.deepEqual(fuseMountsUnder(dir), []);
  });

  test('leaves what somebody has mounted on top', async (scope) => {
    if (process.getuid?.() !== 0) scope.skip('only root can mount a tmpfs');
    const dir = mountpointOf(scope);
    const session = await mount(control(), dir);
    session.main().catch(() => {});
    await sh(`mount -t tmpfs none ${dir} && echo text > ${dir}/other`);
    scope.after(() => sh(`umount -l ${dir}`));
    await session.close();
    assert.equal(await readFile(`${dir}/other`, 'utf8'), 'text\n');
  });

  test('waits for destroy', async (scope) => {
    const dir = mountpointOf(scope);
    const log = join(tempDir(scope), 'log');
    const session = await (instance
      ? mount(new LastWordsFs({ log }), dir)
      : mount(fixture('lastwords'), dir, undefined, { data: { log } }));
    session.main().catch(() => {});
    assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
    await session.close();
    assert.ok(existsSync(log));
  });

  for (const [when, options] of [
    ['was never served', []],
    ['could not be mounted', ['nonsense']],
  ] as const) {
    test(`destroys a filesystem that ${when}`, async (scope) => {
      const dir = mountpointOf(scope);
      const log = join(tempDir(scope), 'log');
      const data = { log };
      const session = instance
        ? new Session(new LastWordsFs(data), dir, options)
        : new Session(fixture('lastwords'), dir, options, { data });
      await session.init().then(
        () => session.close(),
        () => {},
      );
      assert.ok(existsSync(log));
    });
  }

  test('does not wait for destroy beyond closeTimeout', async (scope) => {
    const dir = mountpointOf(scope);
    const log = join(tempDir(scope), 'log');
    const config: SessionConfig = { data: { log }, closeTimeout: 20 };
    const session = await (instance
      ? mount(new LastWordsFs({ log }), dir, undefined, config)
      : mount(fixture('lastwords'), dir, undefined, config));
    session.main().catch(() => {});
    assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
    await session.close();
    assert.ok(!existsSync(log));
  });
}

const loading = suite('close() while a module is loading');

/** Lets nothing else run on this thread. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

loading('waits for it, and unmounts', async (scope) => {
  const dir = mountpointOf(scope);
  const session = new Session(fixture('modules/slow'), dir);
  await closeWhileStarting(session);
});

loading('beyond closeTimeout keeps it from mounting', async (scope) => {
  const dir = mountpointOf(scope);
  const config = { closeTimeout: 50 };
  const session = new Session(fixture('modules/slow'), dir, undefined, config);
  const starting = session.init();
  starting.catch(() => {});
  const closing = session.close();
  // The thread is told of the end, but can't be ended before its module is there.
  setTimeout(() => block(600), config.closeTimeout);
  await deadline(closing, NEVER_LATE, 'close()');
  await assert.rejects(deadline(starting, NEVER_LATE, 'init()'), /loading/);
  assert.deepEqual(fuseMountsUnder(dir), []);
});

const failing = suite('main() that fails');

failing('frees its callers, and close() unmounts', async (scope) => {
  const dir = mountpointOf(scope);
  class Failing extends ControlFs {
    override init(): void {
      throw new Error('no filesystem after all');
    }
  }
  const session = await mount(new Failing(), dir);
  const caller = await startSyscall(scope, 'pread', `${dir}/file`, 0, 1);
  await assert.rejects(deadline(session.main(), NEVER_LATE, 'main()'), /after all/);
  assert.equal(await caller.line(NEVER_LATE), undefined, 'the caller has failed');
  await assert.rejects(session.main(), /close it/);
  await session.close();
  assert.deepEqual(fuseMountsUnder(dir), []);
});
