import { strict as assert } from 'node:assert';
import { constants, type OpenMode } from 'node:fs';
import { open, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import type { MutableData } from '../fixtures/mutable.js';
import { Calls } from '../helpers/calls.js';
import { mountModule } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/mutable.js', import.meta.url);

async function mounted(scope: Scope, switches: MutableData['switches'] = {}) {
  const calls = new Calls(scope);
  const { dir } = await mountModule(scope, MODULE, { data: { log: calls.log, switches } });
  return { dir, calls };
}

const { O_WRONLY, O_RDWR, O_APPEND, O_CREAT } = constants;
const KEPT = O_WRONLY | O_RDWR | O_APPEND | O_CREAT;

const test = suite('open');

test('with O_TRUNC tells the handler, and sends no setattr', async (scope) => {
  const { dir, calls } = await mounted(scope);
  await writeFile(`${dir}/file`, 'hello world');
  await writeFile(`${dir}/file`, 'xy');
  assert.equal(await readFile(`${dir}/file`, 'utf8'), 'xy');
  assert.equal((await stat(`${dir}/file`)).size, 2);
  const flags = Number(calls.of('open')[0]?.args[1]);
  assert.ok(flags & constants.O_TRUNC, flags.toString(8));
  assert.equal(calls.of('setattr').length, 0);
});

test('with O_TRUNC leaves no old bytes behind a later growth', async (scope) => {
  for (const enableWritebackCache of [false, true]) {
    const { dir } = await mounted(scope, { enableWritebackCache });
    await writeFile(`${dir}/file`, 'hello world');
    await sh(`printf xy > file; truncate -s 6 file`, { cwd: dir });
    assert.equal(await readFile(`${dir}/file`, 'latin1'), 'xy\0\0\0\0');
  }
});

test('passes the flags that the kernel leaves', async (scope) => {
  const { dir, calls } = await mounted(scope);
  await writeFile(`${dir}/file`, '');
  const flags: OpenMode[] = [constants.O_RDONLY, constants.O_WRONLY, constants.O_RDWR];
  for (const flag of [...flags, constants.O_WRONLY | constants.O_APPEND]) {
    await (await open(`${dir}/file`, flag)).close();
    const seen = Number(calls.of('open').at(-1)?.args[1]);
    assert.equal(seen & KEPT, flag);
  }
});

test('creates with type, umask applied, and the flags', async (scope) => {
  const { dir, calls } = await mounted(scope);
  await sh('umask 027; : > made', { cwd: dir });
  const [create] = calls.of('create');
  assert.deepEqual(create?.args.slice(0, 3), ['1n', 'made', constants.S_IFREG | 0o640]);
  assert.ok(Number(create?.args[3]) & constants.O_CREAT);
  assert.equal(create?.ctx?.umask, 0o027);
});

const unlinked = suite('a file without a name');

unlinked('can be written, read and resized while it is open', async (scope) => {
  const { dir } = await mounted(scope);
  const file = await open(`${dir}/file`, 'w+');
  scope.after(() => file.close());
  await file.write('0123456789');
  await unlink(`${dir}/file`);
  await assert.rejects(stat(`${dir}/file`), { code: 'ENOENT' });
  await file.write('abc', 10);
  await file.truncate(12);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(20), 0, 20, 0);
  assert.equal(buffer.toString('latin1', 0, bytesRead), '0123456789ab');
  assert.equal((await file.stat()).nlink, 0);
});

unlinked('lives on when another is renamed over it', async (scope) => {
  const { dir } = await mounted(scope);
  await writeFile(`${dir}/old`, 'old');
  await writeFile(`${dir}/new`, 'new');
  const file = await open(`${dir}/old`);
  scope.after(() => file.close());
  await rename(`${dir}/new`, `${dir}/old`);
  assert.equal(await file.readFile('utf8'), 'old');
  assert.equal(await readFile(`${dir}/old`, 'utf8'), 'new');
  await rm(`${dir}/old`);
});
