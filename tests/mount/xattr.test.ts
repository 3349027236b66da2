import { strict as assert } from 'node:assert';
import { ENOATTR, getxattr, setxattr } from 'wasmfuse';
import { Calls } from '../helpers/calls.js';
import { mountModule } from '../helpers/mount.js';
import { suite } from '../helpers/suite.js';
import { syscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/xattr.js', import.meta.url);
const READ_ONLY = new URL('../fixtures/cached.js', import.meta.url);

const test = suite('xattrs');
let file = '';
let calls: Calls;
test.before(async (scope) => {
  calls = new Calls(scope);
  const { dir } = await mountModule(scope, MODULE, { data: { log: calls.log } });
  file = `${dir}/file`;
});

test('give their size first, then their value', async () => {
  await syscall('setxattr', file, 'user.size', 'twelve bytes', 0);
  assert.equal(await syscall('getxattr', file, 'user.size', 0), '12');
  assert.equal(await syscall('getxattr', file, 'user.size', 12), '12 twelve bytes');
  assert.equal(await syscall('getxattr', file, 'user.size', 4096), '12 twelve bytes');
});

test('fail with ERANGE when the buffer is too small', async () => {
  await syscall('setxattr', file, 'user.size', 'twelve bytes', 0);
  await assert.rejects(syscall('getxattr', file, 'user.size', 11), { code: 'ERANGE' });
  await assert.rejects(syscall('listxattr', file, 3), { code: 'ERANGE' });
});

test('are listed by size, then by name', async () => {
  await syscall('setxattr', file, 'user.a', '1', 0);
  await syscall('setxattr', file, 'user.bc', '2', 0);
  await syscall('removexattr', file, 'user.size').catch(() => {});
  const size = Buffer.byteLength('user.a\0user.bc\0');
  assert.equal(await syscall('listxattr', file, 0), `${size}`);
  assert.equal(await syscall('listxattr', file, size), `${size} user.a user.bc`);
});

test('may be empty', async () => {
  await syscall('setxattr', file, 'user.empty', '', 0);
  assert.equal(await syscall('getxattr', file, 'user.empty', 10), '0');
});

test('fail with ENODATA when missing', async () => {
  await assert.rejects(syscall('getxattr', file, 'user.none', 10), { code: 'ENODATA' });
  await assert.rejects(syscall('getxattr', file, 'user.none', 0), { code: 'ENODATA' });
  await assert.rejects(syscall('removexattr', file, 'user.none'), { code: 'ENODATA' });
});

test('are created only when missing, with XATTR_CREATE', async () => {
  await syscall('setxattr', file, 'user.made', 'one', 'XATTR_CREATE');
  await assert.rejects(syscall('setxattr', file, 'user.made', 'two', 'XATTR_CREATE'), {
    code: 'EEXIST',
  });
  assert.equal(await syscall('getxattr', file, 'user.made', 10), '3 one');
});

test('are replaced only when there, with XATTR_REPLACE', async () => {
  await assert.rejects(syscall('setxattr', file, 'user.absent', 'x', 'XATTR_REPLACE'), {
    code: 'ENODATA',
  });
  const set = calls.of('setxattr').filter(({ args }) => args[1] === 'user.absent');
  assert.equal(set.length, 0, 'the handler was called');
  await syscall('setxattr', file, 'user.present', 'one', 0);
  await syscall('setxattr', file, 'user.present', 'two', 'XATTR_REPLACE');
  assert.equal(await syscall('getxattr', file, 'user.present', 10), '3 two');
});

test('hold as much as Linux allows', async () => {
  const value = Buffer.alloc(65_536, 'v');
  setxattr(file, 'user.long', value);
  assert.ok(getxattr(file, 'user.long').equals(value));
});

test('that no handler serves fail with EOPNOTSUPP', async (scope) => {
  const log = new Calls(scope).log;
  const { dir } = await mountModule(scope, READ_ONLY, { data: { log } });
  for (let i = 0; i < 2; i++) {
    await assert.rejects(syscall('setxattr', `${dir}/message`, 'user.a', 'x', 0), {
      code: 'ENOTSUP',
    });
    await assert.rejects(syscall('getxattr', `${dir}/message`, 'user.a', 0), {
      code: 'ENOTSUP',
    });
  }
});

const utilities = suite('setxattr and getxattr');
utilities.before(async (scope) => {
  const { log } = new Calls(scope);
  const { dir } = await mountModule(scope, MODULE, { data: { log } });
  file = `${dir}/file`;
});

utilities('agree with the system calls', async () => {
  setxattr(file, 'user.ours', Buffer.from('by us'));
  assert.equal(await syscall('getxattr', file, 'user.ours', 100), '5 by us');
  await syscall('setxattr', file, 'user.theirs', 'by them', 0);
  assert.equal(getxattr(file, 'user.theirs').toString(), 'by them');
});

utilities('fail with the same errno', () => {
  assert.throws(() => getxattr(file, 'user.nothing'), { code: 'ENODATA', errno: -ENOATTR });
  assert.throws(() => getxattr(`${file}-not`, 'user.nothing'), { code: 'ENOENT' });
  assert.throws(() => setxattr(`${file}-not`, 'user.a', Buffer.from('')), { code: 'ENOENT' });
});

utilities('know the namespaces user and system only', () => {
  const wrong = 'trusted' as 'user';
  assert.throws(() => setxattr(file, 'user.a', Buffer.from(''), wrong), /trusted/);
  assert.throws(() => getxattr(file, 'user.a', 128, wrong), /trusted/);
});
