import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { mount, type Session, setxattr } from 'wasmfuse';
import UncachedFs from '../fixtures/uncached.js';
import { deadline } from '../helpers/deadline.js';
import { mountpointOf, Server, unmount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/uncached.js', import.meta.url);
const STACK = fileURLToPath(new URL('programs/stack.js', import.meta.url));
const END_MS = 5000;

interface Served {
  session: Session;
  running: Promise<void>;
}

async function serve(scope: Scope, dir: string, instance: boolean): Promise<Served> {
  const made = mount(instance ? new UncachedFs() : MODULE, dir);
  const session = await deadline(made, END_MS, 'mount()');
  const running = session.main();
  running.catch(() => {});
  scope.after(() => session.close());
  return { session, running };
}

const connections = (dir: string) => fuseMountsUnder(dir).map(({ connection }) => connection);
const close = ({ session }: Served) => deadline(session.close(), END_MS, 'close()');
// By another process: this one may be who serves.
const read = (dir: string) => sh(`cat ${dir}/file`);

/** Two on one point. */
async function stack(scope: Scope, instance: boolean) {
  const dir = mountpointOf(scope);
  const lower = await serve(scope, dir, instance);
  const upper = await serve(scope, dir, instance);
  return { dir, lower, upper };
}

for (const instance of [false, true]) {
  const where = instance ? 'the main thread' : 'workers';
  const test = suite(`two mounts on one point, served by ${where},`);

  test('are gone when the upper one is closed first', async (scope) => {
    const dir = mountpointOf(scope);
    const lower = await serve(scope, dir, instance);
    const before = connections(dir);
    const upper = await serve(scope, dir, instance);
    assert.equal(connections(dir).length, 2);
    assert.equal(await read(dir), 'text');
    await close(upper);
    assert.deepEqual(connections(dir), before);
    assert.equal(await read(dir), 'text', 'the lower one goes on');
    await close(lower);
    assert.deepEqual(connections(dir), []);
  });

  test('are gone when the lower one is closed first', async (scope) => {
    const { dir, lower, upper } = await stack(scope, instance);
    await close(lower);
    assert.equal(await read(dir), 'text', 'the upper one goes on');
    assert.equal(connections(dir).length, 2, 'the lower one waits');
    await close(upper);
    assert.deepEqual(connections(dir), []);
  });

  test('are gone when the upper one is unmounted after the lower was closed', async (scope) => {
    const { dir, lower, upper } = await stack(scope, instance);
    await close(lower);
    assert.equal((await unmount(dir)).status, 0);
    await deadline(upper.running, END_MS, 'main()');
    assert.deepEqual(connections(dir), []);
  });

  test('leave a dead one when the lower is closed without unmounting', async (scope) => {
    const { dir, lower, upper } = await stack(scope, instance);
    await lower.session.close(false);
    await close(upper);
    assert.equal(connections(dir).length, 1);
    await assert.rejects(read(dir), /Transport endpoint is not connected/);
  });

  for (const closing of [[], ['0'], ['1'], ['1', '0']]) {
    test(`and a third are gone: [${closing}] closed, then an exit`, async (scope) => {
      const dir = mountpointOf(scope);
      const server = new Server(dir, [
        STACK,
        instance ? 'instance' : 'module',
        dir,
        '3',
        ...closing,
      ]);
      scope.after(() => server.free());
      assert.equal(await server.end(), 7, server.output());
      assert.deepEqual(connections(dir), []);
    });
  }
}

const test = suite('a mount below another one');

test('is gone with that, when its worker has died meanwhile', async (scope) => {
  const dir = mountpointOf(scope);
  const lower = await serve(scope, dir, false);
  // Its own worker is told while it is on top, and ends a moment later.
  setxattr(dir, 'user.command', Buffer.from('exit later'));
  const upper = await serve(scope, dir, false);
  await assert.rejects(deadline(lower.running, END_MS, 'main()'), /exit code 3/);
  assert.equal(connections(dir).length, 2);
  assert.equal(await read(dir), 'text');
  await close(upper);
  assert.deepEqual(connections(dir), []);
});

test("is gone with the next session's end, when somebody else's was on top", async (scope) => {
  if (process.getuid?.() !== 0) scope.skip('only root can mount a tmpfs');
  const dir = mountpointOf(scope);
  const lower = await serve(scope, dir, false);
  await sh(`mount -t tmpfs none ${dir} && echo text > ${dir}/file`);
  await close(lower);
  assert.equal(await read(dir), 'text\n');
  await sh(`umount ${dir}`);
  assert.equal(connections(dir).length, 1, 'the dead one');
  await close(await serve(scope, mountpointOf(scope), false));
  assert.deepEqual(connections(dir), []);
});
