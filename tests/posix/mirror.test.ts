import { strict as assert } from 'node:assert';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { mountCli, tempDir } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const test = suite('passthrough and its source');

async function both(scope: Scope) {
  const source = tempDir(scope, 'source-');
  const { dir } = await mountCli(scope, ['passthrough', source]);
  return { source, dir };
}

const FIELDS = [
  'ino',
  'mode',
  'nlink',
  'uid',
  'gid',
  'size',
  'atimeNs',
  'mtimeNs',
  'ctimeNs',
] as const;

async function sameAttributes(source: string, dir: string, name: string): Promise<void> {
  const [there, here] = await Promise.all(
    [source, dir].map((base) => lstat(`${base}/${name}`, { bigint: true })),
  );
  for (const field of FIELDS) assert.equal(here?.[field], there?.[field], `${field} of ${name}`);
}

test('see what is made on the other side, with equal attributes', async (scope) => {
  const { source, dir } = await both(scope);
  await mkdir(`${source}/from-below`);
  await writeFile(`${source}/from-below/file`, 'below');
  await mkdir(`${dir}/from-above`);
  await writeFile(`${dir}/from-above/file`, 'above');
  await sh('ln -s target link; mkfifo fifo; ln from-above/file hard', { cwd: dir });
  assert.equal(await readFile(`${dir}/from-below/file`, 'utf8'), 'below');
  assert.equal(await readFile(`${source}/from-above/file`, 'utf8'), 'above');
  for (const name of ['from-below', 'from-below/file', 'from-above/file', 'link', 'fifo', 'hard']) {
    await sameAttributes(source, dir, name);
  }
  assert.deepEqual((await readdir(dir)).sort(), (await readdir(source)).sort());
});

test('see changes of the other side at once', async (scope) => {
  const { source, dir } = await both(scope);
  await writeFile(`${dir}/file`, 'one');
  for (const [here, there] of [
    [source, dir],
    [dir, source],
  ] as const) {
    await writeFile(`${here}/file`, 'another text');
    assert.equal(await readFile(`${there}/file`, 'utf8'), 'another text');
    await truncate(`${here}/file`, 3);
    assert.equal(await readFile(`${there}/file`, 'utf8'), 'ano');
    await chmod(`${here}/file`, 0o600);
    await sameAttributes(source, dir, 'file');
    await rename(`${here}/file`, `${here}/moved`);
    await assert.rejects(lstat(`${there}/file`), { code: 'ENOENT' });
    await rename(`${there}/moved`, `${there}/file`);
    assert.equal(await readFile(`${here}/file`, 'utf8'), 'ano');
    await chmod(`${here}/file`, 0o644);
  }
  await rm(`${source}/file`);
  await assert.rejects(readFile(`${dir}/file`), { code: 'ENOENT' });
});

test('take a file that is renamed below for the file that it is', async (scope) => {
  const { source, dir } = await both(scope);
  await sh('mkdir a b; echo one > a/file; echo two > b/file', { cwd: source });
  const open = sh('exec 3< a/file 4>> b/file; sleep 0.5; cat <&3; echo more >&4', { cwd: dir });
  await sh('sleep 0.2; mv a/file a/moved; mv b c; echo three > a/file', { cwd: source });
  assert.equal(await open, 'one\n');
  assert.equal(await readFile(`${source}/c/file`, 'utf8'), 'two\nmore\n');
  assert.equal(await readFile(`${dir}/a/file`, 'utf8'), 'three\n');
});
