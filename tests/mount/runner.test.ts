import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { whyNoMount } from '../helpers/mount.js';
import { fuseMounts } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { exec } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const RUN = fileURLToPath(new URL('../run.js', import.meta.url));
const FILES = fileURLToPath(new URL('files/', import.meta.url));

async function run(scope: Scope, file: string, fileMs: number) {
  const skip = whyNoMount();
  if (skip !== undefined) scope.skip(skip);
  const env = { ...process.env, WASMFUSE_TEST_FILE_MS: String(fileMs) };
  const { status, stdout } = await exec(process.execPath, [RUN, `${FILES}${file}.js`], {
    env,
    timeout: 20_000,
  });
  assert.equal(status, 1);
  const left = /left mounted: (\S+)/.exec(stdout)?.[1];
  assert.ok(left, stdout);
  assert.ok(!fuseMounts().some(({ mountpoint }) => mountpoint === left));
  return stdout;
}

const test = suite('the runner');

test('fails a file that leaves a mount, and frees it', async (scope) => {
  const stdout = await run(scope, 'leave', 10_000);
  assert.match(stdout, /^1 passed, 1 failed$/m);
});

const LONG = { timeout: 25_000 };

test(
  'ends a file that waits for its mount in the kernel',
  async (scope) => {
    const stdout = await run(scope, 'stuck', 1500);
    assert.match(stdout, /FAILED stuck: waits for its mount\n.*no end after 1500 ms/);
  },
  LONG,
);
