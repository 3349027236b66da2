import { strict as assert } from 'node:assert';
import fs from 'node:fs';
import { join } from 'node:path';
import { posix, ROOT_INODE } from 'wasmfuse';
import { type Found, Inodes } from '#dist/examples/passthrough/inodes.js';
import { Numbers } from '#dist/examples/passthrough/numbers.js';
import { until } from '../helpers/deadline.js';
import { tempDir } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

/** A directory with a file, and the inodes of its mirror. */
function mirror(scope: Scope): { dir: string; path: string; inodes: Inodes } {
  const dir = tempDir(scope);
  const path = join(dir, 'file');
  fs.writeFileSync(path, 'content');
  const inodes = new Inodes(dir);
  scope.after(() => inodes.clear());
  return { dir, path, inodes };
}

/** What is there for certain. */
function find(inodes: Inodes, path: posix.Path): Found {
  const found = inodes.find(path);
  assert.ok(found !== undefined, String(path));
  return found;
}

/** How many descriptors hold something in a directory, itself too. */
function held(dir: string): number {
  const targets = fs.readdirSync('/proc/self/fd').map((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return targets.filter((target) => target.startsWith(dir)).length;
}

function heldIs(dir: string, count: number): Promise<boolean> {
  return until(() => held(dir) === count, 2000, `${count} descriptors in ${dir}`);
}

const identity = suite('passthrough inodes');

identity('are one for one file, whatever its names', async (scope) => {
  const { dir, path, inodes } = mirror(scope);
  fs.linkSync(path, `${path}-2`);
  const first = find(inodes, path);
  const second = find(inodes, `${path}-2`);
  assert.equal(first.node, second.node);
  assert.equal(first.node.lookups, 2n);
  assert.equal(first.node.ino, fs.statSync(path, { bigint: true }).ino);
  await heldIs(dir, 2);
});

identity('hold a symlink, not its target', (scope) => {
  const { dir, inodes } = mirror(scope);
  fs.symlinkSync('file', join(dir, 'link'));
  const { node, stats } = find(inodes, join(dir, 'link'));
  assert.equal(stats.mode & fs.constants.S_IFMT, fs.constants.S_IFLNK);
  assert.equal(node.ino, fs.lstatSync(join(dir, 'link'), { bigint: true }).ino);
});

identity('count each of many lookups, and hold one descriptor', async (scope) => {
  const { dir, path, inodes } = mirror(scope);
  const found = Array.from({ length: 20 }, () => find(inodes, path));
  const [{ node }] = found as [(typeof found)[0]];
  assert.ok(found.every((one) => one.node === node));
  assert.equal(node.lookups, 20n);
  await heldIs(dir, 2);
  inodes.forget(node, 19n);
  assert.equal(inodes.get(node.ino), node);
  inodes.forget(node, 1n);
  assert.throws(() => inodes.get(node.ino), { code: 'ESTALE' });
  await heldIs(dir, 1);
});

identity('come back when they were forgotten', async (scope) => {
  const { dir, path, inodes } = mirror(scope);
  for (let i = 0; i < 20; i++) {
    const { node: old } = find(inodes, path);
    inodes.forget(old, 1n);
    const { node } = find(inodes, path);
    assert.notEqual(node, old);
    assert.equal(node.ino, old.ino);
    assert.ok(node.generation > old.generation);
    assert.equal(node.lookups, 1n);
    assert.equal(fs.readFileSync(node.path, 'utf8'), 'content');
    inodes.forget(node, 1n);
  }
  await heldIs(dir, 1);
});

identity('outlive their names, which can then mean other files', (scope) => {
  const { path, inodes } = mirror(scope);
  const { node } = find(inodes, path);
  fs.unlinkSync(path);
  fs.writeFileSync(path, 'other');
  const { node: other } = find(inodes, path);
  assert.notEqual(other.ino, node.ino);
  assert.equal(fs.readFileSync(node.path, 'utf8'), 'content');
  assert.equal(fs.readFileSync(other.path, 'utf8'), 'other');
});

identity('of directories lead to their entries wherever they are moved', (scope) => {
  const { dir, inodes } = mirror(scope);
  fs.mkdirSync(join(dir, 'a/b'), { recursive: true });
  const { node } = find(inodes, join(dir, 'a/b'));
  fs.renameSync(join(dir, 'a'), join(dir, 'moved'));
  posix.closeSync(posix.openSync(node.entry('new'), fs.constants.O_CREAT));
  assert.ok(fs.existsSync(join(dir, 'moved/b/new')));
});

identity('do not count a lookup that fails', async (scope) => {
  const { dir, inodes } = mirror(scope);
  assert.equal(inodes.find(join(dir, 'none')), undefined);
  assert.throws(() => inodes.find(join(dir, 'file/x')), { code: 'ENOTDIR' });
  assert.equal(inodes.size, 1);
  await heldIs(dir, 1);
});

identity('keep the root, and count down to nothing below zero', (scope) => {
  const { dir, path, inodes } = mirror(scope);
  const { node: root } = find(inodes, dir);
  assert.equal(root, inodes.root);
  inodes.forget(root, 5n);
  assert.equal(inodes.get(ROOT_INODE), root);
  const { node } = find(inodes, path);
  assert.throws(() => inodes.forget(node, 2n), RangeError);
});

identity('need a directory', (scope) => {
  const { path, dir } = mirror(scope);
  assert.throws(() => new Inodes(path), { code: 'ENOTDIR' });
  assert.throws(() => new Inodes(join(dir, 'none')), { code: 'ENOENT' });
});

const numbering = suite('passthrough inode numbers');

const stats = (dev: bigint, ino: bigint) => ({ dev, ino });
const none = () => false;

numbering('are those of the source', () => {
  const numbers = new Numbers(7n);
  assert.equal(numbers.choose(stats(7n, 42n), none), 42n);
  assert.equal(numbers.choose(stats(7n, -2n), none), 2n ** 64n - 2n);
});

numbering('differ by device', () => {
  const numbers = new Numbers(7n);
  const all = [7n, 8n, 9n].map((dev) => numbers.choose(stats(dev, 42n), none));
  assert.equal(new Set(all).size, 3);
  assert.deepEqual(
    [7n, 8n, 9n].map((dev) => numbers.preferred(stats(dev, 42n))),
    all,
  );
});

numbering('never are those of the root, of none, or of another node', () => {
  const numbers = new Numbers(7n);
  const taken = new Set<bigint>();
  const choose = (dev: bigint, ino: bigint) => {
    const number = numbers.choose(stats(dev, ino), (one) => taken.has(one));
    assert.ok(!taken.has(number) && number > ROOT_INODE && number < 2n ** 64n, `${number}`);
    taken.add(number);
    return number;
  };
  choose(7n, ROOT_INODE);
  choose(7n, 0n);
  // What the second device's inode would be, taken by one of the first.
  choose(7n, numbers.preferred(stats(8n, 42n)));
  choose(8n, 42n);
  choose(7n, -1n);
  choose(7n, -2n);
});
