import { strict as assert } from 'node:assert';
import * as fs from 'node:fs/promises';
import { ROOT_INODE } from 'wasmfuse';
import { SIZE } from '../fixtures/noticing.js';
import { Noticing } from '../helpers/noticing.js';
import { placements } from '../helpers/placement.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { startSyscall } from '../helpers/syscall.js';

const PAGE = 4096;

for (const [placement, where] of placements) {
  const test = suite(`what the kernel caches of ${where}`);

  /** A file that the kernel knows; its name says its inode. */
  async function mounted(scope: Scope) {
    const noticing = await Noticing.mount(scope, { placement });
    const path = `${noticing.dir}/f5`;
    await fs.stat(path);
    return {
      path,
      session: noticing.session,
      noticing,
      lookups: () => noticing.count('lookup', ROOT_INODE, 'f5'),
      getattrs: () => noticing.count('getattr', 5n),
      reads: () => noticing.count('read', 5n),
    };
  }

  test('a name until it is invalidated', async (scope) => {
    const { path, session, lookups } = await mounted(scope);
    await fs.stat(path);
    assert.equal(lookups(), 1);
    assert.equal(await session.invalidateEntry(ROOT_INODE, 'f5'), undefined);
    await fs.stat(path);
    assert.equal(lookups(), 2);
  });

  test('a name until its queued invalidation', async (scope) => {
    const { path, session, noticing, lookups } = await mounted(scope);
    assert.equal(session.invalidateEntryAsync(ROOT_INODE, 'f5'), undefined);
    const asks = async () => {
      await fs.stat(path);
      return lookups() === 2;
    };
    await noticing.becomes(asks, 'a second lookup');
  });

  test('a name until it is expired, which leaves open files alone', async (scope) => {
    const { path, session, lookups } = await mounted(scope);
    const file = await fs.open(path);
    scope.after(() => file.close());
    await session.expireEntry(ROOT_INODE, 'f5');
    await fs.stat(path);
    assert.equal(lookups(), 2);
    assert.equal((await file.read(Buffer.alloc(1), 0, 1, 0)).bytesRead, 1);
  });

  test('attributes until they are invalidated, then data still', async (scope) => {
    const { path, session, getattrs, reads } = await mounted(scope);
    await fs.readFile(path);
    // Reading has changed the time of the last access.
    await fs.stat(path);
    const before = { getattrs: getattrs(), reads: reads() };
    await fs.stat(path);
    assert.equal(getattrs(), before.getattrs);
    await session.invalidateInode(5n, true);
    await fs.stat(path);
    assert.equal(getattrs(), before.getattrs + 1);
    await fs.readFile(path);
    assert.equal(reads(), before.reads);
  });

  test('data until it is invalidated', async (scope) => {
    const { path, session, reads } = await mounted(scope);
    await fs.readFile(path);
    const before = reads();
    await fs.readFile(path);
    assert.equal(reads(), before);
    await session.invalidateInode(5n);
    await fs.readFile(path);
    assert.ok(reads() > before);
  });

  test('all data but the invalidated range', async (scope) => {
    const { path, session, noticing } = await mounted(scope);
    await fs.readFile(path);
    const before = noticing.notes().length;
    await session.invalidateInode(5n, PAGE, PAGE);
    const file = await fs.open(path);
    for (const page of [0, 2, 3, 1]) await file.read(Buffer.alloc(10), 0, 10, page * PAGE);
    await file.close();
    const reads = noticing
      .notes()
      .slice(before)
      .filter(({ op }) => op === 'read');
    assert.deepEqual(
      reads.map(({ args }) => args[1]),
      [String(PAGE)],
    );
    await session.invalidateInode(5n, 2 * PAGE);
    const again = await session.retrieve(5n, 0, SIZE);
    assert.equal(again.length, 2 * PAGE);
  });

  test('what is stored, so that reading asks for nothing', async (scope) => {
    const { path, session, reads } = await mounted(scope);
    const data = Buffer.alloc(SIZE, 'stored ');
    const stored = session.notifyStore(5n, 0, data);
    data.fill('changed after the call');
    await stored;
    assert.deepEqual(await fs.readFile(path), Buffer.alloc(SIZE, 'stored '));
    assert.equal(reads(), 0);
  });

  test('what retrieve gives, and nothing else', async (scope) => {
    const { path, session } = await mounted(scope);
    assert.deepEqual(await session.retrieve(5n, 0, SIZE), Buffer.alloc(0));
    await fs.readFile(path);
    assert.deepEqual(await session.retrieve(5n, 0, 1 << 20), Buffer.alloc(SIZE, 'x'));
    assert.deepEqual(await session.retrieve(5n, 10, 5), Buffer.alloc(5, 'x'));
    assert.deepEqual(await session.retrieve(5n, SIZE, 5), Buffer.alloc(0));
    assert.deepEqual(await session.retrieve(5n, 0, 0), Buffer.alloc(0));
    assert.ok(Buffer.isBuffer(await session.retrieve(5n, 0, 5)));
  });

  test('a name that was deleted no more, which those who watch the file hear of', async (scope) => {
    const { session, noticing } = await mounted(scope);
    const watch = await startSyscall(scope, 'watch', `${noticing.dir}/f20`, 3);
    assert.equal(await watch.line(), 'watching');
    await session.invalidateEntry(ROOT_INODE, 'f201', 201n);
    const heard: (string | undefined)[] = [];
    while (heard.at(-1) !== '1 IN_DELETE_SELF') heard.push(await watch.line());
    assert.ok(heard.every((line) => line?.startsWith('1 ')));
    await assert.rejects(session.invalidateEntry(ROOT_INODE, 'f202', 777n), { code: 'ENOENT' });
    assert.equal(noticing.count('lookup', ROOT_INODE, 'f201'), 1);
    await fs.stat(`${noticing.dir}/f201`);
    assert.equal(noticing.count('lookup', ROOT_INODE, 'f201'), 2);
  });
}
