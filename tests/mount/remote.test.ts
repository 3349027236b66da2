import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import * as Comlink from 'comlink';
import * as ComlinkModule from 'comlink/dist/esm/comlink.mjs';
import { attach, mount, type Session } from 'wasmfuse';
import TellerFs from '../fixtures/teller.js';
import { deadline } from '../helpers/deadline.js';
import { type Exposed, exposed } from '../helpers/exposed.js';
import { mountpointOf, unmount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { startSyscall } from '../helpers/syscall.js';

const TELLER = new URL('../fixtures/teller.js', import.meta.url);
const CONTROL = new URL('../fixtures/control.js', import.meta.url);

const test = suite('a Comlink remote as filesystem');

async function served(scope: Scope, { remote, worker }: Exposed) {
  scope.after(() => worker.terminate());
  const dir = mountpointOf(scope);
  const session = await mount(remote, dir, undefined, { closeTimeout: 300 });
  scope.after(() => session.close());
  const running = session.main();
  running.catch(() => {});
  return { dir, session, running, worker };
}

test('lets the main thread use the mount synchronously', async (scope) => {
  const { dir, worker } = await served(scope, exposed(TELLER, { text: 'from afar' }));
  for (let i = 0; i < 200; i++) assert.equal(readFileSync(`${dir}/text`, 'utf8'), 'from afar');
  assert.equal(Number(readFileSync(`${dir}/thread`, 'utf8')), worker.threadId);
});

test('is called by its other methods from everywhere', async (scope) => {
  const { session, worker } = await served(scope, exposed(TELLER));
  const token = session.loopToken;
  assert.ok(token);
  for (const remote of [session.remote, await attach(token)]) {
    assert.equal(await remote.operations.thread?.(), worker.threadId);
    assert.equal(await remote.operations.add?.(1n, 2n), 3n);
    await assert.rejects(async () => remote.operations.refuse?.(), { code: 'EDQUOT' });
    await assert.rejects(async () => remote.operations.nonsense?.(), { name: 'TypeError' });
  }
});

test('ends main() with an error when its thread ends', async (scope) => {
  const { dir, session, running, worker } = await served(scope, exposed(CONTROL));
  const caller = await startSyscall(scope, 'pread', `${dir}/never`, 0, 1);
  while (session.stats().requests.read !== 1) await new Promise(setImmediate);
  await worker.terminate();
  await assert.rejects(deadline(running, 3000, 'main()'), /remote handlers has ended/);
  assert.equal(await caller.line(3000), undefined, 'the caller has failed');
  await session.close();
  assert.deepEqual(fuseMountsUnder(dir), []);
});

test('ends main() with an error also when its thread has ended before', async (scope) => {
  const { remote, worker } = exposed(CONTROL);
  const session = await mount(remote, mountpointOf(scope), undefined, { closeTimeout: 300 });
  scope.after(() => session.close());
  await worker.terminate();
  await assert.rejects(deadline(session.main(), 3000, 'main()'), /remote handlers has ended/);
});

test('stays with whoever made it: close() leaves its thread alone', async (scope) => {
  const first = exposed(TELLER);
  const { dir, session } = await served(scope, first);
  assert.equal(readFileSync(`${dir}/text`, 'utf8'), 'text');
  await session.close();
  const again = await served(scope, first);
  assert.equal(readFileSync(`${again.dir}/text`, 'utf8'), 'text');
  assert.equal((await unmount(again.dir)).status, 0);
  await deadline(again.running, 3000, 'main()');
});

for (const [name, library] of Object.entries({ Comlink, ComlinkModule })) {
  test(`may be of this very thread, by either copy of the package (${name})`, async (scope) => {
    const { port1, port2 } = new MessageChannel();
    scope.after(() => port1.close());
    library.expose(new TellerFs({ text: 'near' }), port1 as unknown as Comlink.Endpoint);
    const remote = library.wrap(port2 as unknown as Comlink.Endpoint);
    const dir = mountpointOf(scope);
    const session: Session = await mount(remote as Comlink.Remote<object>, dir);
    scope.after(() => session.close());
    session.main().catch(() => {});
    const call = await startSyscall(scope, 'pread', `${dir}/text`, 0, 4);
    assert.equal(await call.line(), '4');
  });
}

test('has one thread only', async (scope) => {
  const { remote, worker } = exposed(TELLER);
  scope.after(() => worker.terminate());
  await assert.rejects(mount(remote, '/', undefined, { workers: 2 }), /need a module/);
});

test('that is no filesystem is refused, and nothing is mounted', async (scope) => {
  const { port1, port2 } = new MessageChannel();
  scope.after(() => port1.close());
  Comlink.expose({ greet: () => 'hello' }, port1 as unknown as Comlink.Endpoint);
  const dir = mountpointOf(scope);
  const remote = Comlink.wrap<object>(port2 as unknown as Comlink.Endpoint);
  await assert.rejects(deadline(mount(remote, dir), 3000, 'init()'), /none of the handlers/);
  assert.deepEqual(fuseMountsUnder(dir), []);
});
