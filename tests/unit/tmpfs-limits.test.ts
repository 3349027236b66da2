import { strict as assert } from 'node:assert';
import { ROOT_INODE } from 'wasmfuse';
import { suite } from '../helpers/suite.js';
import { Fs, user } from '../helpers/tmpfs.js';

const data = Buffer.alloc(10_000, 'x');

const limits = suite('limits of tmpfs');

limits('end in ENOSPC, and what is there stays', () => {
  const fs = new Fs({ size: 8192, inodes: 3 });
  const { ino, fh } = fs.create('file');
  fs.ops.write(fh, 0, Buffer.alloc(8192, 1), user);
  assert.throws(() => fs.ops.write(fh, 8190, data, user), { code: 'ENOSPC' });
  assert.equal(fs.ops.getattr(ino).size, 8192);
  assert.throws(() => fs.ops.setxattr(ino, 'user.a', data, user), { code: 'ENOSPC' });
  assert.deepEqual(fs.ops.listxattr(ino), []);
  fs.mkdir('second');
  for (const make of [() => fs.mkdir('third'), () => fs.create('third')]) {
    assert.throws(make, { code: 'ENOSPC' });
  }
  assert.equal(fs.ops.lookup(ROOT_INODE, 'third').ino, 0n);
  assert.deepEqual(fs.free(), [0, 0]);
});

limits('are what statfs shows', () => {
  const fs = new Fs({ size: '1m', inodes: 100 });
  const { fh } = fs.create('file');
  fs.ops.write(fh, 0, Buffer.alloc(4097), user);
  assert.deepEqual(fs.ops.statfs(), {
    bsize: 4096,
    frsize: 4096,
    blocks: 256,
    bfree: 254,
    bavail: 254,
    files: 100,
    ffree: 98,
    favail: 98,
    namemax: 255,
  });
});

limits('hold for names: 255 bytes, whatever the characters', () => {
  const fs = new Fs();
  for (const name of ['x'.repeat(255), '\u00e9'.repeat(127), '\udc80'.repeat(255)]) {
    assert.ok(fs.ops.lookup(ROOT_INODE, name).ino === 0n && fs.create(name).ino > 0n);
  }
  const code = 'ENAMETOOLONG';
  for (const name of ['x'.repeat(256), '\u00e9'.repeat(128), '\udc80'.repeat(256)]) {
    assert.throws(() => fs.ops.lookup(ROOT_INODE, name), { code });
    assert.throws(() => fs.create(name), { code });
    assert.throws(() => fs.mkdir(name), { code });
  }
});

limits('hold for names of one file', () => {
  const fs = new Fs();
  const { ino } = fs.create('file');
  const link = (from: number, to: number) => {
    for (let i = from; i < to; i++) fs.ops.link(ino, ROOT_INODE, `link${i}`);
  };
  link(1, 65_000);
  assert.throws(() => link(65_000, 65_001), { code: 'EMLINK' });
  assert.equal(fs.ops.getattr(ino).nlink, 65_000);
});
