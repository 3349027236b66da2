import { strict as assert } from 'node:assert';
import { FUSEError, XATTR_CREATE, XATTR_REPLACE } from 'wasmfuse';
import { suite } from '../helpers/suite.js';
import { context, Fs, user } from '../helpers/tmpfs.js';

const xattrs = suite('extended attributes of tmpfs');

xattrs('are kept, and made or replaced as flags ask, not otherwise', () => {
  const fs = new Fs();
  const { ino } = fs.create('file');
  const set = (name: string, value: string, flags = 0) =>
    fs.ops.setxattr(ino, name, Buffer.from(value), context({ flags }));
  assert.throws(() => set('user.a', '1', XATTR_REPLACE), { code: 'ENODATA' });
  set('user.a', '1', XATTR_CREATE);
  assert.throws(() => set('user.a', '2', XATTR_CREATE), { code: 'EEXIST' });
  set('user.a', '22', XATTR_REPLACE);
  set('security.b', '');
  assert.equal(fs.ops.getxattr(ino, 'user.a').toString(), '22');
  assert.equal(fs.ops.getxattr(ino, 'security.b').length, 0);
  assert.deepEqual(fs.ops.listxattr(ino), ['user.a', 'security.b']);
  fs.ops.removexattr(ino, 'user.a');
  assert.throws(() => fs.ops.removexattr(ino, 'user.a'), { code: 'ENODATA' });
  assert.throws(() => fs.ops.getxattr(ino, 'user.a'), FUSEError);
  for (const name of ['system.posix_acl_access', 'nonsense', 'user.']) {
    assert.throws(() => set(name, 'x'), { code: 'EOPNOTSUPP' });
    assert.throws(() => fs.ops.getxattr(ino, name), { code: 'EOPNOTSUPP' });
    assert.throws(() => fs.ops.removexattr(ino, name), { code: 'EOPNOTSUPP' });
  }
});

xattrs('are copies of what the caller gave', () => {
  const fs = new Fs();
  const { ino } = fs.create('file');
  const value = Buffer.from('abc');
  fs.ops.setxattr(ino, 'user.a', value, user);
  value.fill('x');
  assert.equal(fs.ops.getxattr(ino, 'user.a').toString(), 'abc');
});

xattrs('are charged by what they take', () => {
  const fs = new Fs({ size: '1m' });
  const { ino } = fs.create('file');
  const [before] = fs.free();
  for (const size of [5000, 9000, 1]) {
    fs.ops.setxattr(ino, 'user.a', Buffer.alloc(size), user);
    assert.equal(before - fs.free()[0], Math.ceil((size + 'user.a'.length) / 4096) * 4096);
  }
  fs.ops.removexattr(ino, 'user.a');
  assert.equal(fs.free()[0], before);
});

xattrs('are no more than listxattr can list', () => {
  const fs = new Fs();
  const { ino } = fs.create('file');
  const name = (i: number) => `user.${String(i).padStart(250, '0')}`;
  for (let i = 0; i < 256; i++) fs.ops.setxattr(ino, name(i), Buffer.alloc(0), user);
  const more = () => fs.ops.setxattr(ino, name(256), Buffer.alloc(0), user);
  assert.throws(more, { code: 'ENOSPC' });
  fs.ops.removexattr(ino, name(0));
  more();
});
