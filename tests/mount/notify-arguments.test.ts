import { strict as assert } from 'node:assert';
import { constants } from 'node:os';
import * as fuse from 'wasmfuse';
import { Noticing } from '../helpers/noticing.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const { ROOT_INODE } = fuse;
const { errno } = constants;

type Session = fuse.Session;
type Attempt = (session: Session) => unknown;

async function refused(session: Session, attempt: Attempt): Promise<NodeJS.ErrnoException> {
  try {
    await attempt(session);
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
  throw new Error(`not refused: ${attempt}`);
}

async function serve(scope: Scope): Promise<Session> {
  return (await Noticing.mount(scope)).session;
}

const test = suite('arguments of notifications');

const wrong = (value: unknown) => value as never;
const data = Buffer.alloc(10);

const types: Attempt[] = [
  (s) => s.invalidateInode(wrong('1')),
  (s) => s.invalidateInode(wrong(undefined)),
  (s) => s.invalidateInode(1n, wrong('all')),
  (s) => s.invalidateInode(1n, 0, wrong('all')),
  (s) => s.invalidateEntry(wrong(null), 'f'),
  (s) => s.invalidateEntry(1n, wrong(5)),
  (s) => s.invalidateEntry(1n, wrong(Buffer.from('f'))),
  (s) => s.invalidateEntry(1n, 'f', wrong('2')),
  (s) => s.invalidateEntryAsync(wrong({}), 'f'),
  (s) => s.invalidateEntryAsync(1n, wrong(undefined)),
  (s) => s.expireEntry(1n, wrong([])),
  (s) => s.notifyStore(wrong(''), 0, data),
  (s) => s.notifyStore(1n, wrong('0'), data),
  (s) => s.notifyStore(1n, 0, wrong('data')),
  (s) => s.notifyStore(1n, 0, wrong(null)),
  (s) => s.retrieve(1n, wrong('0'), 10),
  (s) => s.retrieve(1n, 0, wrong('10')),
  (s) => s.invalidateEntry(1n, '\ud800'),
];

const ranges: Attempt[] = [
  (s) => s.invalidateInode(-(2n ** 63n) - 1n),
  (s) => s.invalidateInode(2n ** 64n),
  (s) => s.invalidateInode(wrong(1.5)),
  (s) => s.invalidateInode(1n, -1),
  (s) => s.invalidateInode(1n, 2n ** 63n),
  (s) => s.invalidateInode(1n, 0, -1),
  (s) => s.invalidateInode(1n, Number.NaN),
  (s) => s.invalidateEntry(1n, 'f', -1n),
  (s) => s.notifyStore(1n, -1, data),
  (s) => s.notifyStore(1n, 2n ** 63n - 5n, data),
  (s) => s.retrieve(1n, 0, -1),
  (s) => s.retrieve(1n, 0, 2 ** 31),
  (s) => s.retrieve(1n, 0, 0.5),
];

test('of a wrong type are a TypeError', async (scope) => {
  const session = await serve(scope);
  for (const attempt of types) {
    assert.ok((await refused(session, attempt)) instanceof TypeError, String(attempt));
  }
});

test('out of range are a RangeError', async (scope) => {
  const session = await serve(scope);
  for (const attempt of ranges) {
    assert.ok((await refused(session, attempt)) instanceof RangeError, String(attempt));
  }
});

test('with a name that no file has fail with EINVAL', async (scope) => {
  const session = await serve(scope);
  for (const name of ['', 'a/b', '/', 'nul\0']) {
    for (const attempt of [
      () => session.invalidateEntry(ROOT_INODE, name),
      () => session.invalidateEntry(ROOT_INODE, name, 5n),
      () => session.expireEntry(ROOT_INODE, name),
      () => session.invalidateEntryAsync(ROOT_INODE, name),
    ]) {
      const { code, errno: number, message } = await refused(session, attempt);
      assert.deepEqual([code, number], ['EINVAL', -errno.EINVAL], name);
      assert.ok(message.includes(JSON.stringify(name)), message);
    }
  }
});

test('with a name that is too long fail with ENAMETOOLONG', async (scope) => {
  const session = await serve(scope);
  for (const length of [4096, 100_000]) {
    const name = 'n'.repeat(length);
    for (const attempt of [
      () => session.invalidateEntry(ROOT_INODE, name),
      () => session.expireEntry(ROOT_INODE, name),
      () => session.invalidateEntryAsync(ROOT_INODE, name),
    ]) {
      const { code, message } = await refused(session, attempt);
      assert.equal(code, 'ENAMETOOLONG', String(length));
      assert.ok(message.length < 1000);
    }
  }
});

test('that the kernel does not know fail with ENOENT, and say what was asked', async (scope) => {
  const session = await serve(scope);
  const asked: [Attempt, string, string[]][] = [
    [(s) => s.invalidateInode(77n), 'inval_inode', ['invalidateInode', '77n']],
    [(s) => s.invalidateInode(77n, true), 'inval_inode', ['77n', '-1n']],
    [(s) => s.invalidateInode(77n, 8192, 5), 'inval_inode', ['77n', '8192n', '5n']],
    [(s) => s.invalidateEntry(1n, 'no'), 'inval_entry', ['invalidateEntry', '1n', '"no"']],
    [(s) => s.invalidateEntry(78n, 'no'), 'inval_entry', ['78n', '"no"']],
    [(s) => s.invalidateEntry(1n, 'no', 9n), 'delete', ['invalidateEntry', '"no"', '9n']],
    [(s) => s.expireEntry(1n, 'no'), 'expire_entry', ['expireEntry', '1n', '"no"']],
    [(s) => s.notifyStore(77n, 5, data), 'store', ['notifyStore', '77n', '5n', '10 bytes']],
    [(s) => s.retrieve(77n, 5, 6), 'retrieve', ['retrieve', '77n', '5n', '6']],
  ];
  for (const [attempt, name, words] of asked) {
    const error = await refused(session, attempt);
    assert.ok(error instanceof fuse.SystemError);
    assert.deepEqual([error.code, error.errno], ['ENOENT', -errno.ENOENT], String(attempt));
    assert.equal(error.syscall, `fuse_lowlevel_notify_${name}`);
    for (const word of words) assert.ok(error.message.includes(word), error.message);
  }
});

test('are taken as numbers, too, and names in any bytes', async (scope) => {
  const session = await serve(scope);
  await session.invalidateInode(wrong(1));
  await session.invalidateInode(1n, 0n, 10n);
  const name = fuse.fsdecode(Buffer.from([0x66, 0xff, 0xfe]));
  const { code, message } = await refused(session, (s) => s.invalidateEntry(wrong(1), name));
  assert.equal(code, 'ENOENT');
  assert.match(message, /f\\udcff\\udcfe/);
});

test('of inodes above 2^63 keep every bit', async (scope) => {
  const session = await serve(scope);
  const { message } = await refused(session, (s) => s.invalidateInode(2n ** 64n - 1n));
  assert.ok(message.includes(`${2n ** 64n - 1n}n`), message);
});

test('may fail while nobody waits, which ends nothing', async (scope) => {
  const session = await serve(scope);
  session.invalidateInode(77n);
  session.retrieve(77n, 0, 5);
  session.invalidateEntry(1n, 'no');
  session.invalidateInode('wrong' as never);
  session.notifyStore(1n, -5, data);
  await session.invalidateInode(1n);
  session.terminate();
  session.invalidateInode(1n);
  await session.invalidateInode(1n).catch(() => {});
  session.invalidateInode(1n);
  fuse.invalidateInode(1n);
  await new Promise((resolve) => setTimeout(resolve, 50));
});
