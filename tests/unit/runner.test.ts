import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from '../helpers/suite.js';

const RUN = fileURLToPath(new URL('../run.js', import.meta.url));
const FIXTURES = fileURLToPath(new URL('fixtures/', import.meta.url));

function run(fixture: string, fileMs = 8000) {
  const { status, stdout } = spawnSync(process.execPath, [RUN, `${FIXTURES}${fixture}.js`], {
    encoding: 'utf8',
    env: { ...process.env, WASMFUSE_TEST_FILE_MS: String(fileMs) },
    timeout: 20_000,
  });
  const last = stdout.trimEnd().split('\n').at(-1);
  return { status, stdout, last };
}

const test = suite('runner');

test('gives every test exactly one outcome, whatever it throws', () => {
  const { status, stdout, last } = run('outcomes');
  assert.equal(last, '3 passed, 8 failed, 3 skipped', stdout);
  assert.equal(status, 1);
  for (const failure of [
    /FAILED outcomes: fails on bigint\n.*Expected values/,
    /FAILED outcomes: throws a string\n.*a string/,
    /FAILED outcomes: throws undefined\n/,
    /FAILED outcomes: hangs\n.*no end after 50 ms/,
    /FAILED outcomes: fails in its cleanup\n.*cleanup/,
    /FAILED broken setup: has no chance\n.*setup failed/,
    /FAILED broken setup: has none either\n.*setup failed/,
    /FAILED broken teardown: fails for its suite\n.*teardown/,
    /skipped, because:\n {2}outcomes: skips itself/,
    /skipped, no such device:\n {2}outcomes: is skipped/,
    /skipped, not on this machine:\n {2}skipped setup: is skipped with its suite/,
  ]) {
    assert.match(stdout, failure);
  }
});

test('fails a file without tests', () => {
  const { status, last } = run('empty');
  assert.equal(last, '0 passed, 1 failed');
  assert.equal(status, 1);
});

test('fails a file whose process dies, at the test that was running', () => {
  const { status, stdout, last } = run('crash');
  assert.equal(last, '1 passed, 1 failed', stdout);
  assert.match(stdout, /FAILED crash: kills its process\n.*SIGKILL/);
  assert.equal(status, 1);
});

test('fails a file that exits with success before its end', () => {
  const { status, stdout, last } = run('exit');
  assert.equal(last, '1 passed, 1 failed', stdout);
  assert.equal(status, 1);
});

test('ends a file that spins, and names the test', () => {
  const { status, stdout, last } = run('spin', 500);
  assert.equal(last, '0 passed, 1 failed', stdout);
  assert.match(stdout, /FAILED spin: spins\n.*no end after 500 ms/);
  assert.equal(status, 1);
});

test('ends a file that leaves things open, and kills its processes', () => {
  const { stdout, last } = run('stay');
  assert.equal(last, '0 passed, 1 failed', stdout);
  const pid = /left process (\d+)\./.exec(stdout)?.[1];
  assert.ok(pid, stdout);
  const stat = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : 'gone) Z';
  assert.match(stat, /\) [ZX]/, 'a killed process can stay as a zombie where nobody reaps');
});

test('refuses a filter that matches nothing', () => {
  const { status } = spawnSync(process.execPath, [RUN, 'no-such-test'], { stdio: 'ignore' });
  assert.equal(status, 1);
});

test('has no test in a file run without it', () => {
  const file = `${FIXTURES}outcomes.js`;
  assert.ok(existsSync(file));
  assert.equal(spawnSync(process.execPath, [file], { stdio: 'ignore' }).status, 1);
});
