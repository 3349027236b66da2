import { strict as assert } from 'node:assert';
import { symlinkSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mount, Session, type SessionConfig } from 'wasmfuse';
import { deadline, until } from '../helpers/deadline.js';
import { mountpointOf, Server, tempDir } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import type { ServerOptions } from '../helpers/server.js';
import { exec, sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/control.js', import.meta.url);
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CLI = file('../../../dist/cli.js');
const SERVER = file('../helpers/server.js');
const END_MS = 5000;
const MOUNT_MS = 10_000;
const REPLACE: SessionConfig = { replaceStale: true };

/** Mounts by a server of its own, still alive. */
async function startServer(scope: Scope, dir: string): Promise<Server> {
  const count = fuseMountsUnder(dir).length;
  const options: ServerOptions = { module: MODULE.href, mountpoint: dir };
  const server = new Server(dir, [SERVER, JSON.stringify(options)]);
  scope.after(() => server.free());
  await until(() => fuseMountsUnder(dir).length > count, MOUNT_MS, 'mount');
  return server;
}

async function kill(server: Server): Promise<void> {
  server.kill('SIGKILL');
  await server.end();
}

/** A mountpoint with a mount of which the server is gone. */
async function stalePlace(scope: Scope): Promise<string> {
  const dir = mountpointOf(scope);
  await kill(await startServer(scope, dir));
  assert.equal(fuseMountsUnder(dir).length, 1);
  return dir;
}

async function serve(scope: Scope, dir: string, config = REPLACE): Promise<Session> {
  const session = await deadline(mount(MODULE, dir, undefined, config), END_MS, 'mount()');
  scope.after(() => session.close());
  session.main().catch(() => {});
  assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
  return session;
}

const test = suite('replaceStale');

test('is a boolean', () => {
  for (const value of ['yes', 1, null]) {
    const config = { replaceStale: value } as unknown as SessionConfig;
    assert.throws(() => new Session(MODULE, '/tmp', undefined, config), {
      name: 'TypeError',
      message: /replaceStale/,
    });
  }
});

test('replaces the mount of a server that was killed', async (scope) => {
  const dir = await stalePlace(scope);
  const session = await serve(scope, dir);
  assert.equal(fuseMountsUnder(dir).length, 1);
  await session.close();
  assert.deepEqual(fuseMountsUnder(dir), []);
});

test('unset leaves it, and the error tells what to do', async (scope) => {
  const dir = await stalePlace(scope);
  await assert.rejects(mount(MODULE, dir), {
    code: 'ENOTCONN',
    syscall: 'mount',
    path: dir,
    message: new RegExp(`fusermount3 -u ${dir}.*replaceStale.*--replace-stale`),
  });
  assert.equal(fuseMountsUnder(dir).length, 1);
});

test('sees that a server is gone whose attributes the kernel still knows', async (scope) => {
  const dir = mountpointOf(scope);
  const server = await startServer(scope, dir);
  await stat(dir);
  await kill(server);
  assert.ok((await stat(dir)).isDirectory(), 'known for some time');
  await assert.rejects(mount(MODULE, dir), { code: 'ENOTCONN' });
  await serve(scope, dir);
  assert.equal(fuseMountsUnder(dir).length, 1);
});

test('replaces several on top of each other', async (scope) => {
  const dir = mountpointOf(scope);
  const servers = [];
  for (let count = 0; count < 3; count++) servers.push(await startServer(scope, dir));
  for (const server of servers) await kill(server);
  assert.equal(fuseMountsUnder(dir).length, 3);
  await serve(scope, dir);
  assert.equal(fuseMountsUnder(dir).length, 1);
});

test('leaves a live mount, also one below a stale one', async (scope) => {
  const dir = mountpointOf(scope);
  const live = await startServer(scope, dir);
  await kill(await startServer(scope, dir));
  const [before] = fuseMountsUnder(dir);
  await (await serve(scope, dir)).close();
  assert.deepEqual(fuseMountsUnder(dir), [before]);
  assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
  await live.stop();
});

test('leaves one that does not answer', async (scope) => {
  const dir = mountpointOf(scope);
  const hung = await startServer(scope, dir);
  hung.kill('SIGSTOP');
  await assert.rejects(deadline(mount(MODULE, dir, undefined, REPLACE), END_MS, 'mount()'), {
    code: 'EBUSY',
  });
  assert.equal(fuseMountsUnder(dir).length, 1);
  hung.kill('SIGCONT');
  assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
  await hung.stop();
});

test('leaves what is no FUSE mount', async (scope) => {
  if (process.getuid?.() !== 0) scope.skip('only root can mount a tmpfs');
  const dir = mountpointOf(scope);
  await sh(`mount -t tmpfs none ${dir} && echo text > ${dir}/other`);
  scope.after(() => sh(`umount ${dir}`));
  await (await serve(scope, dir)).close();
  assert.equal(await readFile(`${dir}/other`, 'utf8'), 'text\n');
});

test('still wants the directory below to be empty', async (scope) => {
  const dir = mountpointOf(scope);
  writeFileSync(join(dir, 'entry'), '');
  const session = await mount(MODULE, dir, undefined, { nonempty: true });
  await session.close(false);
  await assert.rejects(mount(MODULE, dir, undefined, REPLACE), { code: 'ENOTEMPTY' });
  await serve(scope, dir, { ...REPLACE, nonempty: true });
});

test('works by a link to the mountpoint', async (scope) => {
  const dir = await stalePlace(scope);
  const link = join(tempDir(scope), 'link');
  symlinkSync(dir, link);
  await assert.rejects(mount(MODULE, link), { code: 'ENOTCONN', message: /replaceStale/ });
  await serve(scope, link);
  assert.equal(fuseMountsUnder(dir).length, 1);
});

test('leaves a stale mount on the way to the mountpoint, and says where that is', async (scope) => {
  const dir = await stalePlace(scope);
  await assert.rejects(mount(MODULE, `${dir}/sub/mnt`, undefined, REPLACE), {
    code: 'ENOTCONN',
    path: `${dir}/sub/mnt`,
    message: new RegExp(`"fusermount3 -u ${dir}"`),
  });
  assert.equal(fuseMountsUnder(dir).length, 1);
});

test('is --replace-stale on the command line', async (scope) => {
  const dir = await stalePlace(scope);
  const module = fileURLToPath(MODULE);
  const { status, stderr } = await exec(process.execPath, [CLI, 'mount', module, dir]);
  assert.equal(status, 1);
  assert.match(stderr, /ENOTCONN.*fusermount3 -u .*--replace-stale/);
  const server = new Server(dir, [CLI, 'mount', '--replace-stale', module, dir]);
  scope.after(() => server.close());
  await until(() => server.output().includes('is mounted'), MOUNT_MS, 'mount');
  assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
  assert.equal(fuseMountsUnder(dir).length, 1);
  await server.stop();
});

const start = suite('wasmfuse start');

start('on a stale mount tells what to do, and does it', async (scope) => {
  const dir = await stalePlace(scope);
  const { status, stderr } = await exec(process.execPath, [CLI, 'start', dir]);
  assert.equal(status, 1);
  assert.match(stderr, /ENOTCONN.*fusermount3 -u/);
  const server = new Server(dir, [CLI, 'start', '--replace-stale', dir]);
  scope.after(() => server.close());
  await until(() => server.output().includes('is mounted'), MOUNT_MS, 'mount');
  assert.equal(fuseMountsUnder(dir).length, 1);
  await server.stop();
});

const way = suite('a mountpoint in a filesystem that nobody serves');

way(
  'is refused after a while',
  async (scope) => {
    const dir = mountpointOf(scope);
    const above = await mount(MODULE, dir);
    scope.after(() => above.close());
    await assert.rejects(deadline(mount(MODULE, `${dir}/sub`), 12_000, 'mount()'), {
      code: 'EBUSY',
      message: /does not answer/,
    });
  },
  { timeout: 20_000 },
);
