import { strict as assert } from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { mount } from 'wasmfuse';
import ControlFs from '../fixtures/control.js';
import { deadline, until } from '../helpers/deadline.js';
import { mountpointOf, unmount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import type { ServerOptions } from '../helpers/server.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/control.js', import.meta.url);
const SERVER = fileURLToPath(new URL('../helpers/server.js', import.meta.url));
const END_MS = 5000;
/** Where a child finds what is passed beside its standard streams. */
const PASSED = 3;

/** Devices that this process has open. */
function devices(): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === '/dev/fuse';
      } catch {
        // The listing's own.
        return false;
      }
    });
}

/** What a parent does: opens the device and mounts it. */
function mountDevice(scope: Scope): { fd: number; dir: string } {
  const dir = mountpointOf(scope);
  if (process.getuid?.() !== 0) scope.skip('only root can mount a device');
  const fd = openSync('/dev/fuse', 'r+');
  const options = `fd=${PASSED},rootmode=40000,user_id=0,group_id=0`;
  const { status, stderr } = spawnSync('mount', ['-i', '-t', 'fuse', '-o', options, 'name', dir], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  assert.equal(fuseMountsUnder(dir).length, 1);
  return { fd, dir };
}

for (const instance of [false, true]) {
  const where = instance ? 'the main thread' : 'a worker';
  const test = suite(`/dev/fd/N, served by ${where},`);
  const filesystem = () => (instance ? new ControlFs() : MODULE);

  test('serves the device of that number until it is unmounted', async (scope) => {
    const { fd, dir } = mountDevice(scope);
    const session = await mount(filesystem(), `/dev/fd/${fd}`);
    assert.equal(fuseMountsUnder(dir).length, 1, 'mounted once');
    const running = session.main();
    assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
    assert.equal((await unmount(dir)).status, 0);
    await deadline(running, END_MS, 'main()');
    await deadline(session.close(), END_MS, 'close()');
    assert.deepEqual(devices(), []);
  });

  test('is closed by close(), and left to its parent to unmount', async (scope) => {
    const { fd, dir } = mountDevice(scope);
    const session = await mount(filesystem(), `/dev/fd/${fd}`);
    const running = session.main();
    assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
    await deadline(session.close(), END_MS, 'close()');
    await running;
    assert.deepEqual(devices(), []);
    assert.equal(fuseMountsUnder(dir).length, 1);
    await assert.rejects(stat(`${dir}/other`), { code: 'ENOTCONN' });
    assert.equal((await unmount(dir)).status, 0);
  });

  test('is passed on to another program', async (scope) => {
    const { fd, dir } = mountDevice(scope);
    const options: ServerOptions = {
      module: MODULE.href,
      mountpoint: `/dev/fd/${PASSED}`,
      placement: instance ? 'instance' : 'module',
    };
    const child = spawn(process.execPath, [SERVER, JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit', fd],
    });
    scope.after(() => child.kill('SIGKILL'));
    closeSync(fd);
    const ended = once(child, 'exit');
    assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
    assert.equal((await unmount(dir)).status, 0);
    assert.deepEqual(await deadline(ended, END_MS, 'the server'), [0, null]);
  });

  test('that is not open is refused', async () => {
    await assert.rejects(mount(filesystem(), '/dev/fd/999'), {
      code: 'EBADF',
      message: /Invalid file descriptor/,
    });
  });
}

const shared = suite('/dev/fd/N, served by several workers,');

/**
 * Hides /dev/fuse from the command that follows, in a namespace of its own, which would also keep
 * the mount ($1) that is going to be unmounted outside.
 */
const WITHOUT_DEVICE = 'mount --bind /dev/null /dev/fuse && umount -l "$1" && shift && exec "$@"';

shared('is shared by them where the device itself is out of reach', async (scope) => {
  const { fd, dir } = mountDevice(scope);
  const options: ServerOptions = {
    module: new URL('../fixtures/teller.js', import.meta.url).href,
    mountpoint: `/dev/fd/${PASSED}`,
    workers: 3,
  };
  const server = [process.execPath, SERVER, JSON.stringify(options)];
  const child = spawn('unshare', ['-m', 'sh', '-c', WITHOUT_DEVICE, 'sh', dir, ...server], {
    stdio: ['ignore', 'inherit', 'pipe', fd],
  });
  scope.after(() => child.kill('SIGKILL'));
  closeSync(fd);
  const said: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = once(child, 'close');
  const isShared = () => /share one device, .*can't be cloned/.test(Buffer.concat(said).toString());
  await until(isShared, END_MS, 'the words that say so');
  const reads = Array.from({ length: 40 }, () => readFile(`${dir}/text`, 'utf8'));
  assert.deepEqual(new Set(await deadline(Promise.all(reads), END_MS, 'reads')), new Set(['text']));
  assert.equal((await unmount(dir)).status, 0);
  const [status] = await deadline(ended, END_MS, 'the server');
  assert.equal(status, 0);
});
