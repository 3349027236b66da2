import { strict as assert } from 'node:assert';
import { stat, writeFile } from 'node:fs/promises';
import { Calls } from '../helpers/calls.js';
import { mountModule } from '../helpers/mount.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';
import { syscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/mutable.js', import.meta.url);
const SECOND = 1_000_000_000n;

const test = suite('times');
let file = '';
let calls: Calls;
test.before(async (scope) => {
  calls = new Calls(scope);
  const { dir } = await mountModule(scope, MODULE, { data: { log: calls.log } });
  file = `${dir}/file`;
  await writeFile(file, '');
});

/** Seconds are rounded down, as the kernel has them: nanoseconds are never negative. */
function timespec(ns: bigint): [bigint, bigint] {
  const nanoseconds = ((ns % SECOND) + SECOND) % SECOND;
  return [(ns - nanoseconds) / SECOND, nanoseconds];
}

const TIMES: [what: string, ns: bigint][] = [
  ['the epoch', 0n],
  ['the last nanosecond before the epoch', -1n],
  ['a second and a half before the epoch', -1_500_000_000n],
  ['1901, before 32 bits begin', -(2n ** 31n + 5n) * SECOND + 7n],
  ['67 years and 999999999 ns', (67n * 365n * 86400n + 999n) * SECOND + 999_999_999n],
  ['a time that a double rounds up', 1_700_000_000n * SECOND + 999_999_999n],
  ['2038, after 31 bits end', 2n ** 31n * SECOND + 123_456_789n],
  ['2106, after 32 bits end', 2n ** 32n * SECOND + 1n],
  ['2514', 2n ** 34n * SECOND + 999_999_999n],
];

for (const [what, ns] of TIMES) {
  test(`keep every nanosecond of ${what}`, async () => {
    const later = ns + 1_000_000_001n;
    await syscall('utimens', file, ...timespec(ns), ...timespec(later));
    const last = calls.of('setattr').at(-1)?.args[1] as { atimeNs: string; mtimeNs: string };
    assert.deepEqual([last.atimeNs, last.mtimeNs], [`${ns}n`, `${later}n`]);
    const { atimeNs, mtimeNs } = await stat(file, { bigint: true });
    assert.deepEqual([atimeNs, mtimeNs], [ns, later]);
  });
}

test('come one by one when the other is omitted', async () => {
  const fields = () => calls.of('setattr').at(-1)?.args[2] as Record<string, boolean>;
  await syscall('utimens', file, 5, 6, 0, 'UTIME_OMIT');
  assert.deepEqual([fields().updateAtime, fields().updateMtime], [true, false]);
  await syscall('utimens', file, 0, 'UTIME_OMIT', 7, 8);
  assert.deepEqual([fields().updateAtime, fields().updateMtime], [false, true]);
  const { atimeNs, mtimeNs } = await stat(file, { bigint: true });
  assert.deepEqual([atimeNs, mtimeNs], [5n * SECOND + 6n, 7n * SECOND + 8n]);
});

test('come from the clock for UTIME_NOW', async () => {
  const before = BigInt(Date.now()) * 1_000_000n;
  await syscall('utimens', file, 0, 'UTIME_NOW', 0, 'UTIME_NOW');
  const after = BigInt(Date.now() + 1) * 1_000_000n;
  const { atimeNs, mtimeNs } = await stat(file, { bigint: true });
  for (const ns of [atimeNs, mtimeNs])
    assert.ok(ns >= before - SECOND / 50n && ns <= after, `${ns}`);
});

test('are shown to programs as the filesystem gave them', async () => {
  await syscall('utimens', file, -2, 500_000_000, 2n ** 34n, 999_999_999);
  const shown = await sh(`stat -c '%.9X %.9Y' ${file}`);
  assert.equal(shown.trim(), '-1.500000000 17179869184.999999999');
});
