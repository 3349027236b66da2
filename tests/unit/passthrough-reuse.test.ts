/** Inode numbers that the source uses again for new files. */
import { strict as assert } from 'node:assert';
import fs from 'node:fs';
import { join } from 'node:path';
import { type Found, Inodes } from '#dist/examples/passthrough/inodes.js';
import { tempDir } from '../helpers/mount.js';
import { suite } from '../helpers/suite.js';

const reuse = suite('passthrough inodes');

reuse('are not taken for new ones that got their number', (scope) => {
  const dir = tempDir(scope);
  const [old, other] = [join(dir, 'old'), join(dir, 'other')];
  fs.writeFileSync(old, '');
  const inodes = new Inodes(dir);
  scope.after(() => inodes.clear());
  const before = inodes.find(old) as Found;
  fs.unlinkSync(old);
  fs.writeFileSync(other, '');
  const held = inodes.find(other) as Found;
  assert.notEqual(held.node, before.node, 'a known inode keeps its number');
  assert.notEqual(held.stats.ino, before.stats.ino);
  inodes.forget(held.node, 1n);
  inodes.forget(before.node, 1n);
  fs.unlinkSync(other);
  fs.writeFileSync(old, '');
  const after = inodes.find(old) as Found;
  if (after.stats.ino !== before.stats.ino && after.stats.ino !== held.stats.ino) {
    scope.skip('this filesystem does not use inode numbers again at once');
  }
  assert.ok(after.node.generation > held.node.generation);
  assert.equal(after.node.lookups, 1n);
  assert.equal(inodes.find(other), undefined);
});
