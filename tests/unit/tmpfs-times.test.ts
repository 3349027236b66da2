import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { ROOT_INODE, SEEK_HOLE } from 'wasmfuse';
import { suite } from '../helpers/suite.js';
import { Fs, user } from '../helpers/tmpfs.js';

const { O_NOATIME, O_RDWR, O_TRUNC, S_IFREG } = constants;
const data = Buffer.alloc(10_000, 'x');

const times = suite('times in tmpfs');

/** Which of a, m and c a call changes. */
function changed(fs: Fs, ino: bigint, call: () => unknown): string {
  fs.setattr(ino, { atimeNs: 1n, mtimeNs: 1n });
  const { ctimeNs } = fs.ops.getattr(ino);
  call();
  const after = fs.ops.getattr(ino);
  const a = after.atimeNs === 1n ? '' : 'a';
  const m = after.mtimeNs === 1n ? '' : 'm';
  return a + m + (after.ctimeNs === ctimeNs ? '' : 'c');
}

times('change with the calls that change them', () => {
  const fs = new Fs();
  const { ino, fh } = fs.create('file');
  const { fh: other } = fs.create('source');
  fs.ops.write(other, 0, data, user);
  const { fh: quiet } = fs.ops.open(ino, O_NOATIME, user);
  const into = Buffer.alloc(10);
  const expected: [string, string, () => unknown][] = [
    ['read', 'a', () => fs.ops.read(fh, 0, 10, into)],
    ['read with O_NOATIME', '', () => fs.ops.read(quiet as bigint, 0, 10, into)],
    ['write', 'mc', () => fs.ops.write(fh, 0, data, user)],
    ['open', '', () => fs.ops.open(ino, O_RDWR, user)],
    ['open with O_TRUNC', 'mc', () => fs.ops.open(ino, O_TRUNC, user)],
    ['truncate', 'mc', () => fs.setattr(ino, { size: 5 })],
    ['chmod', 'c', () => fs.setattr(ino, { mode: 0o600 })],
    ['chown', 'c', () => fs.setattr(ino, { uid: 5 })],
    ['utimens', 'amc', () => fs.setattr(ino, { atimeNs: 2n, mtimeNs: 2n })],
    ['fallocate', 'mc', () => fs.ops.fallocate(fh, 0, 0, 100, user)],
    ['copyFileRange', 'mc', () => fs.ops.copyFileRange(other, 0, fh, 0, 10, 0, user)],
    ['copyFileRange from it', 'a', () => fs.ops.copyFileRange(fh, 0, other, 0, 10, 0, user)],
    ['setxattr', 'c', () => fs.ops.setxattr(ino, 'user.a', into, user)],
    ['removexattr', 'c', () => fs.ops.removexattr(ino, 'user.a')],
    ['link', 'c', () => fs.ops.link(ino, ROOT_INODE, 'link')],
    ['rename', 'c', () => fs.ops.rename(ROOT_INODE, 'link', ROOT_INODE, 'moved', 0)],
    ['unlink', 'c', () => fs.ops.unlink(ROOT_INODE, 'moved')],
    ['lseek', '', () => fs.ops.lseek(fh, 0, SEEK_HOLE)],
  ];
  for (const [what, which, call] of expected) assert.equal(changed(fs, ino, call), which, what);
});

times('of a directory change with its entries', () => {
  const fs = new Fs();
  const dir = fs.mkdir('dir');
  const { ino } = fs.create('file');
  const expected: [string, () => unknown][] = [
    ['create', () => fs.ops.create(dir, 'a', S_IFREG, O_RDWR, user)],
    ['mkdir', () => fs.mkdir('b', 0o755, dir)],
    ['symlink', () => fs.ops.symlink(dir, 'c', 'target', user)],
    ['link', () => fs.ops.link(ino, dir, 'd')],
    ['rename', () => fs.ops.rename(dir, 'a', ROOT_INODE, 'a', 0)],
    ['unlink', () => fs.ops.unlink(dir, 'd')],
    ['rmdir', () => fs.ops.rmdir(dir, 'b')],
  ];
  for (const [what, call] of expected) assert.equal(changed(fs, dir, call), 'mc', what);
});
