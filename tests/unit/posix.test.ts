import { strict as assert } from 'node:assert';
import fs, { constants } from 'node:fs';
import { join } from 'node:path';
import {
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  fsdecode,
  LOCK_EX,
  LOCK_NB,
  posix,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  SEEK_DATA,
  SEEK_HOLE,
  XATTR_CREATE,
  XATTR_REPLACE,
} from 'wasmfuse';
import { tempDir } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_WRONLY } = constants;
const { S_IFCHR, S_IFIFO, S_IFMT } = constants;

/** Fails unless the call fails with this errno, told as Node tells it. */
async function failsWith(
  code: string,
  syscall: string,
  call: Promise<unknown>,
  path?: string,
): Promise<void> {
  await assert.rejects(call, { name: 'Error', code, syscall, ...(path && { path }) });
}

/** A new file, by its path. */
function newFile(scope: Scope, content = '', name = 'file'): string {
  const path = join(tempDir(scope), name);
  fs.writeFileSync(path, content);
  return path;
}

/** A descriptor for the time of the test. */
function opened(scope: Scope, path: string, flags: number): number {
  const fd = posix.openSync(path, flags);
  scope.after(() => posix.closeSync(fd));
  return fd;
}

function needRoot(scope: Scope): void {
  if (process.geteuid?.() !== 0) scope.skip('needs root');
}

const create = suite('posix: making inodes');

create('opens and closes', async (scope) => {
  const path = newFile(scope);
  const fd = await posix.open(path, O_WRONLY);
  assert.equal(fs.writeSync(fd, 'text'), 4);
  await posix.close(fd);
  assert.equal(fs.readFileSync(path, 'utf8'), 'text');
  await failsWith('EBADF', 'close', posix.close(fd));
  await failsWith('EEXIST', 'open', posix.open(path, O_CREAT | O_EXCL), path);
});

create('gives what it makes to the owner alone from the start', async (scope) => {
  needRoot(scope);
  const dir = tempDir(scope);
  const owner = { uid: 4321, gid: 567 };
  const path = (name: string) => join(dir, name);
  const fd = await posix.open(path('file'), O_CREAT | O_EXCL | O_RDWR, 0o600, owner);
  await posix.close(fd);
  await posix.mkdir(path('dir'), 0o700, owner);
  await posix.mknod(path('fifo'), S_IFIFO | 0o600, 0, owner);
  await posix.symlink('target', path('link'), owner);
  for (const name of fs.readdirSync(dir)) {
    const { uid, gid } = fs.lstatSync(path(name));
    assert.deepEqual({ uid, gid }, owner, name);
  }
});

create('leaves every thread of the pool as it was', async (scope) => {
  needRoot(scope);
  const dir = tempDir(scope);
  const make = (name: string, owner?: posix.Owner) => {
    const paths = Array.from({ length: 64 }, (_, i) => join(dir, `${name}${i}`));
    return Promise.all(paths.map((path) => posix.mkdir(path, 0o700, owner)));
  };
  await make('other', { uid: 4321, gid: 567 });
  await make('own');
  for (const name of fs.readdirSync(dir)) {
    const { uid, gid } = fs.statSync(join(dir, name));
    assert.deepEqual([uid, gid], name.startsWith('own') ? [0, 0] : [4321, 567], name);
  }
});

create('keeps the group of a setgid directory', async (scope) => {
  needRoot(scope);
  const dir = tempDir(scope);
  fs.chownSync(dir, 0, 77);
  fs.chmodSync(dir, 0o2777);
  await posix.mkdir(join(dir, 'dir'), 0o755, { uid: 4321, gid: 567 });
  const { uid, gid, mode } = fs.statSync(join(dir, 'dir'));
  assert.deepEqual([uid, gid, mode & 0o2000], [4321, 77, 0o2000]);
});

create('makes an inode where the owner may not', async (scope) => {
  needRoot(scope);
  const dir = tempDir(scope);
  fs.chmodSync(dir, 0o700);
  await posix.mkdir(join(dir, 'dir'), 0o755, { uid: 4321, gid: 567 });
  assert.equal(fs.statSync(join(dir, 'dir')).uid, 4321);
});

