import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { F_WRLCK, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE } from 'wasmfuse';
import { Calls } from '../helpers/calls.js';
import { mountModule, type Server } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { startSyscall, syscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/special.js', import.meta.url);
const PLAIN = new URL('../fixtures/cached.js', import.meta.url);
const SIZE = 2 ** 41;

let dir = '';
let calls: Calls;
let plain = '';
let served: Server;

async function mountBoth(scope: Scope) {
  calls = new Calls(scope);
  served = await mountModule(scope, MODULE, { data: { log: calls.log } });
  ({ dir } = served);
  const { log } = new Calls(scope);
  ({ dir: plain } = await mountModule(scope, PLAIN, { data: { log } }));
}

function themed(name: string) {
  const test = suite(name);
  test.before(mountBoth);
  return test;
}

const locks = themed('byte-range locks');

locks('are asked for with their range and type', async (scope) => {
  const held = await startSyscall(scope, 'fcntl_lock', `${dir}/file`, 'F_SETLK', 'F_WRLCK', 10, 20);
  assert.equal(await held.line(), 'held');
  const { args } = await calls.next('setlk');
  const { type, start, length, pid } = args[1] as Record<string, unknown>;
  assert.equal(type, F_WRLCK);
  assert.deepEqual([start, length, pid], ['10n', '20n', held.pid]);
  assert.equal(args[2], false);
  held.release();
  // What a process has locked is freed by its close(2): the filesystem knows it by its owner.
  const owner = calls.of('setlk')[0]?.ctx?.lockOwner;
  await calls.next('flush', ({ ctx }) => ctx?.lockOwner === owner && owner !== '0n');
});

locks('fail as the handler says', async () => {
  await assert.rejects(syscall('fcntl_lock', `${dir}/file`, 'F_SETLK', 'F_RDLCK', 100, 1), {
    code: 'EAGAIN',
  });
  await assert.rejects(syscall('fcntl_lock', `${dir}/file`, 'F_SETLKW', 'F_RDLCK', 100, 1), {
    code: 'EDEADLK',
  });
});

locks('show what is in the way', async () => {
  const lock = (start: number) =>
    syscall('fcntl_lock', `${dir}/file`, 'F_GETLK', 'F_WRLCK', start, 5);
  assert.match(await lock(0), /^F_UNLCK/);
  assert.equal(await lock(120), `F_RDLCK 100 50 ${served.pid}`);
});

locks('of flock come as one operation', async (scope) => {
  const held = await startSyscall(scope, 'flock', `${dir}/file`, 'LOCK_EX');
  assert.equal(await held.line(), 'held');
  await assert.rejects(syscall('flock', `${dir}/file`, 'LOCK_EX|LOCK_NB'), { code: 'EAGAIN' });
  held.release();
  // The last close(2) frees the lock: the filesystem knows it by its owner.
  const owner = calls.of('flock')[0]?.ctx?.lockOwner;
  await calls.next('release', ({ ctx }) => ctx?.lockOwner === owner && owner !== '0n');
});

locks('that no handler serves are local', async (scope) => {
  const held = await startSyscall(scope, 'flock', `${plain}/message`, 'LOCK_EX');
  assert.equal(await held.line(), 'held');
  await assert.rejects(syscall('flock', `${plain}/message`, 'LOCK_EX|LOCK_NB'), { code: 'EAGAIN' });
});

const ranges = themed('fallocate, lseek and copy_file_range');

ranges('pass mode, offset and length', async () => {
  await syscall('fallocate', `${dir}/file`, 'FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE', 2 ** 40, 7);
  const mode = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE;
  assert.deepEqual(calls.of('fallocate')[0]?.args.slice(1), [mode, 2 ** 40, 7]);
  await assert.rejects(syscall('fallocate', `${dir}/file`, 'FALLOC_FL_KEEP_SIZE', SIZE, 1), {
    code: 'ENOSPC',
  });
});

ranges('find data and holes', async () => {
  assert.equal(await syscall('lseek', `${dir}/file`, 5, 'SEEK_DATA'), '5');
  assert.equal(await syscall('lseek', `${dir}/file`, 5, 'SEEK_HOLE'), '4096');
  assert.equal(await syscall('lseek', `${dir}/file`, 2 ** 40, 'SEEK_HOLE'), `${2 ** 40}`);
  await assert.rejects(syscall('lseek', `${dir}/file`, 5000, 'SEEK_DATA'), { code: 'ENXIO' });
});

ranges('copy inside the filesystem, as much as the handler does', async () => {
  const copied = await syscall('copy_range', `${dir}/file`, 2 ** 40, `${dir}/copy`, 3, 1000);
  assert.equal(copied, '10');
  const { args } = await calls.next('copyFileRange');
  assert.deepEqual([args[1], args[3], args[4], args[5]], [2 ** 40, 3, 1000, 0]);
});

ranges('that no handler serves fall back', async () => {
  await assert.rejects(syscall('fallocate', `${plain}/message`, 'FALLOC_FL_PUNCH_HOLE', 0, 1), {
    code: 'ENOTSUP',
  });
  assert.equal(await syscall('lseek', `${plain}/message`, 0, 'SEEK_HOLE'), '12');
});

const ioctls = themed('ioctl');

ioctls('takes and returns data', async () => {
  assert.equal(await syscall('ioctl', `${dir}/file`, 'rw', 1, 8, 'hello'), '9 HELLO');
  const { args } = await calls.next('ioctl');
  assert.equal(args[3], Buffer.from('hello\0\0\0').toString('hex'));
});

ioctls('without output takes data only', async () => {
  assert.equal(await syscall('ioctl', `${dir}/file`, 'w', 1, 5, 'hello'), '1 hello');
});

ioctls('without an argument is a bare command', async () => {
  assert.equal(await syscall('ioctl', `${dir}/file`, 'n', 5, 0, ''), '5');
});

ioctls('fails as the handler says, and with ENOTTY without one', async () => {
  await assert.rejects(syscall('ioctl', `${dir}/file`, 'rw', 2, 8, ''), { code: 'ENOTTY' });
  await assert.rejects(syscall('ioctl', `${plain}/message`, 'rw', 1, 8, ''), { code: 'ENOTTY' });
});

const polls = themed('poll');

polls('waits until the filesystem notifies', async (scope) => {
  const poll = await startSyscall(scope, 'poll', `${dir}/file`, 'POLLIN', 5000);
  assert.equal(await poll.line(), 'polling');
  assert.equal(await poll.line(), 'POLLIN');
});

polls('is always ready without a handler', async () => {
  assert.match(await syscall('poll', `${plain}/message`, 'POLLIN', 0), /\nPOLLIN$/);
});

const others = themed('tmpfile, statfs and access');

others('make a file that has no name until it is linked', async () => {
  assert.equal(await syscall('tmpfile', dir, 'text', ''), '0 0');
  assert.match(await syscall('tmpfile', dir, 'text', `${dir}/named`), /^1 /);
  assert.ok((await stat(`${dir}/named`)).isFile());
  const [, mode] = calls.of('tmpfile')[0]?.args ?? [];
  assert.equal(mode, constants.S_IFREG | 0o600);
});

others('fail with EOPNOTSUPP without tmpfile', async () => {
  await assert.rejects(syscall('tmpfile', plain, 'text', ''), { code: 'ENOTSUP' });
});

others('show what statfs says', async () => {
  const shown = await statfs(dir, { bigint: true });
  assert.deepEqual(
    [shown.bsize, shown.blocks, shown.bfree, shown.bavail, shown.files, shown.ffree],
    [4096n, 2n ** 40n, 2n ** 39n, 2n ** 38n, 1000n, 500n],
  );
});

others('ask access when permissions are not checked by the kernel', async (scope) => {
  const { log } = new Calls(scope);
  const own = await mountModule(scope, MODULE, { data: { log }, bare: true });
  await access(`${own.dir}/file`, constants.R_OK | constants.W_OK);
  await assert.rejects(access(`${own.dir}/closed`, constants.R_OK), { code: 'EACCES' });
  await access(`${own.dir}/closed`, constants.F_OK);
});
