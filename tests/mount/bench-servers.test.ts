/** The benchmark's servers on real mounts: that they answer, and leave nothing behind. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missing, peerNames, type Running, start } from '#bench/servers/registry.js';
import { whyNotCounted } from '#bench/servers/requests.js';
import { STAT_FILE } from '#bench/servers/served.js';
import { until } from '../helpers/deadline.js';
import { tempDir, whyNoMount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { exec } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const BENCH = new URL('../../bench/servers/', import.meta.url);
const SLOW = { timeout: 60_000 };
const END_MS = 10_000;

const test = suite("the benchmark's servers");

function requireMounts(scope: Scope): void {
  const reason = whyNoMount();
  if (reason !== undefined) scope.skip(reason);
}

/** Zombies, which whoever has inherited them has yet to collect, have no command line. */
function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`).length > 0;
  } catch {
    return false;
  }
}

function assertGone({ pid, mountpoint }: Running): void {
  assert.deepEqual(fuseMountsUnder(mountpoint), []);
  assert.equal(existsSync(mountpoint), false, mountpoint);
  assert.equal(isAlive(pid), false);
}

for (const peer of peerNames) {
  test(
    `${peer} serves a file, on the CPU that it is given, until it is stopped`,
    async (scope) => {
      requireMounts(scope);
      const reason = await missing(peer, 'stat');
      if (reason !== undefined) scope.skip(reason);
      const running = await start(peer, 'stat', { cpus: '0' });
      try {
        const status = readFileSync(`/proc/${running.pid}/status`, 'utf8');
        assert.match(status, /^Cpus_allowed_list:\s0$/m);
        assert.equal(statSync(join(running.mountpoint, STAT_FILE)).size, 0);
      } finally {
        await running.stop();
      }
      assertGone(running);
    },
    SLOW,
  );
}

test('a server that can not start is shown with what it says', async (scope) => {
  requireMounts(scope);
  const backing = join(tempDir(scope), 'none');
  await assert.rejects(start('ours', 'passthrough', { backing }), (error: Error) => {
    assert.match(error.message, /before it had mounted, with status 1/);
    assert.match(error.message, /ENOENT/);
    return true;
  });
});

test('a server that has died is no success', async (scope) => {
  requireMounts(scope);
  const running = await start('ours', 'stat');
  process.kill(running.pid, 'SIGKILL');
  await until(() => !isAlive(running.pid), END_MS, 'end of the server');
  await assert.rejects(running.stop(), /ended (while it served|badly), SIGKILL/);
  assertGone(running);
});

test('servers end with whoever has started them', async (scope) => {
  requireMounts(scope);
  const file = join(tempDir(scope), 'running');
  const script = `
    const { start } = await import(${JSON.stringify(new URL('registry.js', BENCH).href)});
    const { pid, mountpoint } = await start('ours', 'stat');
    const { writeFileSync, renameSync } = await import('node:fs');
    writeFileSync('${file}.part', JSON.stringify({ pid, mountpoint }));
    renameSync('${file}.part', '${file}');`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: 'inherit',
  });
  scope.after(() => parent.kill('SIGKILL'));
  await until(() => existsSync(file), END_MS, 'start of a server by another process');
  const running: Running = JSON.parse(await readFile(file, 'utf8'));
  assert.equal(fuseMountsUnder(running.mountpoint).length, 1);
  // Without a signal, a server goes on as long as one of its files is open.
  const fd = openSync(join(running.mountpoint, STAT_FILE), 'r');
  // Nobody is there any more to answer the flush.
  scope.after(() => assert.throws(() => closeSync(fd), /ENOTCONN|ECONNABORTED/));
  parent.kill('SIGKILL');
  await until(() => !existsSync(running.mountpoint), END_MS, 'end of the mount');
  await until(() => !isAlive(running.pid), END_MS, 'end of the server');
  assertGone(running);
});

test(
  'all who are here answer the same requests alike',
  async (scope) => {
    requireMounts(scope);
    const reason = await whyNotCounted();
    if (reason !== undefined) scope.skip(reason);
    const check = fileURLToPath(new URL('check.js', BENCH));
    const { status, stdout } = await exec(process.execPath, [check, 'delay'], SLOW);
    assert.match(stdout, /^delay: 22 requests, alike: ours\b/m);
    assert.equal(status, 0, stdout);
  },
  SLOW,
);
