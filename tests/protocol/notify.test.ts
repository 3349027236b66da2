import { strict as assert } from 'node:assert';
import { errno } from '#dist/errors.js';
import { Operations } from '#dist/operations.js';
import {
  entryNotice,
  expiryNotice,
  inodeNotice,
  type Notice,
  retrieveNotice,
  storeNotice,
} from '#dist/session/notice.js';
import { until } from '../helpers/deadline.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { Kernel } from './kernel.js';
import { constant, cstring, opcodes, pack, sizeOf, unpack, type Values } from './wire.js';

const MAX_WRITE = 8192;
const test = suite('notifications');

class Empty extends Operations {}

async function serve(scope: Scope, old?: Values): Promise<Kernel> {
  class Small extends Empty {
    override init(connection: Parameters<Operations['init']>[0]) {
      connection.maxWrite = MAX_WRITE;
    }
  }
  const kernel = new Kernel(scope, new Small());
  if (old === undefined) await kernel.init();
  else {
    // Its answer to INIT is shorter.
    const major = constant('FUSE_KERNEL_VERSION');
    const { error } = await kernel.ask(
      opcodes.INIT as number,
      pack('fuse_init_in', { major, ...old }),
    );
    assert.equal(error, 0);
  }
  return kernel;
}

/** What the kernel got; the code of a notification stands where an answer has its errno. */
async function messages(kernel: Kernel, count = 1) {
  const got = () => kernel.answersTo(0n);
  await until(() => got().length >= count, 2000, `${count} notifications`);
  return got().map(({ error, body }) => ({ code: -error, body }));
}

/** By their numbers in the header, whose enum the tests do not read. */
const code = { poll: 1, inode: 2, entry: 3, store: 4, retrieve: 5, delete: 6 };

const deliver = (kernel: Kernel, notice: Notice) => kernel.server.notifier.deliver(notice);

test('of an inode have its number and the range', async (scope) => {
  const kernel = await serve(scope);
  await deliver(kernel, inodeNotice(2n ** 64n - 2n, false, 0));
  await deliver(kernel, inodeNotice(7n, true, 0));
  await deliver(kernel, inodeNotice(7n, 4096, 10));
  const got = await messages(kernel, 3);
  assert.deepEqual(
    got.map(({ code }) => code),
    [code.inode, code.inode, code.inode],
  );
  const fields = got.map(({ body }) => unpack('fuse_notify_inval_inode_out', body));
  assert.deepEqual(
    fields.map(({ ino, off, len }) => [ino, off, len]),
    [
      [2n ** 64n - 2n, 0n, 0n],
      [7n, -1n, 0n],
      [7n, 4096n, 10n],
    ],
  );
});

test('of a name have its bytes and a NUL', async (scope) => {
  const kernel = await serve(scope);
  await deliver(kernel, entryNotice(5n, 'n\udcff\u00e4', 0));
  await deliver(kernel, expiryNotice(5n, 'gone'));
  await deliver(kernel, entryNotice(5n, 'dead', 9n));
  const [entry, expiry, deletion] = await messages(kernel, 3);
  const size = sizeOf('fuse_notify_inval_entry_out');
  const bytes = Buffer.concat([Buffer.from([0x6e, 0xff]), Buffer.from('\u00e4\0')]);
  assert.equal(entry?.code, code.entry);
  assert.deepEqual(entry?.body.subarray(size), bytes);
  const { parent, namelen, flags } = unpack('fuse_notify_inval_entry_out', entry?.body as Buffer);
  assert.deepEqual([parent, namelen, flags], [5n, bytes.length - 1, 0]);
  assert.equal(expiry?.code, code.entry);
  assert.equal(unpack('fuse_notify_inval_entry_out', expiry?.body as Buffer).flags, 1);
  assert.equal(deletion?.code, code.delete);
  const deleted = unpack('fuse_notify_delete_out', deletion?.body as Buffer);
  assert.deepEqual([deleted.parent, deleted.child], [5n, 9n]);
  assert.deepEqual(deletion?.body.subarray(sizeOf('fuse_notify_delete_out')), cstring('dead'));
});

