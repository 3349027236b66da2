import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { type RequestContext, ROOT_INODE } from 'wasmfuse';
import { suite } from '../helpers/suite.js';
import { Fs, root, user } from '../helpers/tmpfs.js';

const { O_RDWR, O_TRUNC, S_IFCHR, S_IFDIR, S_IFREG, S_IFSOCK } = constants;
const S_ISGID = 0o2000;
const S_ISUID = 0o4000;
const data = Buffer.alloc(10_000, 'x');

const modes = suite('modes in tmpfs');

modes('lose setuid and setgid when an ordinary user changes the data or anyone the owner', () => {
  const all = S_ISUID | S_ISGID | 0o777;
  const fs = new Fs();
  const changes: [string, (ino: bigint, fh: bigint, ctx: RequestContext) => unknown][] = [
    ['write', (_ino, fh, ctx) => fs.ops.write(fh, 0, data, ctx)],
    ['truncate', (ino, _fh, ctx) => fs.setattr(ino, { size: 1 }, ctx)],
    ['open', (ino, _fh, ctx) => fs.ops.open(ino, O_RDWR | O_TRUNC, ctx)],
    ['fallocate', (_ino, fh, ctx) => fs.ops.fallocate(fh, 0, 0, 10, ctx)],
  ];
  for (const [name, change] of changes) {
    const { ino, fh } = fs.create(name, all);
    change(ino, fh, root);
    assert.equal(fs.mode(ino), all, `${name} by root`);
    change(ino, fh, user);
    assert.equal(fs.mode(ino), 0o777, `${name} by a user`);
  }
  const { ino } = fs.create('chown', all);
  fs.setattr(ino, { gid: 5 }, root);
  assert.equal(fs.mode(ino), 0o777);
});

modes('keep setgid where the group may not execute, and on directories', () => {
  const fs = new Fs();
  const { ino, fh } = fs.create('file', S_ISUID | S_ISGID | 0o745);
  fs.ops.write(fh, 0, data, user);
  assert.equal(fs.mode(ino), S_ISGID | 0o745);
  const directory = fs.mkdir('dir', S_ISGID | 0o755);
  fs.setattr(directory, { uid: 5, gid: 6 });
  assert.equal(fs.mode(directory), S_ISGID | 0o755);
});

modes('pass on the group of a setgid directory, and to directories the bit', () => {
  const fs = new Fs();
  const parent = fs.mkdir('dir', S_ISGID | 0o777);
  fs.setattr(parent, { gid: 42 });
  const [, file] = fs.ops.create(parent, 'file', S_IFREG | 0o644, O_RDWR, user);
  assert.deepEqual([file.gid, file.mode], [42, S_IFREG | 0o644]);
  const directory = fs.ops.mkdir(parent, 'sub', S_IFDIR | 0o755, user);
  assert.deepEqual([directory.gid, directory.mode], [42, S_IFDIR | S_ISGID | 0o755]);
  const plain = fs.ops.mknod(ROOT_INODE, 'socket', S_IFSOCK | 0o600, 0, user);
  assert.deepEqual([plain.uid, plain.gid], [1000, 1000]);
});

modes('keep the type of a file through chmod', () => {
  const fs = new Fs();
  const { ino } = fs.ops.mknod(ROOT_INODE, 'null', S_IFCHR | 0o666, 0x103, root);
  const changed = fs.setattr(ino as bigint, { mode: 0o600 });
  assert.deepEqual([changed.mode, changed.rdev], [S_IFCHR | 0o600, 0x103]);
});

modes('go with the capabilities of a file, which no change of its data leaves', () => {
  const fs = new Fs();
  const changes: [string, (ino: bigint, fh: bigint) => unknown][] = [
    ['write', (_ino, fh) => fs.ops.write(fh, 0, data, root)],
    ['truncate', (ino) => fs.setattr(ino, { size: 1 }, root)],
    ['open', (ino) => fs.ops.open(ino, O_RDWR | O_TRUNC, root)],
    ['chown', (ino) => fs.setattr(ino, { uid: 5 }, root)],
  ];
  for (const [name, change] of changes) {
    const { ino, fh } = fs.create(name, S_ISUID | 0o755);
    fs.ops.setxattr(ino, 'security.capability', data, root);
    fs.ops.setxattr(ino, 'security.other', data, root);
    change(ino, fh);
    assert.deepEqual(fs.ops.listxattr(ino), ['security.other'], name);
  }
});

modes('are not cached by the kernel while a write can change them', () => {
  const fs = new Fs();
  const timeout = (ino: bigint) => Number(fs.ops.getattr(ino).attrTimeout);
  const { ino, fh } = fs.create('file', S_ISUID | 0o777);
  assert.equal(timeout(ino), 0);
  assert.equal(timeout(fs.create('setgid', S_ISGID | 0o777).ino), 0);
  fs.ops.write(fh, 0, data, user);
  assert.ok(timeout(ino) > 0);
  assert.ok(timeout(fs.mkdir('dir', S_ISGID | 0o777)) > 0);
});