create('makes device nodes', async (scope) => {
  needRoot(scope);
  const path = join(tempDir(scope), 'device');
  // Major 300, minor 70000, as makedev(3) has them.
  const rdev = ((70000 >> 8) << 20) | (300 << 8) | (70000 & 0xff);
  await posix.mknod(path, S_IFCHR | 0o600, rdev);
  const stats = fs.statSync(path);
  assert.equal(stats.mode & S_IFMT, S_IFCHR);
  assert.equal(stats.rdev, rdev);
});

const paths = suite('posix: paths');

paths('may be bytes that are no UTF-8', async (scope) => {
  const dir = tempDir(scope);
  const bytes = Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff, 0x80])]);
  await posix.mkdir(bytes);
  await posix.rename(fsdecode(bytes), join(dir, 'plain'));
  assert.deepEqual(fs.readdirSync(dir), ['plain']);
  await failsWith('ENOENT', 'truncate', posix.truncate(bytes, 0), fsdecode(bytes));
});

paths('rename with flags', async (scope) => {
  const dir = tempDir(scope);
  const [a, b] = [join(dir, 'a'), join(dir, 'b')];
  fs.writeFileSync(a, 'a');
  fs.writeFileSync(b, 'b');
  await failsWith('EEXIST', 'rename', posix.rename(a, b, RENAME_NOREPLACE), a);
  await posix.rename(a, b, RENAME_EXCHANGE);
  assert.equal(fs.readFileSync(a, 'utf8'), 'b');
  assert.equal(fs.readFileSync(b, 'utf8'), 'a');
  await posix.rename(a, b);
  assert.equal(fs.readFileSync(b, 'utf8'), 'b');
});

paths('link a symlink, or follow it', async (scope) => {
  const file = newFile(scope);
  const link = `${file}-link`;
  fs.symlinkSync('file', link);
  await posix.link(link, `${file}-1`);
  assert.ok(fs.lstatSync(`${file}-1`).isSymbolicLink());
  await posix.link(link, `${file}-2`, true);
  assert.equal(fs.lstatSync(`${file}-2`).ino, fs.statSync(file).ino);
});

paths('reach what an O_PATH descriptor holds', async (scope) => {
  const link = join(tempDir(scope), 'link');
  fs.symlinkSync('target', link);
  const fd = opened(scope, link, posix.O_PATH | O_NOFOLLOW);
  fs.renameSync(link, `${link}-moved`);
  assert.equal(String(await posix.readlink(fd)), 'target');
  assert.equal(String(await posix.readlink(`${link}-moved`)), 'target');
  await posix.utimens(`/proc/self/fd/${fd}`, { mtimeNs: 7n });
  assert.equal(fs.lstatSync(`${link}-moved`, { bigint: true }).mtimeNs, 7n);
  await posix.link(`/proc/self/fd/${fd}`, link, true);
  assert.equal(fs.readlinkSync(link), 'target');
  await failsWith('EINVAL', 'readlink', posix.readlink(newFile(scope)));
});

paths('set times exactly, or leave them', async (scope) => {
  const file = newFile(scope);
  const fd = opened(scope, file, O_RDWR);
  const times = [0n, -1n, -1_500_000_001n, 999_999_999n, 2n ** 33n * 1_000_000_000n + 1n];
  for (const atimeNs of times) {
    const mtimeNs = atimeNs + 1n;
    for (const set of [
      posix.utimens(file, { atimeNs, mtimeNs }),
      posix.futimens(fd, { atimeNs }),
    ]) {
      await set;
      const stats = fs.statSync(file, { bigint: true });
      assert.equal(stats.atimeNs, atimeNs);
      assert.equal(stats.mtimeNs, mtimeNs);
    }
  }
  await posix.utimens(file, { mtimeNs: 5n });
  const { atimeNs, mtimeNs } = fs.statSync(file, { bigint: true });
  assert.deepEqual([atimeNs, mtimeNs], [times.at(-1), 5n]);
});

