import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { ROOT_INODE } from 'wasmfuse';
import { suite } from '../helpers/suite.js';
import { Fs, user } from '../helpers/tmpfs.js';

const { O_RDWR, S_IFREG } = constants;
const data = Buffer.alloc(10_000, 'x');

const life = suite('an inode of tmpfs');

life('gives its memory back when names, lookups and handles are gone, in any order', () => {
  const steps = ['unlink', 'release', 'forget'];
  const orders = steps.flatMap((a) => steps.flatMap((b) => steps.map((c) => [a, b, c])));
  const permutations = orders.filter((order) => new Set(order).size === 3);
  assert.equal(permutations.length, 6);
  for (const order of permutations) {
    const fs = new Fs();
    const before = fs.free();
    const { ino, fh } = fs.create('file');
    fs.ops.lookup(ROOT_INODE, 'file');
    fs.ops.write(fh, 0, data, user);
    fs.ops.setxattr(ino, 'user.a', Buffer.alloc(5000), user);
    const during = fs.free();
    assert.ok(during[0] < before[0] - 15_000 && during[1] === before[1] - 1);
    for (const step of order) {
      assert.deepEqual(fs.free(), during, `before ${step} in ${order}`);
      if (step === 'unlink') fs.ops.unlink(ROOT_INODE, 'file');
      else if (step === 'release') fs.ops.release(fh);
      else fs.ops.forget([[ino, 2n]]);
    }
    assert.deepEqual(fs.free(), before, order.join());
    assert.throws(() => fs.ops.getattr(ino), { code: 'ESTALE' });
  }
});

life('is usable without a name while it is open', () => {
  const fs = new Fs();
  const { ino, fh } = fs.create('file');
  fs.ops.unlink(ROOT_INODE, 'file');
  fs.ops.forget([[ino, 1n]]);
  fs.ops.write(fh, 0, Buffer.from('still here'), user);
  const into = Buffer.alloc(20);
  assert.equal(fs.ops.read(fh, 6, 20, into), 4);
  assert.equal(into.toString('utf8', 0, 4), 'here');
  assert.equal(fs.ops.getattr(ino).nlink, 0);
});

life('loses its name to a rename and goes when it is forgotten', () => {
  const fs = new Fs();
  const before = fs.free();
  fs.create('a');
  const { ino, fh } = fs.create('b');
  fs.ops.rename(ROOT_INODE, 'a', ROOT_INODE, 'b', 0);
  fs.ops.release(fh);
  assert.equal(fs.ops.getattr(ino).nlink, 0);
  fs.ops.forget([[ino, 1n]]);
  assert.throws(() => fs.ops.getattr(ino), { code: 'ESTALE' });
  assert.equal(fs.free()[1], before[1] - 1);
});

life('that nothing else refers to goes with the rename', () => {
  const fs = new Fs();
  fs.create('a');
  const { ino, fh } = fs.create('b');
  fs.ops.release(fh);
  fs.ops.forget([[ino, 1n]]);
  fs.ops.rename(ROOT_INODE, 'a', ROOT_INODE, 'b', 0);
  assert.throws(() => fs.ops.getattr(ino), { code: 'ESTALE' });
});

life('has a number that is never used again', () => {
  const fs = new Fs();
  const { ino, fh } = fs.create('file');
  fs.ops.release(fh);
  fs.ops.unlink(ROOT_INODE, 'file');
  fs.ops.forget([[ino, 1n]]);
  assert.notEqual(fs.create('file').ino, ino);
});

life('made by tmpfile has no name and goes with its handle', () => {
  const fs = new Fs();
  const before = fs.free();
  const [{ fh }, { ino, nlink }] = fs.ops.tmpfile(ROOT_INODE, S_IFREG | 0o600, O_RDWR, user);
  assert.equal(nlink, 0);
  fs.ops.forget([[ino as bigint, 1n]]);
  fs.ops.release(fh as bigint);
  assert.deepEqual(fs.free(), before);
});
