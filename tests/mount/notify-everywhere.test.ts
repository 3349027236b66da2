import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import * as fuse from 'wasmfuse';
import type { Wish } from '../fixtures/attacher.js';
import { Calls } from '../helpers/calls.js';
import { deadline } from '../helpers/deadline.js';
import { mountpointOf } from '../helpers/mount.js';
import { Noticing } from '../helpers/noticing.js';
import { placements } from '../helpers/placement.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const CACHED = new URL('../fixtures/cached.js', import.meta.url);
const ATTACHER = new URL('../fixtures/attacher.js', import.meta.url);
const { ROOT_INODE } = fuse;

/** The same calls, whoever makes them. */
const makers: Record<
  string,
  (scope: Scope, noticing: Noticing) => Promise<fuse.NotificationCalls>
> = {
  'the session': async (_scope, { session }) => session,
  'session.remote': async (_scope, { session }) => session.remote,
  'a remote that attached in this thread': async (_scope, { session }) =>
    fuse.attach(session.loopToken as fuse.LoopToken),
  'a remote that attached in another thread': foreign,
};

async function foreign(scope: Scope, { session }: Noticing): Promise<fuse.NotificationCalls> {
  const worker = new Worker(ATTACHER);
  scope.after(() => worker.terminate());
  let token = session.loopToken ?? undefined;
  const ask = async (call: string, args: unknown[]) => {
    worker.postMessage({ ...(token && { token }), call, args } satisfies Wish);
    token = undefined;
    const [{ result, error }] = await deadline(once(worker, 'message'), 5000, call);
    if (error !== undefined) throw error;
    return result;
  };
  return new Proxy({} as fuse.NotificationCalls, {
    get: (_target, name) =>
      name === 'then' ? undefined : (...args: unknown[]) => ask(String(name), args),
  });
}

for (const [placement, where] of placements) {
  const test = suite(`notifications to ${where}`);

  for (const [maker, make] of Object.entries(makers)) {
    test(`by ${maker}`, async (scope) => {
      const noticing = await Noticing.mount(scope, { placement });
      const { dir } = noticing;
      const calls = await make(scope, noticing);
      const lookups = (name: string) => noticing.count('lookup', ROOT_INODE, name);
      const isAsked = async (name: string, count: number) => {
        await fs.stat(`${dir}/${name}`);
        assert.equal(lookups(name), count);
      };

      await isAsked('f5', 1);
      await calls.invalidateEntry(ROOT_INODE, 'f5');
      await isAsked('f5', 2);
      await calls.expireEntry(ROOT_INODE, 'f5');
      await isAsked('f5', 3);
      await calls.invalidateEntry(ROOT_INODE, 'f5', 5n);
      await isAsked('f5', 4);
      await calls.invalidateEntryAsync(ROOT_INODE, 'f5');
      const isGone = async () => {
        await fs.stat(`${dir}/f5`);
        return lookups('f5') === 5;
      };
      await noticing.becomes(isGone, 'the end of a queued name');

      await calls.notifyStore(5n, 0, Buffer.alloc(16_384, 's'));
      const bytes = await calls.retrieve(5n, 1, 3);
      assert.equal(Buffer.from(bytes).toString(), 'sss');
      await calls.invalidateInode(5n, 4096, 4096);
      assert.equal((await calls.retrieve(5n, 0, 16_384)).length, 4096);
      await calls.invalidateInode(5n, true);
      await calls.invalidateInode(5n);
      assert.equal((await calls.retrieve(5n, 0, 16_384)).length, 0);

      const rejection = async () => calls.invalidateInode(77n);
      await assert.rejects(rejection, { code: 'ENOENT', message: /invalidateInode\(inode 77n/ });
      await assert.rejects(async () => calls.invalidateEntry(1n, ''), { code: 'EINVAL' });
      await assert.rejects(async () => calls.invalidateInode('x' as never), { name: 'TypeError' });
    });
  }

  test('that come in hundreds at once', async (scope) => {
    const { session, dir } = await Noticing.mount(scope, { placement });
    const warnings: string[] = [];
    const onWarning = ({ message }: Error) => warnings.push(message);
    process.on('warning', onWarning);
    scope.after(() => process.off('warning', onWarning));
    const names = Array.from({ length: 300 }, (_, i) => `f${1000 + i}`);
    await Promise.all(names.map((name) => fs.stat(`${dir}/${name}`)));
    await Promise.all(names.map((_, i) => session.invalidateInode(BigInt(1000 + i), i % 2 === 0)));
    await Promise.all(names.map((name) => session.invalidateEntry(ROOT_INODE, name)));
    assert.deepEqual(warnings, []);
  });
}

const functions = suite('notifications by functions of the module');

functions('act on the default session, once there is one', async (scope) => {
  for (const call of [
    () => fuse.invalidateInode(1n),
    () => fuse.invalidateEntry(1n, 'f5'),
    async () => fuse.invalidateEntryAsync(1n, 'f5'),
    () => fuse.expireEntry(1n, 'f5'),
    () => fuse.notifyStore(1n, 0, Buffer.alloc(1)),
    () => fuse.retrieve(1n, 0, 1),
  ]) {
    await assert.rejects(call, /Need to call init\(\) before/);
  }
  const dir = mountpointOf(scope);
  const noted = new Calls(scope);
  await fuse.init(CACHED, dir, undefined, { data: { log: noted.log } });
  scope.after(() => fuse.close());
  await assert.rejects(fuse.invalidateInode(1n), /main\(\) does not run/);
  const running = fuse.main();
  await fs.stat(`${dir}/message`);
  await fuse.invalidateEntry(ROOT_INODE, 'message');
  await fs.stat(`${dir}/message`);
  assert.equal(noted.count('lookup'), 2);
  assert.equal((await fuse.retrieve(ROOT_INODE + 1n, 0, 5)).length, 0);
  fuse.terminate();
  await running;
});
