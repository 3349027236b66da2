import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { exec } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const SOURCE = fileURLToPath(new URL('../../../tests/helpers/spin.c', import.meta.url));

const test = suite('polling in place of sleep');

let program: string;

test.before(async (scope: Scope) => {
  program = join(tempDir(scope), 'spin');
  const { status, stderr } = await exec('cc', ['-Wall', '-Wextra', '-O1', '-o', program, SOURCE]);
  assert.equal(status, 0, stderr);
});

/** Microseconds a request takes, by how it is waited for; see spin.c. */
interface Workload {
  sleeping: number;
  polling: number;
  laterPolling?: number;
  slow?: number;
  phase?: number;
}

/** How many hundredths of its first and its second half a workload was polled. */
async function polled(work: Workload): Promise<[number, number]> {
  const { sleeping, polling, laterPolling = polling, slow = 1, phase = 0 } = work;
  const { stdout } = await exec(
    program,
    [sleeping, polling, laterPolling, slow, phase].map(String),
  );
  const [first = Number.NaN, second = Number.NaN] = stdout.trim().split(' ').map(Number);
  return [first, second];
}

test('goes on where it makes requests faster', async () => {
  const [first, second] = await polled({ sleeping: 30, polling: 15 });
  assert.ok(first > 95 && second > 98, `${first} %, ${second} %`);
});

test('ends soon where it makes them slower, and is hardly tried', async () => {
  const [first, second] = await polled({ sleeping: 15, polling: 45 });
  assert.ok(first < 2 && second < 2 && first > 0, `${first} %, ${second} %`);
});

test('ends when it makes them slower from then on', async () => {
  const [first, second] = await polled({ sleeping: 30, polling: 15, laterPolling: 40 });
  assert.ok(first > 95 && second < 25, `${first} %, ${second} %`);
});

test('is not tried where there are few requests', async () => {
  assert.deepEqual(await polled({ sleeping: 5000, polling: 10 }), [0, 0]);
});

for (const phase of [4100, 7000, 13_000]) {
  test(`is not for clients whose work changes each ${phase} us`, async () => {
    const halves = await polled({ sleeping: 100, polling: 95, slow: 3, phase });
    assert.ok(Math.max(...halves) < 8, `${halves} %`);
  });
}