paths('set the times of a symlink, or of its target', async (scope) => {
  const file = newFile(scope);
  fs.symlinkSync('file', `${file}-link`);
  await posix.utimens(`${file}-link`, { mtimeNs: 1n }, false);
  await posix.utimens(`${file}-link`, { mtimeNs: 2n });
  assert.equal(fs.lstatSync(`${file}-link`, { bigint: true }).mtimeNs, 1n);
  assert.equal(fs.statSync(file, { bigint: true }).mtimeNs, 2n);
});

paths('truncate', async (scope) => {
  const file = newFile(scope, 'abcdef');
  await posix.truncate(file, 3);
  assert.equal(fs.readFileSync(file, 'utf8'), 'abc');
  await posix.truncate(file, 2n ** 33n);
  assert.equal(fs.statSync(file).size, 2 ** 33);
  await failsWith('EINVAL', 'truncate', posix.truncate(file, -1));
});

paths('tell about their filesystem', async (scope) => {
  const dir = tempDir(scope);
  const ours = await posix.statvfs(dir);
  const { bsize, blocks, files } = fs.statfsSync(dir, { bigint: true });
  assert.deepEqual([ours.bsize, ours.blocks, ours.files], [bsize, blocks, files]);
  assert.ok(ours.namemax > 0n && ours.frsize > 0n && ours.bavail <= ours.bfree);
});

const descriptors = suite('posix: descriptors');

descriptors('append at the end, wherever others have moved it', async (scope) => {
  const file = newFile(scope, '12345');
  const fd = opened(scope, file, O_WRONLY);
  fs.appendFileSync(file, '67');
  assert.equal(await posix.append(fd, Buffer.from('8')), 1);
  assert.equal(await posix.append(fd, new Uint8Array()), 0);
  fs.writeSync(fd, 'x', 0);
  assert.equal(fs.readFileSync(file, 'utf8'), 'x2345678');
});

descriptors('reserve and punch ranges, and seek them', async (scope) => {
  const file = newFile(scope);
  const fd = opened(scope, file, O_RDWR);
  const [MB, half] = [2 ** 20, 2 ** 19];
  fs.writeSync(fd, Buffer.alloc(MB, 1));
  await posix.fallocate(fd, FALLOC_FL_KEEP_SIZE, MB, MB);
  assert.equal(fs.fstatSync(fd).size, MB);
  await posix.fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, half);
  assert.equal(await posix.lseek(fd, 0, SEEK_DATA), half);
  assert.equal(await posix.lseek(fd, 0, SEEK_HOLE), 0);
  await failsWith('ENXIO', 'lseek', posix.lseek(fd, 4 * MB, SEEK_DATA));
  await failsWith('EINVAL', 'fallocate', posix.fallocate(fd, 0, 0, 0));
});

descriptors('copy ranges', async (scope) => {
  const file = newFile(scope, 'abcdef');
  const fd = opened(scope, file, O_RDWR);
  assert.equal(await posix.copyFileRange(fd, 1, fd, 10, 3), 3);
  assert.equal(fs.readFileSync(file, 'latin1'), 'abcdef\0\0\0\0bcd');
  assert.equal(await posix.copyFileRange(fd, 100, fd, 0, 3), 0);
  await failsWith('EINVAL', 'copyFileRange', posix.copyFileRange(fd, 0, fd, 20, 3, 99));
  await failsWith('EINVAL', 'copyFileRange', posix.copyFileRange(fd, 0, fd, 20, -1));
});

descriptors('lock', async (scope) => {
  const file = newFile(scope);
  const [one, other] = [opened(scope, file, O_RDONLY), opened(scope, file, O_RDONLY)];
  await posix.flock(one, LOCK_EX);
  await failsWith('EAGAIN', 'flock', posix.flock(other, LOCK_EX | LOCK_NB));
});