test('of data come in pieces of max_write, in order', async (scope) => {
  const kernel = await serve(scope);
  const data = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 31) & 0xff));
  await deliver(kernel, storeNotice(7n, 100, data));
  const got = await messages(kernel, 3);
  const header = sizeOf('fuse_notify_store_out');
  const fields = got.map(({ body }) => unpack('fuse_notify_store_out', body));
  assert.deepEqual(
    fields.map(({ nodeid, offset, size }) => [nodeid, offset, size]),
    [
      [7n, 100n, MAX_WRITE],
      [7n, 100n + BigInt(MAX_WRITE), MAX_WRITE],
      [7n, 100n + 2n * BigInt(MAX_WRITE), 20_000 - 2 * MAX_WRITE],
    ],
  );
  assert.deepEqual(Buffer.concat(got.map(({ body }) => body.subarray(header))), data);
});

test('that ask for data resolve with the answer to their own number', async (scope) => {
  const kernel = await serve(scope);
  const asked = [
    deliver(kernel, retrieveNotice(7n, 0, 10)),
    deliver(kernel, retrieveNotice(8n, 5, 4)),
  ];
  const got = await messages(kernel, 2);
  const fields = got.map(({ body }) => unpack('fuse_notify_retrieve_out', body));
  assert.deepEqual(
    fields.map(({ nodeid, offset, size }) => [nodeid, offset, size]),
    [
      [7n, 0n, 10],
      [8n, 5n, 4],
    ],
  );
  // The second one first.
  for (const [i, text] of [
    [1, 'four'],
    [0, 'ten bytes!'],
  ] as const) {
    const { notify_unique: unique, nodeid, offset } = fields[i] ?? {};
    const head = pack('fuse_notify_retrieve_in', { offset, size: text.length });
    kernel.send(opcodes.NOTIFY_REPLY as number, Buffer.concat([head, Buffer.from(text)]), {
      unique,
      nodeid,
    });
  }
  const answers = await Promise.all(asked);
  assert.deepEqual(answers.map(String), ['ten bytes!', 'four']);
});

test('that an old kernel lacks fail with ENOSYS', async (scope) => {
  const notices: [number, Notice][] = [
    [11, inodeNotice(7n, false, 0)],
    [11, entryNotice(5n, 'name', 0)],
    [14, storeNotice(7n, 0, Buffer.alloc(1))],
    [14, retrieveNotice(7n, 0, 1)],
    [17, entryNotice(5n, 'name', 9n)],
    [37, expiryNotice(5n, 'name')],
  ];
  for (const [minor, notice] of notices) {
    const kernel = await serve(scope, { minor, flags: 0 });
    const failure = { code: 'ENOSYS', errno: -(errno.ENOSYS as number) };
    await assert.rejects(deliver(kernel, notice), failure, `${notice.call} with ${minor}`);
    assert.deepEqual(kernel.answersTo(0n), []);
  }
});

test('of the queue come in the order of the calls', async (scope) => {
  const kernel = await serve(scope);
  // More than are on their way at a time, and fewer than the socket takes.
  const COUNT = 200;
  for (let i = 0; i < COUNT; i++) {
    const name = Buffer.from(`name-${i}`);
    kernel.server.notifier.enqueue({ parent: 5n, name, deleted: 0n, ignoreEnoent: false });
  }
  const got = await messages(kernel, COUNT);
  const size = sizeOf('fuse_notify_inval_entry_out');
  const names = got.map(({ body }) => body.subarray(size, -1).toString());
  assert.deepEqual(
    names,
    Array.from({ length: COUNT }, (_, i) => `name-${i}`),
  );
});

test('are answers to nothing: requests go on meanwhile', async (scope) => {
  const kernel = await serve(scope);
  const told = Promise.all(
    Array.from({ length: 50 }, (_, i) => deliver(kernel, inodeNotice(BigInt(i + 1), true, 0))),
  );
  for (let i = 0; i < 20; i++)
    assert.equal((await kernel.ask(opcodes.STATFS as number)).error, errno.ENOSYS);
  await told;
  assert.equal((await messages(kernel, 50)).length, 50);
});
