import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT } from 'wasmfuse';
import { Directory } from '#dist/examples/tmpfs/directory.js';
import { File } from '#dist/examples/tmpfs/file.js';
import { Memory } from '#dist/examples/tmpfs/memory.js';
import type { Node } from '#dist/examples/tmpfs/node.js';
import { Quota } from '#dist/examples/tmpfs/quota.js';
import { rename } from '#dist/examples/tmpfs/rename.js';
import { suite } from '../helpers/suite.js';

const { S_IFDIR, S_IFREG } = constants;

const memory = new Memory(new Quota(1e6));

/** A tree of three directories and three files, one of which has two names: `file` and `link`. */
class Tree {
  #ino = 0n;
  readonly root = this.#make(Directory, S_IFDIR);

  constructor() {
    this.root.names = 1;
    for (const path of ['dir/', 'dir/sub/', 'dir/file', 'empty/', 'file', 'other']) this.add(path);
    this.root.set('link', this.at('file'));
  }

  #make<N extends Node>(type: new (origin: never, parent?: Directory) => N, mode: number): N {
    this.#ino++;
    const origin = { ino: this.#ino, mode, uid: 0, gid: 0, memory };
    return new type(origin as never, this.root);
  }

  place(path: string): { directory: Directory; name: string } {
    const names = path.split('/').filter((name) => name !== '');
    const name = names.pop() as string;
    const directory = names.reduce((at, next) => at.get(next) as Directory, this.root);
    return { directory, name };
  }

  add(path: string): void {
    const { directory, name } = this.place(path);
    const isDirectory = path.endsWith('/');
    directory.set(name, isDirectory ? this.#make(Directory, S_IFDIR) : this.#make(File, S_IFREG));
  }

  at(path: string): Node {
    const { directory, name } = this.place(path);
    return directory.find(name);
  }

  rename(from: string, to: string, flags = 0): void {
    rename(this.place(from), this.place(to), flags);
  }

  /** Every path with its inode and link count. */
  list(directory = this.root, path = ''): string[] {
    return [...directory.after(0)].flatMap(({ name, value }) => [
      `${path}${name} ${value.ino} ${value.nlink}`,
      ...(value instanceof Directory ? this.list(value, `${path}${name}/`) : []),
    ]);
  }
}

const suiteOf = suite('rename in tmpfs');

const refused: [from: string, to: string, flags: number, code: string][] = [
  ['absent', 'new', 0, 'ENOENT'],
  ['file', 'empty', 0, 'EISDIR'],
  ['empty', 'file', 0, 'ENOTDIR'],
  ['empty', 'dir', 0, 'ENOTEMPTY'],
  ['dir/sub', 'dir', 0, 'ENOTEMPTY'],
  ['dir', 'dir/new', 0, 'EINVAL'],
  ['dir', 'dir/sub', 0, 'EINVAL'],
  ['dir', 'dir/sub/new', 0, 'EINVAL'],
  ['file', 'other', RENAME_NOREPLACE, 'EEXIST'],
  ['file', 'link', RENAME_NOREPLACE, 'EEXIST'],
  ['file', 'absent', RENAME_EXCHANGE, 'ENOENT'],
  ['dir', 'dir/sub', RENAME_EXCHANGE, 'EINVAL'],
  ['dir/sub', 'dir', RENAME_EXCHANGE, 'EINVAL'],
  ['file', 'new', RENAME_NOREPLACE | RENAME_EXCHANGE, 'EINVAL'],
  ['file', 'new', RENAME_WHITEOUT, 'EINVAL'],
  ['file', 'x'.repeat(256), 0, 'ENAMETOOLONG'],
];

for (const [from, to, flags, code] of refused) {
  suiteOf(`from ${from} to ${to.slice(0, 20)} with flags ${flags} is ${code}`, () => {
    const tree = new Tree();
    const before = tree.list();
    assert.throws(() => tree.rename(from, to, flags), { code });
    assert.deepEqual(tree.list(), before);
  });
}

suiteOf('replaces a file, and an empty directory', () => {
  const tree = new Tree();
  const [file, empty] = [tree.at('other'), tree.at('empty')];
  tree.rename('dir/file', 'other');
  assert.equal(file.nlink, 0);
  tree.rename('dir/sub', 'empty');
  assert.equal(empty.nlink, 0);
  assert.deepEqual(tree.list(), ['dir 2 2', 'empty 3 2', 'file 6 2', 'other 4 1', 'link 6 2']);
});

suiteOf('moves the .. of a directory to its new parent', () => {
  const tree = new Tree();
  const sub = tree.at('dir/sub') as Directory;
  tree.rename('dir/sub', 'empty/moved');
  assert.equal(sub.parent, tree.at('empty'));
  assert.deepEqual([tree.at('dir').nlink, tree.at('empty').nlink], [2, 3]);
  tree.rename('empty/moved', 'file', RENAME_EXCHANGE);
  assert.equal(sub.parent, tree.root);
  assert.deepEqual([tree.at('empty').nlink, tree.root.nlink], [2, 5]);
  assert.equal(tree.at('empty/moved'), tree.at('link'));
});

suiteOf('leaves two names of one inode as they are, and exchanges them', () => {
  const tree = new Tree();
  const before = tree.list();
  tree.rename('file', 'link');
  tree.rename('file', 'link', RENAME_EXCHANGE);
  tree.rename('dir', 'dir');
  assert.deepEqual(tree.list(), before);
});

suiteOf('keeps the place of a name in listings', () => {
  const tree = new Tree();
  const names = () => [...tree.root.after(0)].map(({ name }) => name);
  tree.rename('empty', 'renamed');
  assert.deepEqual(names(), ['dir', 'renamed', 'file', 'other', 'link']);
  tree.rename('other', 'file');
  assert.deepEqual(names(), ['dir', 'renamed', 'file', 'link']);
});

suiteOf('changes the times of both directories and of what is renamed or replaced', () => {
  const tree = new Tree();
  const [dir, file, other] = [tree.at('dir'), tree.at('dir/file'), tree.at('other')];
  const nodes = [tree.root, dir, file, other];
  for (const node of nodes) {
    node.mtimeNs = 1n;
    node.ctimeNs = 1n;
  }
  tree.rename('dir/file', 'other');
  assert.ok(nodes.every(({ ctimeNs }) => ctimeNs > 1n));
  assert.ok(tree.root.mtimeNs > 1n && dir.mtimeNs > 1n);
  assert.deepEqual([file.mtimeNs, other.mtimeNs], [1n, 1n]);
});