descriptors('sync and flush, and stay open', async (scope) => {
  const fd = opened(scope, newFile(scope), O_RDWR | O_APPEND);
  await posix.syncfs(fd);
  await posix.flush(fd);
  assert.equal(fs.writeSync(fd, 'x'), 1);
  await failsWith('EBADF', 'flush', posix.flush(2 ** 30));
  await failsWith('EBADF', 'syncfs', posix.syncfs(-1));
});

const xattrs = suite('posix: extended attributes');

xattrs('come back as they were set', async (scope) => {
  const file = newFile(scope);
  const values = new Map([
    ['user.empty', 0],
    ['user.short', 1],
    ['user.512', 512],
    ['user.513', 513],
    ['user.long', 2000],
  ]);
  for (const [name, length] of values) await posix.setxattr(file, name, Buffer.alloc(length, 'v'));
  for (const [name, length] of values) {
    assert.deepEqual(await posix.getxattr(file, name), Buffer.alloc(length, 'v'), name);
  }
  assert.deepEqual((await posix.listxattr(file)).sort(), [...values.keys()].sort());
  await posix.removexattr(file, 'user.short');
  await failsWith('ENODATA', 'getxattr', posix.getxattr(file, 'user.short'), file);
  await failsWith('ENODATA', 'removexattr', posix.removexattr(file, 'user.short'));
});

xattrs('are listed when there are many, by names of any bytes', async (scope) => {
  const file = newFile(scope);
  const names = Array.from({ length: 40 }, (_, i) =>
    fsdecode(Buffer.from(`user.\xff${i}`, 'latin1')),
  );
  for (const name of names) await posix.setxattr(file, name, Buffer.from('v'));
  assert.deepEqual((await posix.listxattr(file)).sort(), names.sort());
  assert.deepEqual(await posix.listxattr(newFile(scope)), []);
});

xattrs('are created or replaced only', async (scope) => {
  const file = newFile(scope);
  const value = Buffer.from('v');
  const set = (flags: number) => posix.setxattr(file, 'user.a', value, flags);
  await failsWith('ENODATA', 'setxattr', set(XATTR_REPLACE));
  await set(XATTR_CREATE);
  await failsWith('EEXIST', 'setxattr', set(XATTR_CREATE));
  await set(XATTR_REPLACE);
});

const wrong = suite('posix: wrong arguments');

wrong('are refused by name', async () => {
  const never: [call: () => Promise<unknown>, message: RegExp][] = [
    [() => posix.mkdir(3 as never), /path is neither/],
    [() => posix.rename('a', undefined as never), /to is neither/],
    [() => posix.truncate('a\0b', 0), /path has a NUL/],
    [() => posix.symlink(Buffer.alloc(1), 'b'), /target has a NUL/],
    [() => posix.setxattr('/', 'user.a', 'text' as never), /value is no Buffer/],
    [() => posix.getxattr('/', null as never), /name is neither/],
    [() => posix.open('/', '0' as never), /flags is no number/],
    [() => posix.utimens('/', { atimeNs: 1 as never }), /atimeNs is no bigint/],
  ];
  for (const [call, message] of never) await assert.rejects(call, { name: 'TypeError', message });
});

wrong('are refused beyond their range, never cut', async () => {
  const beyond: [call: () => Promise<unknown>, message: RegExp][] = [
    [() => posix.flush(2 ** 32), /fd is no integer of 32 bits/],
    [() => posix.flush(0.5), /fd is no integer/],
    [() => posix.truncate('/', 2 ** 53), /length is no safe integer/],
    [() => posix.truncate('/', 2n ** 63n), /length is out of range/],
    [() => posix.truncate('/', Number.NaN), /length is no safe integer/],
    [() => posix.utimens('/', { mtimeNs: 10n ** 30n }), /mtimeNs is out of range/],
    [() => posix.mkdir('/', 0o777, { uid: 2 ** 32, gid: 0 }), /uid is no integer/],
  ];
  for (const [call, message] of beyond) await assert.rejects(call, { name: 'RangeError', message });
});
