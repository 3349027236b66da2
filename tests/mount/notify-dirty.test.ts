import { strict as assert } from 'node:assert';
import * as fs from 'node:fs/promises';
import { ROOT_INODE } from 'wasmfuse';
import { deadline } from '../helpers/deadline.js';
import { Noticing, type NoticingOptions } from '../helpers/noticing.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const PAGES = 64;
const PAGE = 4096;

/** A file with pages that only the kernel has, as nobody has asked for them to be written. */
async function dirty(scope: Scope, options: NoticingOptions) {
  const noticing = await Noticing.mount(scope, { writeback: true, ...options });
  const file = await fs.open(`${noticing.dir}/f5`, 'r+');
  scope.after(() => file.close());
  for (let page = 0; page < PAGES; page++) {
    await file.write(Buffer.alloc(PAGE, 'd'), 0, PAGE, page * PAGE);
  }
  return { noticing, writes: () => noticing.count('write', 5n) };
}

for (const workers of [1, 2, 4]) {
  const test = suite(`dirty pages, with ${workers} workers`);

  test('are written before they are forgotten', async (scope) => {
    const { noticing, writes } = await dirty(scope, { workers });
    const before = writes();
    await deadline(noticing.session.invalidateInode(5n), 5000, 'invalidateInode');
    assert.ok(writes() > before, 'a write request');
    assert.equal((await noticing.session.retrieve(5n, 0, PAGE)).length, 0);
  });

  test('are written while a handler of something else waits for that', async (scope) => {
    const { noticing, writes } = await dirty(scope, { workers });
    const wish = { op: 'lookup', args0: String(ROOT_INODE), args1: 'f6' };
    noticing.wish({ ...wish, call: 'invalidateInode', args: '5n', how: 'await' });
    const before = writes();
    await deadline(fs.stat(`${noticing.dir}/f6`), 5000, 'stat');
    assert.equal((await noticing.noted('settled', wish)).code, 'ok');
    assert.ok(writes() > before, 'a write request');
  });

  test('that their own write handler forgets do not hold it up', async (scope) => {
    const { noticing } = await dirty(scope, { workers });
    const wish = { op: 'write', args0: '5' };
    noticing.wish({ ...wish, call: 'invalidateInode', args: '5n', how: 'await' });
    await deadline(noticing.session.invalidateInode(5n), 5000, 'invalidateInode');
    assert.equal((await noticing.noted('settled', wish)).code, 'EDEADLK');
  });
}

const test = suite('dirty pages, with one task');

test('can not be written while its handler waits for that, and are later', async (scope) => {
  const { noticing, writes } = await dirty(scope, { maxTasks: 1 });
  const wish = { op: 'lookup', args0: String(ROOT_INODE), args1: 'f6' };
  noticing.wish({ ...wish, call: 'invalidateInode', args: '5n', how: 'await' });
  const before = writes();
  await deadline(fs.stat(`${noticing.dir}/f6`), 5000, 'stat');
  assert.equal((await noticing.noted('settled', wish)).code, 'EDEADLK');
  await noticing.becomes(async () => writes() > before, 'a write request');
});
