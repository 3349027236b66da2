import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { mountCli } from '../helpers/mount.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const test = suite('hello');
let dir = '';
test.before(async (scope) => {
  ({ dir } = await mountCli(scope, ['hello']));
});

test('has exactly one file', async () => {
  assert.deepEqual(await readdir(dir), ['message']);
  assert.equal((await sh('find . | sort', { cwd: dir })).trim(), '.\n./message');
});

test('has its text, and the size of that', async () => {
  assert.equal(await readFile(`${dir}/message`, 'utf8'), 'hello world\n');
  const { size, mode, nlink } = await stat(`${dir}/message`);
  assert.deepEqual([size, mode & 0o7777, nlink], [12, 0o644, 1]);
  assert.equal(await sh('tail -c 6 message', { cwd: dir }), 'world\n');
});

test('is not to be written to', async () => {
  for (const flags of ['r+', 'w', 'a']) {
    await assert.rejects(open(`${dir}/message`, flags), { code: 'EACCES' });
  }
  await access(`${dir}/message`, constants.R_OK);
});

test('has nothing else, and takes nothing', async () => {
  await assert.rejects(stat(`${dir}/other`), { code: 'ENOENT' });
  await assert.rejects(readdir(`${dir}/message`), { code: 'ENOTDIR' });
  for (const change of [
    () => mkdir(`${dir}/sub`),
    () => rm(`${dir}/message`),
    () => rename(`${dir}/message`, `${dir}/other`),
    () => open(`${dir}/new`, 'w'),
  ]) {
    // Who does not own the directory is stopped by the kernel.
    await assert.rejects(change, { code: process.getuid?.() === 0 ? 'ENOSYS' : 'EACCES' });
  }
  assert.deepEqual(await readdir(dir), ['message']);
});

test('answers statfs one way or the other', async () => {
  await statfs(dir).catch((error) => assert.equal(error.code, 'ENOSYS'));
});
