import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { FALLOC_FL_COLLAPSE_RANGE, FALLOC_FL_PUNCH_HOLE, SEEK_DATA, SEEK_HOLE } from 'wasmfuse';
import { suite } from '../helpers/suite.js';
import { Fs, user } from '../helpers/tmpfs.js';

const file = suite('a tmpfs file');

file('finds data and holes, and says ENXIO beyond them', () => {
  const fs = new Fs();
  const { ino, fh } = fs.create('file');
  fs.ops.write(fh, 8192, Buffer.from('x'), user);
  fs.setattr(ino, { size: 20_000 });
  assert.equal(fs.ops.lseek(fh, 0, SEEK_DATA), 8192);
  assert.equal(fs.ops.lseek(fh, 8192, SEEK_HOLE), 12_288);
  assert.throws(() => fs.ops.lseek(fh, 12_288, SEEK_DATA), { code: 'ENXIO' });
  assert.throws(() => fs.ops.lseek(fh, 20_000, SEEK_HOLE), { code: 'ENXIO' });
  assert.throws(() => fs.ops.lseek(fh, 0, 0), { code: 'EINVAL' });
});

file('end at 0 after an open with O_TRUNC', () => {
  const fs = new Fs();
  const { ino, fh } = fs.create('file');
  fs.ops.write(fh, 0, Buffer.from('x'), user);
  fs.ops.open(ino, constants.O_WRONLY, user);
  assert.equal(fs.ops.getattr(ino).size, 1);
  fs.ops.open(ino, constants.O_WRONLY | constants.O_TRUNC, user);
  assert.equal(fs.ops.getattr(ino).size, 0);
});

file('refuses ways of fallocate that it does not know', () => {
  const fs = new Fs();
  const { fh } = fs.create('file');
  for (const mode of [FALLOC_FL_COLLAPSE_RANGE, FALLOC_FL_PUNCH_HOLE]) {
    assert.throws(() => fs.ops.fallocate(fh, mode, 0, 10, user), { code: 'EOPNOTSUPP' });
  }
});
