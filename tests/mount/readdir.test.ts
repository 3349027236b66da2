import { strict as assert } from 'node:assert';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fsencode } from 'wasmfuse';
import { type ManyData, nameOf } from '../fixtures/many.js';
import { Calls } from '../helpers/calls.js';
import { mountModule } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { syscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/many.js', import.meta.url);
const ENTRIES = 1500;

async function mounted(scope: Scope, options: Omit<ManyData, 'log'>) {
  const calls = new Calls(scope);
  const { dir } = await mountModule(scope, MODULE, { data: { ...options, log: calls.log } });
  return { dir, calls };
}

const hex = (name: Uint8Array) => Buffer.from(name).toString('hex');
const expected = (entries: number) =>
  Array.from({ length: entries }, (_, index) => hex(fsencode(nameOf(index)))).sort();

const test = suite('readdir');

test('lists 1,500 names of every length and byte over many requests', async (scope) => {
  const { dir, calls } = await mounted(scope, { entries: ENTRIES });
  const names = (await readdir(dir, { encoding: 'buffer' })).map(hex).sort();
  assert.deepEqual(names, expected(ENTRIES));
  assert.ok(calls.count('readdir') > 10, `${calls.count('readdir')} requests`);
});

test('asks for each next page from the cookie of the last entry taken', async (scope) => {
  const { dir, calls } = await mounted(scope, { entries: ENTRIES });
  await readdir(dir);
  const starts = calls.of('readdir').map(({ args }) => BigInt((args[1] as string).slice(0, -1)));
  assert.equal(starts[0], 0n);
  assert.ok(starts.every((start, i) => i === 0 || start > (starts[i - 1] as bigint)));
  assert.equal(starts.at(-1), BigInt(ENTRIES + 1), 'the last request finds the end');
});

test('makes a lookup needless', async (scope) => {
  const { dir, calls } = await mounted(scope, { entries: 20 });
  for (const name of await readdir(dir, { encoding: 'buffer' })) {
    await lstat(Buffer.concat([Buffer.from(`${dir}/`), name]));
  }
  assert.equal(calls.count('lookup'), 0);
  const asked = calls.of('getattr').filter(({ args }) => args[0] !== '1n');
  assert.equal(asked.length, 0);
});

test('gives the type of each entry', async (scope) => {
  const { dir } = await mounted(scope, { entries: 8 });
  const entries = await readdir(dir, { withFileTypes: true, encoding: 'buffer' });
  const types = entries.map((entry) => [
    entry.isFile(),
    entry.isDirectory(),
    entry.isSymbolicLink(),
    entry.isFIFO(),
  ]);
  for (const kind of [0, 1, 2, 3]) assert.equal(types.filter((flags) => flags[kind]).length, 2);
});

test('goes back to where seekdir points', async (scope) => {
  const { dir } = await mounted(scope, { entries: 50 });
  const lists = (await syscall('seekdir', dir, 17)).split('\n').map((line) => line.trim());
  assert.equal(lists[0], lists[1]);
  assert.equal(lists[0]?.split(' ').length, 50 - 17);
});

test('shows . and .. when the filesystem gives them', async (scope) => {
  const { dir } = await mounted(scope, { entries: 3, dots: true });
  const names = (await syscall('inodes', dir)).split('\n').map((line) => line.split(' ')[0]);
  assert.equal(names.filter((name) => name === '.').length, 1);
  assert.equal(names.filter((name) => name === '..').length, 1);
  assert.equal((await readdir(dir)).length, 3);
});

test('lists nothing in an empty directory', async (scope) => {
  const { dir } = await mounted(scope, { entries: 0 });
  assert.deepEqual(await readdir(dir), []);
});

test('lists the same for many readers at a time', async (scope) => {
  const { dir } = await mounted(scope, { entries: 300 });
  const lists = await Promise.all(
    Array.from({ length: 8 }, () => readdir(join(dir, '.'), { encoding: 'buffer' })),
  );
  for (const list of lists) assert.deepEqual(list.map(hex).sort(), expected(300));
});
