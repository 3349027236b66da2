/** The thread that serves is interrupted in its read of the device, and nowhere else. */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mountpointOf, tempDir } from '../helpers/mount.js';
import { exec } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const PRELOADED = fileURLToPath(new URL('../../../tests/helpers/slowkill.c', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../fixtures/interrupted.js', import.meta.url));
const LEAST_CALLS = 200;

const test = suite('the signal that interrupts the read of the device');

test('fails no system call of a handler', async (scope) => {
  const dir = tempDir(scope);
  const mountpoint = mountpointOf(scope);
  const [library, fifo] = [join(dir, 'slowkill.so'), join(dir, 'fifo')];
  const flags = ['-Wall', '-Wextra', '-O1', '-shared', '-fPIC'];
  const compiled = await exec('cc', [...flags, '-o', library, PRELOADED]);
  assert.equal(compiled.status, 0, compiled.stderr);
  assert.equal((await exec('mkfifo', [fifo])).status, 0);
  const env = { ...process.env, LD_PRELOAD: library };
  const ran = await exec(process.execPath, [PROGRAM, mountpoint, fifo], { env, timeout: 15_000 });
  assert.equal(ran.status, 0, ran.stderr);
  const [failed, calls = 0] = ran.stdout.split(' ').map(Number);
  assert.equal(failed, 0);
  assert.ok(calls > LEAST_CALLS, `${calls} calls`);
});
