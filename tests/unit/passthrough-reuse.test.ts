/** An inode number that the source uses again while a lookup is on its way. */
import { strict as assert } from 'node:assert';
import fs from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../helpers/mount.js';
import { suite } from '../helpers/suite.js';

const realLstat = fs.lstat as (...args: unknown[]) => void;
/** Lets lstat's answers through; undefined while they are held back. */
let gate: Promise<void> | undefined;

// Before the filesystem is loaded, which keeps the function that it finds.
fs.lstat = ((...args: unknown[]) => {
  const callback = args.pop() as (...results: unknown[]) => void;
  realLstat(...args, async (...results: unknown[]) => {
    await gate;
    callback(...results);
  });
}) as typeof fs.lstat;
const { Inodes } = await import('#dist/examples/passthrough/inodes.js');

const reuse = suite('passthrough inodes');

reuse('are not taken for new ones that got their number', async (scope) => {
  const dir = tempDir(scope);
  const [old, other] = [join(dir, 'old'), join(dir, 'other')];
  fs.writeFileSync(old, '');
  const inodes = new Inodes(dir);
  scope.after(() => inodes.clear());
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const lookup = inodes.find(old);
  const { ino } = fs.statSync(old);
  // Time for lstat to see the old inode: it runs beside this thread.
  await new Promise((resolve) => setTimeout(resolve, 100));
  fs.unlinkSync(old);
  fs.writeFileSync(other, '');
  if (fs.statSync(other).ino !== ino) {
    open();
    await lookup.catch(() => {});
    scope.skip('this filesystem does not use inode numbers again at once');
  }
  const { node } = await inodes.open(other);
  open();
  await assert.rejects(lookup, { code: 'ENOENT' });
  assert.equal(node.lookups, 1n);
});
