import { strict as assert } from 'node:assert';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../helpers/deadline.js';
import { freeMounts } from '../helpers/freemount.js';
import { mountCli, mountpointOf, Server, tempDir, whyNoMount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { exec } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const CLI = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const MODULE = fileURLToPath(new URL('../fixtures/cached.js', import.meta.url));
const wasmfuse = (...args: string[]) => exec(process.execPath, [CLI, ...args]);

const usage = suite('the command line');

usage('prints its help, with examples and exit statuses', async () => {
  for (const args of [['--help'], ['mount', '--help'], ['umount', '--help']]) {
    const { status, stdout, stderr } = await wasmfuse(...args);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    assert.match(stdout, /Usage: wasmfuse/);
  }
  assert.match((await wasmfuse('--help')).stdout, /Examples:[\s\S]*Exit status:/);
});

usage('prints the version of the package', async () => {
  const path = new URL('../../../package.json', import.meta.url);
  const { version } = JSON.parse(await readFile(path, 'utf8'));
  assert.equal((await wasmfuse('--version')).stdout.trim(), version);
});

const WRONG_USE: [args: string[], reason: RegExp][] = [
  [['frobnicate'], /frobnicate/],
  [['mount'], /filesystem/],
  [['mount', 'tmpfs'], /places|mountpoint/],
  [['mount', 'tmpfs', '/a', '/b'], /no source/],
  [['mount', 'passthrough', '/mnt'], /source/],
  [['mount', 'tmpfs', '/a', '/b', '/c'], /mountpoint/],
  [['mount', 'tmpfs', '--frob', '/mnt'], /--frob/],
  [['mount', 'tmpfs', '--max-tasks', '0', '/mnt'], /maxTasks|max-tasks/],
  [['mount', 'tmpfs', '--max-tasks', 'many', '/mnt'], /many/],
  [['mount', 'tmpfs', '--workers', '0', '/mnt'], /workers must be/],
  [['mount', 'tmpfs', '--min-tasks', '5', '--max-tasks', '2', '/mnt'], /minTasks|min-tasks/],
  [['mount', 'tmpfs', '--data', '{', '/mnt'], /--data/],
  [['mount', 'tmpfs', '--data', '[1]', '/mnt'], /--data is no JSON object/],
  [['umount'], /mountpoint/],
];

for (const [args, expected] of WRONG_USE) {
  usage(`refuses \`${args.join(' ')}\` with one line and status 2`, async () => {
    const { status, stdout, stderr } = await wasmfuse(...args);
    assert.match(stderr, expected);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    assert.match(stderr, /^wasmfuse: /);
    assert.deepEqual([status, stdout], [2, '']);
  });
}

const failures = suite('a mount that fails');

async function fails(scope: Scope, expected: RegExp, ...args: string[]): Promise<void> {
  const parent = tempDir(scope);
  scope.after(() => freeMounts(parent));
  mkdirSync(join(parent, 'mnt'));
  writeFileSync(join(parent, 'file'), '');
  const { status, stderr } = await wasmfuse(...args.map((arg) => arg.replace('%', parent)));
  assert.match(stderr, expected);
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  assert.equal(status, 1);
  assert.deepEqual(fuseMountsUnder(parent), []);
}

failures('names the option that is unknown', (scope) =>
  fails(scope, /nonsense/, 'mount', 'tmpfs', '-o', 'nonsense', '%/mnt'),
);

failures('names the mountpoint and what is wrong with it', async (scope) => {
  await fails(scope, /ENOENT.*missing/, 'mount', 'tmpfs', '%/missing');
  await fails(scope, /ENOTDIR.*file/, 'mount', 'tmpfs', '%/file');
  await fails(scope, /ENOTEMPTY/, 'mount', 'tmpfs', '%');
});

failures('names the module, the source or the value', async (scope) => {
  await fails(scope, /no-such-module\.js/, 'mount', './no-such-module.js', '%/mnt');
  await fails(scope, /ENOENT.*gone/, 'mount', 'passthrough', '%/gone', '%/mnt');
  await fails(scope, /size/, 'mount', 'tmpfs', '-o', 'size=lots', '%/mnt');
});

failures('says that passthrough would show itself', (scope) =>
  fails(scope, /mnt lies in the source/, 'mount', 'passthrough', '%', '%/mnt'),
);

failures('says that several workers are too many for it', (scope) =>
  fails(scope, /tmpfs: .*one worker/, 'mount', 'tmpfs', '--workers', '2', '%/mnt'),
);

failures('is that of umount, too', async (scope) => {
  await fails(scope, /ENOENT.*, umount '.*missing'/, 'umount', '%/missing');
  await fails(scope, /mnt/, 'umount', '%/mnt');
});

const mounts = suite('a mount from the command line');

mounts('says where it is, and ends by umount with status 0', async (scope) => {
  const server = await mountCli(scope, ['hello']);
  await until(() => server.output().includes('mounted on'), 3000, 'the line that says so');
  assert.equal(server.output(), `hello is mounted on ${server.dir}\n`);
  assert.deepEqual(await readdir(server.dir), ['message']);
  const { status, stderr } = await wasmfuse('umount', server.dir);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(await server.end(), 0, server.output());
});

mounts('may have several workers', async (scope) => {
  const server = await mountCli(scope, ['hello', '--workers', '3']);
  assert.deepEqual(await readdir(server.dir), ['message']);
  await server.stop();
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  mounts(`is gone after ${signal}, of which the process dies`, async (scope) => {
    const server = await mountCli(scope, ['tmpfs']);
    await writeFile(`${server.dir}/file`, 'text');
    server.kill(signal);
    assert.equal(await server.end(), signal, server.output());
    assert.deepEqual(fuseMountsUnder(server.dir), []);
  });
}

mounts('is not ended by a reader of its output that ends', async (scope) => {
  const dir = mountpointOf(scope);
  const command = [process.execPath, CLI, 'mount', 'hello', dir];
  const script = '{ "$@"; echo "status $?" >&2; } | true';
  const run = exec('sh', ['-c', script, 'sh', ...command]);
  await until(() => fuseMountsUnder(dir).length > 0, 5000, 'the mount');
  // Not by the first request only, which may come before the line that nobody reads.
  for (let i = 0; i < 20; i++) assert.deepEqual(await readdir(dir), ['message']);
  assert.equal((await wasmfuse('umount', dir)).status, 0);
  assert.equal((await run).stderr, 'status 0\n');
});

mounts('is taken away by a link to it', async (scope) => {
  const server = await mountCli(scope, ['hello']);
  const link = join(tempDir(scope), 'link');
  symlinkSync(server.dir, link);
  const { status, stderr } = await wasmfuse('umount', link);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(await server.end(), 0, server.output());
});

mounts('tells umount when it is busy, unless lazily', async (scope) => {
  const server = await mountCli(scope, ['tmpfs']);
  const user = await open(`${server.dir}/file`, 'w');
  scope.after(() => user.close());
  const { status, stderr } = await wasmfuse('umount', server.dir);
  assert.equal(status, 1);
  assert.match(stderr, /busy/);
  assert.equal((await wasmfuse('umount', '-l', server.dir)).status, 0);
  assert.deepEqual(fuseMountsUnder(server.dir), []);
  await user.close();
  assert.equal(await server.end(), 0, server.output());
});

mounts('takes options of the filesystem and of libfuse', async (scope) => {
  const { dir } = await mountCli(scope, ['tmpfs', '-o', 'size=1m,noatime', '-o', 'fsname=mine']);
  const [entry] = fuseMountsUnder(dir);
  assert.equal(entry?.source, 'mine');
  assert.ok(entry?.options.includes('noatime'));
  await assert.rejects(writeFile(`${dir}/big`, Buffer.alloc(2 << 20)), { code: 'ENOSPC' });
  await rm(`${dir}/big`);
  await writeFile(`${dir}/small`, 'fits');
});

mounts('serves a module of the user, with its data', async (scope) => {
  const log = join(tempDir(scope), 'log');
  const { dir } = await mountCli(scope, [MODULE, '--data', JSON.stringify({ log })]);
  assert.ok((await readdir(dir)).includes('message'));
  assert.match(await readFile(log, 'utf8'), /readdir/);
});

mounts('prints what libfuse does when it is asked to', async (scope) => {
  const server = await mountCli(scope, ['hello', '-d']);
  await readdir(server.dir);
  await until(() => /unique: \d+, opcode: READDIR/.test(server.output()), 3000, 'debug output');
});

const tour = suite('start');

tour('serves another filesystem when it is named with its directory', async (scope) => {
  const skip = whyNoMount();
  if (skip !== undefined) scope.skip(skip);
  const dir = join(tempDir(scope), 'mnt');
  scope.after(() => freeMounts(dir));
  const server = new Server(dir, [CLI, 'start', 'notify', dir]);
  scope.after(() => server.free());
  await until(() => /notify is mounted on/.test(server.output()), 5000, 'a welcome');
  assert.match(server.output(), /tail -f .*\/log/);
  assert.ok((await readdir(dir)).includes('log'));
  server.kill('SIGINT');
  assert.equal(await server.end(), 'SIGINT');
  await assert.rejects(readdir(dir), { code: 'ENOENT' });
});

tour('knows only what it can serve without more words', async () => {
  const { status, stderr } = await wasmfuse('start', 'passthrough', './mnt');
  assert.equal(status, 2);
  assert.match(stderr, /serves tmpfs or notify, not passthrough/);
});

tour(
  'takes a tour by itself with --demo',
  async (scope) => {
    const skip = whyNoMount();
    if (skip !== undefined) scope.skip(skip);
    const dir = join(tempDir(scope), 'mnt');
    scope.after(() => freeMounts(dir));
    const run = await exec(process.execPath, [CLI, 'start', dir, '--demo'], { timeout: 60_000 });
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /\d+ ms .*/);
    assert.deepEqual(fuseMountsUnder(dir), []);
  },
  { timeout: 70_000 },
);
