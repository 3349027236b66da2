import { strict as assert } from 'node:assert';
import { ROOT_INODE } from 'wasmfuse';
import { suite } from '../helpers/suite.js';
import { Fs } from '../helpers/tmpfs.js';

const names = suite('names in tmpfs');

names('that are absent are cached as such', () => {
  const { ino, entryTimeout } = new Fs().ops.lookup(ROOT_INODE, 'absent');
  assert.ok(ino === 0n && Number(entryTimeout) > 0);
});

names('include . and .. for file handles of NFS', () => {
  const fs = new Fs();
  const dir = fs.mkdir('dir');
  const { ino } = fs.create('file');
  assert.equal(fs.ops.lookup(ino, '.').ino, ino);
  assert.equal(fs.ops.lookup(dir, '..').ino, ROOT_INODE);
  assert.equal(fs.ops.lookup(ROOT_INODE, '..').ino, ROOT_INODE);
  assert.throws(() => fs.ops.lookup(999n, '.'), { code: 'ESTALE' });
});

names('are refused as POSIX says', () => {
  const fs = new Fs();
  const dir = fs.mkdir('dir');
  const { ino } = fs.create('file');
  fs.mkdir('sub', 0o755, dir);
  const gone = fs.mkdir('gone');
  fs.ops.rmdir(ROOT_INODE, 'gone');
  const refused: [string, () => unknown][] = [
    ['EEXIST', () => fs.create('dir')],
    ['EEXIST', () => fs.mkdir('file')],
    ['EEXIST', () => fs.ops.link(ino, ROOT_INODE, 'dir')],
    ['EPERM', () => fs.ops.link(dir, ROOT_INODE, 'new')],
    ['ENOTDIR', () => fs.ops.lookup(ino, 'x')],
    ['ENOTDIR', () => fs.mkdir('x', 0o755, ino)],
    ['ENOTDIR', () => fs.ops.rmdir(ROOT_INODE, 'file')],
    ['ENOTDIR', () => fs.ops.opendir(ino)],
    ['ENOTEMPTY', () => fs.ops.rmdir(ROOT_INODE, 'dir')],
    ['EISDIR', () => fs.ops.unlink(ROOT_INODE, 'dir')],
    ['ENOENT', () => fs.ops.unlink(ROOT_INODE, 'absent')],
    ['ENOENT', () => fs.ops.rmdir(ROOT_INODE, 'absent')],
    ['ENOENT', () => fs.mkdir('x', 0o755, gone)],
    ['EINVAL', () => fs.ops.readlink(ino)],
    ['EBADF', () => fs.ops.read(999n, 0, 1, Buffer.alloc(1))],
  ];
  const before = fs.free();
  for (const [code, call] of refused) assert.throws(call, { code }, `${code} of ${call}`);
  assert.deepEqual(fs.free(), before);
});
