import { strict as assert } from 'node:assert';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mount, Session, setxattr } from 'wasmfuse';
import ControlFs from '../fixtures/control.js';
import { deadline, until } from '../helpers/deadline.js';
import { mountpointOf, Server } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { exec, missingPrograms, sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/control.js', import.meta.url);
const SERVING = fileURLToPath(new URL('programs/serving.js', import.meta.url));
const END_MS = 5000;

/** A mountpoint in a directory that can be moved, and where that goes. */
function movable(scope: Scope) {
  const top = mountpointOf(scope);
  const parent = join(top, 'before');
  const place = join(parent, 'mnt');
  mkdirSync(place, { recursive: true });
  const moved = join(top, 'after');
  return { top, place, moved: join(moved, 'mnt'), move: () => renameSync(parent, moved) };
}

for (const instance of [false, true]) {
  const test = suite(
    `a mount that is moved, served by ${instance ? 'the main thread' : 'a worker'},`,
  );

  async function serve(place: string) {
    const session = await mount(instance ? new ControlFs() : MODULE, place);
    const running = session.main();
    running.catch(() => {});
    return { session, running };
  }

  test('is unmounted by close()', async (scope) => {
    const { top, place, moved, move } = movable(scope);
    const { session } = await serve(place);
    move();
    assert.equal(await readFile(`${moved}/file`, 'utf8'), 'text');
    await deadline(session.close(), END_MS, 'close()');
    assert.deepEqual(fuseMountsUnder(top), []);
  });

  test('is unmounted by close(), and not what came to its old place', async (scope) => {
    if (process.getuid?.() !== 0) scope.skip('only root can mount a tmpfs');
    const { top, place, move } = movable(scope);
    const { session } = await serve(place);
    move();
    await sh(`mkdir -p ${place} && mount -t tmpfs none ${place} && echo text > ${place}/other`);
    scope.after(() => sh(`umount ${place}`));
    await deadline(session.close(), END_MS, 'close()');
    assert.deepEqual(fuseMountsUnder(top), []);
    assert.equal(await readFile(`${place}/other`, 'utf8'), 'text\n');
  });

  test('is unmounted at the end of the process', async (scope) => {
    const { top, place, move } = movable(scope);
    const server = new Server(place, [SERVING, instance ? 'instance' : 'module', place]);
    scope.after(() => server.free());
    await until(() => server.output() === 'serving\n', END_MS, 'the mount');
    move();
    server.kill('SIGUSR1');
    assert.equal(await server.end(), 7, server.output());
    assert.deepEqual(fuseMountsUnder(top), []);
  });

  test('ends when its directory is removed in another namespace', async (scope) => {
    const missing = await missingPrograms('unshare');
    if (missing !== undefined) scope.skip(missing);
    const dir = join(mountpointOf(scope), 'mnt');
    mkdirSync(dir);
    const { session, running } = await serve(dir);
    const script = 'umount "$1" && rmdir "$1"';
    const { status, stderr } = await exec('unshare', ['-m', 'sh', '-c', script, 'sh', dir]);
    if (/^unshare:/.test(stderr)) scope.skip(stderr.trim());
    assert.equal(status, 0, stderr);
    await deadline(running, END_MS, 'main()');
    assert.deepEqual(fuseMountsUnder(dir), []);
    await deadline(session.close(), END_MS, 'close()');
  });
}

const test = suite('a mountpoint');

test('that was moved is unmounted when the worker dies', async (scope) => {
  const { top, place, moved, move } = movable(scope);
  const session = await mount(MODULE, place);
  const running = session.main();
  running.catch(() => {});
  move();
  assert.throws(() => setxattr(moved, 'user.command', Buffer.from('exit')));
  await assert.rejects(deadline(running, END_MS, 'main()'), /exit code 3/);
  assert.deepEqual(fuseMountsUnder(top), []);
  await session.close();
});

test('in use can be neither removed nor renamed', async (scope) => {
  const { place } = movable(scope);
  const session = await mount(MODULE, place);
  scope.after(() => session.close());
  session.main().catch(() => {});
  assert.throws(() => renameSync(place, `${place}-2`), { code: 'EBUSY' });
});

test('that is relative is meant as of the call', async (scope) => {
  const top = mountpointOf(scope);
  mkdirSync(join(top, 'mnt'));
  const before = process.cwd();
  scope.after(() => process.chdir(before));
  process.chdir(top);
  const session = new Session(MODULE, './mnt/../mnt/');
  process.chdir('/');
  await session.init();
  assert.equal(session.mountpoint, join(top, 'mnt'));
  const running = session.main();
  assert.equal(await readFile(join(top, 'mnt/file'), 'utf8'), 'text');
  process.chdir(before);
  await deadline(session.close(), END_MS, 'close()');
  await running;
  assert.deepEqual(fuseMountsUnder(top), []);
});

test('given by a link is unmounted also when the link is gone', async (scope) => {
  const top = mountpointOf(scope);
  mkdirSync(join(top, 'mnt'));
  symlinkSync('mnt', join(top, 'link'));
  const session = await mount(MODULE, join(top, 'link'));
  session.main().catch(() => {});
  renameSync(join(top, 'link'), join(top, 'other'));
  assert.equal(await readFile(join(top, 'mnt/file'), 'utf8'), 'text');
  await deadline(session.close(), END_MS, 'close()');
  assert.deepEqual(fuseMountsUnder(top), []);
});
