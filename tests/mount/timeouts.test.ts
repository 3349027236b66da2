import { strict as assert } from 'node:assert';
import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CachedData } from '../fixtures/cached.js';
import { Calls } from '../helpers/calls.js';
import { mountModule } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/cached.js', import.meta.url);

async function mounted(scope: Scope, data: Omit<CachedData, 'log'>) {
  const calls = new Calls(scope);
  const { dir } = await mountModule(scope, MODULE, { data: { ...data, log: calls.log } });
  const getattrs = () => calls.of('getattr').filter(({ args }) => args[0] !== '1n').length;
  const lookups = () => calls.of('lookup').filter(({ args }) => args[1] === 'message').length;
  return { dir, calls, lookups, getattrs };
}

const test = suite('timeouts');

test('keep a name for entryTimeout, and no longer', async (scope) => {
  const { dir, lookups } = await mounted(scope, { entryTimeout: 0.4, attrTimeout: 60 });
  await stat(`${dir}/message`);
  await stat(`${dir}/message`);
  assert.equal(lookups(), 1);
  await sleep(500);
  await stat(`${dir}/message`);
  assert.equal(lookups(), 2);
});

test('keep attributes for attrTimeout, and no longer', async (scope) => {
  const { dir, getattrs } = await mounted(scope, { entryTimeout: 60, attrTimeout: 0.4 });
  const file = await open(`${dir}/message`);
  scope.after(() => file.close());
  await file.stat();
  assert.equal(getattrs(), 0);
  await sleep(500);
  await file.stat();
  await file.stat();
  assert.equal(getattrs(), 1);
});

test('of 0 ask each time', async (scope) => {
  const { dir, getattrs, lookups } = await mounted(scope, { entryTimeout: 0, attrTimeout: 0 });
  for (let i = 0; i < 3; i++) await stat(`${dir}/message`);
  assert.equal(lookups(), 3);
  assert.ok(getattrs() >= 2);
});

test('default to long ones', async (scope) => {
  const { dir, getattrs, lookups } = await mounted(scope, {});
  for (let i = 0; i < 3; i++) await stat(`${dir}/message`);
  assert.equal(lookups(), 1);
  assert.equal(getattrs(), 0);
});

test('are never negative, and may be huge', async (scope) => {
  for (const [timeout, expected] of [
    [-1, 2],
    [1e30, 1],
  ] as const) {
    const { dir, lookups } = await mounted(scope, { entryTimeout: timeout, attrTimeout: timeout });
    await stat(`${dir}/message`);
    await stat(`${dir}/message`);
    assert.equal(lookups(), expected, `timeout ${timeout}`);
  }
});

test('keep the absence of a name given as inode 0', async (scope) => {
  const { dir, calls } = await mounted(scope, { entryTimeout: 60, negative: true });
  for (let i = 0; i < 3; i++) await assert.rejects(stat(`${dir}/no`), { code: 'ENOENT' });
  assert.equal(calls.count('lookup'), 1);
});

test('do not keep a name that failed with ENOENT', async (scope) => {
  const { dir, calls } = await mounted(scope, { entryTimeout: 60 });
  for (let i = 0; i < 3; i++) await assert.rejects(stat(`${dir}/no`), { code: 'ENOENT' });
  assert.equal(calls.count('lookup'), 3);
});
