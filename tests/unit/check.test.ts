import { strict as assert } from 'node:assert';
import * as check from '#dist/session/check.js';
import { offset, unsigned } from '#dist/session/decode.js';
import { suite } from '../helpers/suite.js';

const test = suite('checks of numbers');
const { MAX_SAFE_INTEGER } = Number;

/** What each check lets through, and what it refuses. */
const TABLE: [
  name: string,
  run: (value: unknown) => unknown,
  good: [given: unknown, result: unknown][],
  bad: unknown[],
][] = [
  [
    'u64',
    (value) => check.u64(value, 'ino'),
    [
      [0, 0n],
      [-0, 0n],
      [MAX_SAFE_INTEGER, BigInt(MAX_SAFE_INTEGER)],
      [2n ** 64n - 1n, 2n ** 64n - 1n],
    ],
    [-1, 2n ** 64n, 2 ** 53, 1.5],
  ],
  [
    'i63',
    (value) => check.i63(value, 'ino'),
    [
      [0, 0n],
      [2n ** 63n - 1n, 2n ** 63n - 1n],
    ],
    [-1, -1n, 2n ** 63n, 2 ** 53],
  ],
  [
    'u32',
    (value) => check.u32(value, 'ino'),
    [
      [0, 0],
      [2 ** 32 - 1, 2 ** 32 - 1],
      [2n ** 32n - 1n, 2 ** 32 - 1],
    ],
    [-1, -1n, 2 ** 32, 2n ** 32n, 0.5],
  ],
  [
    'count',
    (value) => check.count(value, 'ino', 10),
    [
      [0, 0],
      [10, 10],
      [10n, 10],
    ],
    [-1, 11, 11n, 0.5, -1n],
  ],
  [
    'nanoseconds',
    (value) => check.nanoseconds(value, 'ino'),
    [
      [0, 0n],
      [-1n, -1n],
      [2n ** 63n * 1_000_000_000n - 1n, 2n ** 63n * 1_000_000_000n - 1n],
    ],
    [0.5, 2 ** 53, 2n ** 63n * 1_000_000_000n, 2n ** 100n, -(2n ** 100n), new Date()],
  ],
  [
    'seconds',
    (value) => check.seconds(value, 'ino'),
    [
      [0, 0],
      [0.25, 0.25],
      [-1, -1],
      [5n, 5],
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ],
    [],
  ],
];
const NEVER = [undefined, null, '5', '', true, {}, [], [5], Symbol('5'), () => 5, Number.NaN];

for (const [name, run, good, bad] of TABLE) {
  test(`${name} passes the whole range, as number and as bigint`, () => {
    for (const [given, result] of good) assert.equal(run(given), result);
  });

  test(`${name} refuses all else, and says of what`, () => {
    for (const given of [...bad, ...NEVER]) {
      assert.throws(() => run(given), { message: /ino/ }, String(given));
    }
  });
}

test('object takes objects only', () => {
  const given = { ino: 5 };
  assert.equal(check.object(given, 'attributes'), given);
  for (const value of [undefined, null, 5, 'text', 5n, () => {}]) {
    assert.throws(() => check.object(value, 'attributes'), {
      name: 'TypeError',
      message: /attributes/,
    });
  }
});

test('bytesOf takes every view and buffer, and keeps its bounds', () => {
  const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
  assert.deepEqual([...check.bytesOf(new Uint8Array(buffer, 2, 3), 'data')], [3, 4, 5]);
  assert.deepEqual([...check.bytesOf(new DataView(buffer, 6), 'data')], [7, 8]);
  assert.equal(check.bytesOf(buffer, 'data').length, 8);
  for (const value of ['text', [1], { length: 1 }, 5, null, undefined]) {
    assert.throws(() => check.bytesOf(value, 'data'), { name: 'TypeError', message: /data/ });
  }
});

const decode = suite('decoding of numbers');

decode('makes 64-bit arguments unsigned', () => {
  assert.equal(unsigned(-1n), 2n ** 64n - 1n);
  assert.equal(unsigned(-(2n ** 63n)), 2n ** 63n);
  assert.equal(unsigned(5n), 5n);
});

decode('gives offsets as numbers, and refuses what they can not hold', () => {
  assert.equal(offset(0n), 0);
  assert.equal(offset(-5n), -5);
  assert.equal(offset(BigInt(MAX_SAFE_INTEGER)), MAX_SAFE_INTEGER);
  assert.throws(() => offset(2n ** 53n), { code: 'EFBIG' });
  assert.throws(() => offset(-(2n ** 53n)), { code: 'EOVERFLOW' });
});
