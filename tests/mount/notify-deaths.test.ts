import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { DEEDS, type Deed, HELD_WORD } from '../fixtures/heldnotice.js';
import { deadline, until } from '../helpers/deadline.js';
import { Host } from '../helpers/host.js';
import { waitsForLock } from '../helpers/lockwaits.js';
import { mountpointOf } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { syscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/heldnotice.js', import.meta.url).href;
const CALLERS = 3;

/**
 * A process whose kernel holds a notice: it was sent in a lookup that does not end, and is about
 * the same directory. More callers wait for that directory behind it.
 */
async function holding(scope: Scope, deed: Deed, instance = false) {
  const host = new Host(scope);
  const mountpoint = mountpointOf(scope);
  const config = { closeTimeout: 200 };
  await host.call('open', {
    module: MODULE,
    mountpoint,
    words: 1,
    data: { deed },
    instance,
    config,
  });
  const callers = [syscall('pread', `${mountpoint}/held`, 0, 1)];
  await until(async () => (await host.call('word', mountpoint, HELD_WORD)) === 1, 3000, 'a notice');
  const others = Array.from({ length: CALLERS - 1 }, (_, i) => `${mountpoint}/other${i + 1}`);
  callers.push(...others.map((path) => syscall('pread', path, 0, 1)));
  const outcomes = callers.map((caller) =>
    caller.then(
      () => 'answered',
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    ),
  );
  // One that comes when the process is killed can hold the notice up: see docs/notifications.md.
  await until(() => others.every(waitsForLock), 3000, 'callers that wait for the notice');
  return { host, mountpoint, outcomes };
}

/** That every caller has failed or been answered. */
async function checkFreed(outcomes: Promise<string>[]): Promise<void> {
  for (const outcome of await deadline(Promise.all(outcomes), 4000, 'callers')) {
    assert.doesNotMatch(outcome, /no end|blocked|ETIMEDOUT/);
  }
}

const test = suite('a notification that the kernel holds');

for (const instance of [false, true]) {
  const where = instance ? 'the main thread' : 'a worker';

  test(`outlives no kill -9, with handlers in ${where}`, async (scope) => {
    const { host, outcomes } = await holding(scope, 'wait', instance);
    host.kill('SIGKILL');
    assert.equal(await deadline(host.ended, 4000, 'end of the process'), 'SIGKILL');
    await checkFreed(outcomes);
    assert.equal(existsSync(`/proc/${host.pid}`), false);
  });

  test(`does not hold close() up, with handlers in ${where}`, async (scope) => {
    const { host, mountpoint, outcomes } = await holding(scope, 'wait', instance);
    const ms = await host.call('close', mountpoint);
    assert.ok(ms < 2500, `close() took ${ms} ms`);
    await checkFreed(outcomes);
    assert.deepEqual(fuseMountsUnder(mountpoint), []);
    const isSettled = async () => {
      const { fds } = await host.call('holdings');
      return !fds.includes('/dev/fuse');
    };
    await until(isSettled, 2000, 'an end of the device');
  });
}

for (const deed of DEEDS.filter((each) => each !== 'wait')) {
  test(`does not outlive a worker that ${deed}s`, async (scope) => {
    const { host, mountpoint, outcomes } = await holding(scope, deed);
    if (deed === 'exit') {
      const { reason } = await deadline(host.call('main', mountpoint), 4000, 'main()');
      assert.match(reason?.message ?? '', /exit code 3/);
    }
    const ms = await host.call('close', mountpoint);
    assert.ok(ms < 3500, `close() took ${ms} ms`);
    await checkFreed(outcomes);
    assert.deepEqual(fuseMountsUnder(mountpoint), []);
  });
}
