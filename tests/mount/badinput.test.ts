import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mount, Session, type SessionConfig } from 'wasmfuse';
import { freeMounts } from '../helpers/freemount.js';
import { tempDir, whyNoMount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const GOOD = new URL('../fixtures/control.js', import.meta.url);
const modules = (name: string) => new URL(`../fixtures/modules/${name}.js`, import.meta.url);

interface Given {
  ops?: unknown;
  dir?: unknown;
  options?: unknown;
  config?: SessionConfig;
}

/** Mounts with something wrong: it must fail, and leave nothing mounted. */
async function refused(scope: Scope, given: Given, expected: RegExp | object): Promise<void> {
  const parent = tempDir(scope);
  scope.after(() => freeMounts(parent));
  const dir = join(parent, 'mnt');
  mkdirSync(dir);
  const { ops = GOOD, options, config } = given;
  const where = 'dir' in given ? given.dir : dir;
  const mounting = async () => mount(ops as URL, where as string, options as string[], config);
  await assert.rejects(mounting, expected);
  assert.deepEqual(fuseMountsUnder(parent), []);
}

const options = suite('a mount option');

options('that is unknown is named in the error', async (scope) => {
  await refused(scope, { options: ['nonsense'] }, { code: 'EINVAL', message: /nonsense/ });
  await refused(scope, { options: ['ro,rubbish=5'] }, { code: 'EINVAL', message: /rubbish/ });
});

options('has to be one of a list of strings', async (scope) => {
  await refused(scope, { options: 'ro' }, { name: 'TypeError', message: /list/ });
  await refused(scope, { options: [5] }, { name: 'TypeError', message: /5/ });
  await refused(scope, { options: ['ro\0'] }, { name: 'TypeError', message: /NUL/ });
  await refused(scope, { options: 5 }, TypeError);
});

const mountpoints = suite('a mountpoint');

mountpoints('has to exist', async (scope) => {
  const dir = join(tempDir(scope), 'missing');
  await refused(scope, { dir }, { code: 'ENOENT', message: /missing/ });
});

mountpoints('has to be a directory', async (scope) => {
  const dir = join(tempDir(scope), 'file');
  writeFileSync(dir, '');
  await refused(scope, { dir }, { code: 'ENOTDIR', message: /file/ });
});

mountpoints('has to be empty, unless that is wanted', async (scope) => {
  const skip = whyNoMount();
  if (skip !== undefined) scope.skip(skip);
  const dir = tempDir(scope);
  mkdirSync(join(dir, 'entry'));
  await refused(scope, { dir }, { code: 'ENOTEMPTY', message: new RegExp(dir) });
  const session = await mount(GOOD, dir, [], { nonempty: true });
  await session.close();
  assert.deepEqual(fuseMountsUnder(dir), []);
});

mountpoints('has to be a path', async (scope) => {
  for (const dir of ['', 'a\0b', 5, undefined, null, Buffer.from('/tmp')]) {
    await refused(scope, { dir }, { name: 'TypeError', message: /mountpoint/ });
  }
});

mountpoints('is the one in the error of a device that is none', async (scope) => {
  await refused(scope, { dir: '/dev/fd/999' }, { code: 'EBADF' });
});

const handlers = suite("a handlers' module");

handlers('has to exist', async (scope) => {
  await refused(scope, { ops: modules('missing') }, /missing\.js/);
  await refused(scope, { ops: '/no/such/module.js' }, /\/no\/such\/module\.js/);
});

handlers('has to compile', async (scope) => {
  const file = join(tempDir(scope), 'broken.mjs');
  writeFileSync(file, 'export default class {');
  await refused(scope, { ops: file }, { name: 'SyntaxError' });
});

handlers('has to have an Operations as its default export', async (scope) => {
  await refused(scope, { ops: modules('nothing') }, /nothing\.js has no default export/);
  await refused(scope, { ops: modules('number') }, { name: 'TypeError', message: /42/ });
  await refused(scope, { ops: modules('empty') }, { name: 'TypeError', message: /handlers/ });
});

handlers('passes on what it throws', async (scope) => {
  await refused(scope, { ops: modules('throws') }, /can not be loaded/);
  await refused(scope, { ops: modules('rejects') }, /can not be made/);
});

// The words are put together, because a module's URL is in the error too.
const WHY = "'w' + 'hy'";
const NOT_CLONEABLE = [`Symbol(${WHY})`, `{ [${WHY}]() {} }`];

for (const [what, before] of [
  ['it', ''],
  ['its factory', 'export default () =>'],
]) {
  handlers(`passes on what ${what} throws that threads can not exchange`, async (scope) => {
    for (const thrown of NOT_CLONEABLE) {
      await refused(scope, { ops: `data:text/javascript,${before}{ throw ${thrown} }` }, /why/);
    }
  });
}

handlers('has to be a module or an object with handlers', async (scope) => {
  for (const ops of [{}, { lookUp() {} }, 5, null, []]) {
    await refused(scope, { ops }, { name: 'TypeError' });
  }
  await refused(scope, { ops: 'data:text/javascript,export default 5' }, { name: 'TypeError' });
});

const config = suite('the configuration');

config('is checked', async (scope) => {
  const wrong = 'scream' as 'log';
  await refused(scope, { config: { onUnexpectedError: wrong } }, /scream/);
  await refused(scope, { config: { closeTimeout: Number.NaN } }, { name: 'RangeError' });
  await refused(scope, { config: { closeTimeout: -1 } }, { name: 'RangeError' });
});

config('has data that can be cloned', async (scope) => {
  await refused(scope, { config: { data: () => {} } }, /clone/);
});

config('of tasks is checked by main()', async (scope) => {
  const skip = whyNoMount();
  if (skip !== undefined) scope.skip(skip);
  const session = await mount(GOOD, tempDir(scope));
  scope.after(() => session.close());
  const wrong: [unknown, unknown][] = [
    [-1, 5],
    [0, 0],
    [3, 2],
    [1.5, 5],
    [1, Number.NaN],
    ['1', 5],
  ];
  for (const [min, max] of wrong) {
    await assert.rejects(session.main(min as number, max as number), { name: 'RangeError' });
  }
  assert.ok(session instanceof Session);
});
