import { strict as assert } from 'node:assert';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import type { WideData } from '../fixtures/wide.js';
import { Calls } from '../helpers/calls.js';
import { until } from '../helpers/deadline.js';
import { dropCaches } from '../helpers/dropcaches.js';
import { mountModule } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';
import { syscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/wide.js', import.meta.url);

async function mounted(scope: Scope, entryTimeout = 60) {
  const calls = new Calls(scope);
  const data: WideData = { log: calls.log, entryTimeout };
  return { ...(await mountModule(scope, MODULE, { data })), calls };
}

const wide = suite('64-bit identities');

wide('show inodes of 64 bits in stat', async (scope) => {
  const { dir } = await mounted(scope);
  const shown = await sh(`stat -c %i ${dir}/huge ${dir}/last`);
  assert.equal(shown, `${2n ** 63n + 5n}\n${2n ** 64n - 1n}\n`);
});

wide('show inodes of 64 bits in a listing', async (scope) => {
  const { dir } = await mounted(scope);
  const lines = (await syscall('inodes', dir)).split('\n');
  assert.ok(lines.includes(`huge ${2n ** 63n + 5n}`), lines.join('; '));
  assert.ok(lines.includes(`last ${2n ** 64n - 1n}`), lines.join('; '));
});

wide('give the handler the same inode and handle back', async (scope) => {
  const { dir, calls } = await mounted(scope);
  assert.equal(await readFile(`${dir}/huge`, 'utf8'), 'huge\n');
  await calls.next('release');
  assert.equal(calls.of('open')[0]?.args[0], `${2n ** 63n + 5n}n`);
  for (const op of ['read', 'release']) {
    assert.equal(calls.of(op)[0]?.args[0], `${2n ** 64n - 1n}n`, op);
  }
});

const forgets = suite('forget');

function forgotten(calls: Calls, inode: bigint): bigint {
  const pairs = calls.of('forget').flatMap(({ args }) => args[0] as [string, string][]);
  const own = pairs.filter(([ino]) => ino === `${inode}n`);
  return own.reduce((sum, [, count]) => sum + BigInt(count.slice(0, -1)), 0n);
}

forgets('takes back exactly what the lookups gave', async (scope) => {
  const { dir, calls } = await mounted(scope, 0);
  for (let i = 0; i < 5; i++) await stat(`${dir}/huge`);
  const lookups = BigInt(calls.of('lookup').filter(({ args }) => args[1] === 'huge').length);
  assert.equal(lookups, 5n);
  await until(
    () => {
      dropCaches(scope);
      return forgotten(calls, 2n ** 63n + 5n) >= lookups;
    },
    5000,
    'forget',
  );
  assert.equal(forgotten(calls, 2n ** 63n + 5n), lookups);
});

forgets('takes back what a listing gave, but not for . and ..', async (scope) => {
  const { dir, calls } = await mounted(scope);
  await readdir(dir);
  await until(
    () => {
      dropCaches(scope);
      return forgotten(calls, 2n ** 64n - 1n) > 0n;
    },
    5000,
    'forget',
  );
  assert.equal(forgotten(calls, 2n ** 64n - 1n), 1n);
  assert.equal(forgotten(calls, 1n), 0n);
});

const handles = suite('handles');

handles('are released once for each open', async (scope) => {
  const { dir, calls } = await mounted(scope);
  const files = await Promise.all([1, 2, 3].map(() => open(`${dir}/huge`)));
  assert.equal(calls.count('open'), 3);
  assert.equal(calls.count('release'), 0);
  for (const file of files) await file.close();
  await until(() => calls.count('release') === 3, 2000, 'release');
  await readdir(dir);
  await calls.next('releasedir');
  assert.equal(calls.count('releasedir'), calls.count('opendir'));
});
