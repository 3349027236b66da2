import { strict as assert } from 'node:assert';
import { mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fsdecode, fsencode } from 'wasmfuse';
import { onPath } from '#dist/cli/onpath.js';
import { until } from '../helpers/deadline.js';
import { mountpointOf } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { exec } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const CLI = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const END_MS = 5000;
const NO_UTF8 = fsdecode(Buffer.from([0x61, 0xff, 0x20, 0xc3, 0x0a]));

/** A directory whose name is no UTF-8. */
function oddDirectory(scope: Scope): string {
  const dir = `${mountpointOf(scope)}/${NO_UTF8}`;
  mkdirSync(fsencode(dir));
  // Before its parent goes, as rmSync can't remove names that are no UTF-8.
  scope.after(() => rmdirSync(fsencode(dir)));
  return dir;
}

/** Runs a program on a path of any bytes. */
function run(path: string, command: string[]) {
  const [file, args] = onPath(...command);
  return exec(file, args, { input: fsencode(path), timeout: 2 * END_MS });
}

const test = suite('the command line');

test('mounts and unmounts where the path is no UTF-8', async (scope) => {
  const dir = oddDirectory(scope);
  const ended = run(dir, [process.execPath, CLI, 'mount', 'hello']);
  await until(() => fuseMountsUnder(dir).length > 0, END_MS, 'the mount');
  assert.deepEqual(readdirSync(fsencode(dir)), ['message']);
  const { status, stderr } = await run(dir, [process.execPath, CLI, 'umount']);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal((await ended).status, 0);
});

test('takes a path that is relative to such a directory', async (scope) => {
  const parent = oddDirectory(scope);
  const dir = `${parent}/mnt`;
  const at = ['sh', '-c', 'for dir; do :; done; cd "$dir" && exec "$0" "$1" "$2" "$3" "$4"'];
  const command = [...at, process.execPath, CLI];
  const ended = run(parent, [...command, 'start', './mnt', '--replace-stale']);
  await until(() => fuseMountsUnder(dir).length > 0, END_MS, 'the mount');
  const { status, stderr } = await run(parent, [...command, 'umount', '--', 'mnt']);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal((await ended).status, 0);
});
