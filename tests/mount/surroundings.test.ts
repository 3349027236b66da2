import { strict as assert } from 'node:assert';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../helpers/deadline.js';
import { mountModule, tempDir, unmount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import type { ServerOptions } from '../helpers/server.js';
import { exec, missingPrograms } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';
import { execAsUser } from '../helpers/user.js';

const MODULE = new URL('../fixtures/control.js', import.meta.url);
const SERVER = fileURLToPath(new URL('../helpers/server.js', import.meta.url));

/** The command line of a server, as words of a shell. */
function server(mountpoint: string): string {
  const options: ServerOptions = { module: MODULE.href, mountpoint };
  return `'${process.execPath}' '${SERVER}' '${JSON.stringify(options)}'`;
}

async function needsRoot(scope: Scope, ...programs: string[]): Promise<void> {
  if (process.getuid?.() !== 0) scope.skip('only root can change what the server sees');
  const missing = await missingPrograms(...programs);
  if (missing !== undefined) scope.skip(missing);
}

const test = suite('mounting');

test('without /dev/fuse says so', async (scope) => {
  await needsRoot(scope, 'unshare', 'mount');
  const dir = tempDir(scope);
  const hide = 'mount -t tmpfs none /dev && mknod /dev/null c 1 3 && mknod /dev/urandom c 1 9';
  const { status, stderr } = await exec('unshare', ['-m', 'sh', '-c', `${hide} && ${server(dir)}`]);
  if (/unshare|mount:/.test(stderr)) scope.skip(stderr.trim());
  assert.equal(status, 1);
  assert.match(stderr, /device not found/);
  assert.match(stderr, /code: 'E(NOENT|NODEV)'/);
});

test('on a directory that is closed to the user says so', async (scope) => {
  const parent = tempDir(scope);
  const dir = join(parent, 'mnt');
  mkdirSync(dir);
  chmodSync(parent, 0o700);
  const { status, stderr } = await execAsUser(scope, ['sh', '-c', server(dir)]);
  assert.equal(status, 1);
  assert.match(stderr, /EACCES|EPERM/);
  assert.deepEqual(fuseMountsUnder(dir), []);
});

test('with auto_unmount leaves nothing, even of a killed server', async (scope) => {
  // fusermount3 looks at the dead mount as root, which needs allow_other when a user owns it.
  await needsRoot(scope, 'fusermount3');
  const server = await mountModule(scope, MODULE, { options: ['auto_unmount'] });
  assert.deepEqual((await exec('cat', ['file'], { cwd: server.dir })).stdout, 'text');
  server.kill('SIGKILL');
  await server.end();
  await until(() => fuseMountsUnder(server.dir).length === 0, 3000, 'the unmount');
});

test('over a dead mount says so, and works once that is gone', async (scope) => {
  const dead = await mountModule(scope, MODULE);
  dead.kill('SIGKILL');
  await dead.end();
  assert.equal(fuseMountsUnder(dead.dir).length, 1, 'a dead mount stays');
  const { status, stderr } = await exec('sh', ['-c', server(dead.dir)]);
  assert.equal(status, 1);
  assert.match(stderr, /code: 'ENOTCONN'/);
  assert.equal((await unmount(dead.dir)).status, 0);
});

test('shows fsname and subtype in the table of mounts', async (scope) => {
  const options = ['fsname=a\\040name', 'subtype=kind', 'ro', 'max_read=65536', 'noatime'];
  const { dir } = await mountModule(scope, MODULE, { options });
  const [entry] = fuseMountsUnder(dir);
  assert.equal(entry?.fstype, 'fuse.kind');
  for (const option of ['ro', 'max_read=65536', 'noatime', 'default_permissions']) {
    assert.ok(entry?.options.includes(option), `${option} in ${entry?.options}`);
  }
});
