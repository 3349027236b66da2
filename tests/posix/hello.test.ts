import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { mountModule } from '../helpers/mount.js';
import { placements } from '../helpers/placement.js';
import { sh } from '../helpers/sh.js';
import { type Suite, suite } from '../helpers/suite.js';

const HELLO = new URL('../../../dist/examples/hello.js', import.meta.url);

for (const [placement, where] of placements) {
  const test = suite(`hello, with handlers in ${where}`);
  let dir = '';
  test.before(async (scope) => {
    ({ dir } = await mountModule(scope, HELLO, { placement }));
  });
  describe(test, () => dir);
}

function describe(test: Suite, where: () => string): void {
  test('has exactly one file', async () => {
    assert.deepEqual(await readdir(where()), ['message']);
    assert.equal((await sh('find . | sort', { cwd: where() })).trim(), '.\n./message');
  });

  test('has its text, and the size of that', async () => {
    assert.equal(await readFile(`${where()}/message`, 'utf8'), 'hello world\n');
    const { size, mode, nlink } = await stat(`${where()}/message`);
    assert.deepEqual([size, mode & 0o7777, nlink], [12, 0o644, 1]);
    assert.equal(await sh('tail -c 6 message', { cwd: where() }), 'world\n');
  });

  test('is not to be written to', async () => {
    for (const flags of ['r+', 'w', 'a']) {
      await assert.rejects(open(`${where()}/message`, flags), { code: 'EACCES' });
    }
    await access(`${where()}/message`, constants.R_OK);
  });

  test('has nothing else, and takes nothing', async () => {
    await assert.rejects(stat(`${where()}/other`), { code: 'ENOENT' });
    await assert.rejects(readdir(`${where()}/message`), { code: 'ENOTDIR' });
    for (const change of [
      () => mkdir(`${where()}/sub`),
      () => rm(`${where()}/message`),
      () => rename(`${where()}/message`, `${where()}/other`),
      () => open(`${where()}/new`, 'w'),
    ]) {
      // Who does not own the directory is stopped by the kernel.
      await assert.rejects(change, { code: process.getuid?.() === 0 ? 'ENOSYS' : 'EACCES' });
    }
    assert.deepEqual(await readdir(where()), ['message']);
  });

  test('answers statfs one way or the other', async () => {
    await statfs(where()).catch((error) => assert.equal(error.code, 'ENOSYS'));
  });
}
