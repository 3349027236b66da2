import { strict as assert } from 'node:assert';
import * as fs from 'node:fs/promises';
import { ROOT_INODE } from 'wasmfuse';
import { SIZE } from '../fixtures/noticing.js';
import { Noticing } from '../helpers/noticing.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const PAGE = 4096;

const test = suite('data that takes several messages');

/** A connection whose messages carry two pages each, half of the file. */
async function mounted(scope: Scope, workers = 1) {
  const noticing = await Noticing.mount(scope, { workers, options: [`max_write=${2 * PAGE}`] });
  const path = `${noticing.dir}/f5`;
  await fs.stat(path);
  return { noticing, session: noticing.session, path };
}

/** Different in every byte's place. */
function pattern(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
}

for (const workers of [1, 2, 4]) {
  test(`is stored and retrieved as it was, with ${workers} workers`, async (scope) => {
    const { session, path, noticing } = await mounted(scope, workers);
    await session.notifyStore(5n, 0, pattern(SIZE));
    assert.deepEqual(await fs.readFile(path), pattern(SIZE));
    assert.equal(noticing.count('read', 5n), 0);
    // With several workers, most answers are read by another one than has asked.
    for (let i = 0; i < 20; i++) {
      assert.deepEqual(await session.retrieve(5n, 0, SIZE), pattern(SIZE));
      assert.deepEqual(
        await session.retrieve(5n, 3000, 9000),
        pattern(SIZE).subarray(3000, 12_000),
      );
    }
  });
}

test('is retrieved up to the first page that is missing', async (scope) => {
  const { session, path } = await mounted(scope);
  await fs.readFile(path);
  await session.invalidateInode(5n, 3 * PAGE);
  assert.equal((await session.retrieve(5n, 0, SIZE)).length, 3 * PAGE);
  await session.invalidateInode(5n, PAGE, PAGE);
  assert.equal((await session.retrieve(5n, 0, SIZE)).length, PAGE);
});

test('says how much of it was stored, where the rest is held', async (scope) => {
  const { noticing, path } = await mounted(scope);
  const last = await fs.open(path);
  scope.after(() => last.close());
  // The handler of a read of the last page stores the whole file: that page is locked.
  await noticing.session.notifyStore(5n, 0, Buffer.alloc(2 * PAGE));
  const wish = { op: 'read', args0: '5' };
  noticing.wish({
    ...wish,
    call: 'notifyStore',
    args: `5n, 0, Buffer.alloc(${SIZE}, 's')`,
    how: 'await',
  });
  await last.read(Buffer.alloc(10), 0, 10, 3 * PAGE);
  const { code, stored } = await noticing.noted('settled', wish);
  assert.deepEqual([code, stored], ['EDEADLK', 2 * PAGE]);
  const isStored = async () => (await fs.readFile(path)).equals(Buffer.alloc(SIZE, 's'));
  await noticing.becomes(isStored, 'the rest, once the handler has returned');
});

test('of which nothing was stored says so', async (scope) => {
  const { session } = await mounted(scope);
  await assert.rejects(session.notifyStore(99n, 0, Buffer.alloc(SIZE)), {
    code: 'ENOENT',
    stored: 0,
  });
  await assert.rejects(session.notifyStore(ROOT_INODE, 0, Buffer.alloc(SIZE)), {
    code: 'EINVAL',
    stored: 0,
  });
});

test('comes in the order of the calls', async (scope) => {
  const { session, path } = await mounted(scope);
  const stores = ['a', 'b', 'c'].map((fill) =>
    session.notifyStore(5n, 0, Buffer.alloc(SIZE, fill)),
  );
  const retrieved = session.retrieve(5n, 0, SIZE);
  const gone = session.invalidateInode(5n);
  assert.deepEqual(await retrieved, Buffer.alloc(SIZE, 'c'));
  await Promise.all([...stores, gone]);
  assert.deepEqual(await session.retrieve(5n, 0, SIZE), Buffer.alloc(0));
  assert.deepEqual(await fs.readFile(path), Buffer.alloc(SIZE, 'x'));
});
