/** The loop runs what handlers leave behind: what that throws is Node's, and not the loop's end. */
import { strict as assert } from 'node:assert';
import { mount } from 'wasmfuse';
import { LEFT, type TicksData } from '../fixtures/ticks.js';
import { deadline, until } from '../helpers/deadline.js';
import { Host } from '../helpers/host.js';
import { mountpointOf } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { syscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/ticks.js', import.meta.url);
const END_MS = 4000;
const LOOKS = 20;

const test = suite('what a handler leaves behind and nobody catches');

async function served(scope: Scope, data: TicksData) {
  const dir = mountpointOf(scope);
  const session = await mount(MODULE, dir, undefined, { data });
  scope.after(() => session.close());
  const running = session.main();
  running.catch(() => {});
  const remote = (await session.remote) as unknown as { caught(): Promise<number> };
  return { dir, running, remote };
}

for (const name of LEFT) {
  test(`ends main() with it (${name})`, async (scope) => {
    const { dir, running } = await served(scope, {});
    // The mount may be gone before it has read.
    await syscall('pread', `${dir}/${name}`, 0, 1).catch(() => {});
    await assert.rejects(deadline(running, END_MS, 'main()'), /nobody catches this/);
    assert.deepEqual(fuseMountsUnder(dir), []);
  });

  test(`is for who handles uncaught exceptions, and serving goes on (${name})`, async (scope) => {
    const { dir, remote } = await served(scope, { catches: true });
    for (let i = 0; i < LOOKS; i++) await syscall('pread', `${dir}/${name}`, 0, 1);
    await until(async () => (await remote.caught()) === LOOKS, END_MS, 'exceptions');
  });

  test(`ends the process with it, on the main thread (${name})`, async (scope) => {
    const host = new Host(scope);
    const mountpoint = mountpointOf(scope);
    const data: TicksData = {};
    await host.call('open', { module: MODULE.href, mountpoint, data, instance: true });
    syscall('pread', `${mountpoint}/${name}`, 0, 1).catch(() => {});
    assert.equal(await deadline(host.ended, END_MS, 'end of the process'), 1);
    assert.match(host.output(), /Error: nobody catches this/);
    await until(() => fuseMountsUnder(mountpoint).length === 0, END_MS, 'unmounting');
  });
}
