import { strict as assert } from 'node:assert';
import { now } from '#dist/examples/tmpfs/clock.js';
import { suite } from '../helpers/suite.js';

const NS_PER_MS = 1_000_000n;

const clock = suite('clock of tmpfs');

clock('never runs backwards, and agrees with the wall clock to the millisecond', () => {
  const distinct = new Set<bigint>();
  let last = 0n;
  const end = Date.now() + 50;
  while (Date.now() < end) {
    const before = BigInt(Date.now());
    const time = now();
    const after = BigInt(Date.now());
    assert.ok(time >= last, `${time} after ${last}`);
    assert.ok(time / NS_PER_MS >= before && time / NS_PER_MS <= after);
    last = time;
    distinct.add(time);
  }
  assert.ok(distinct.size > 1000, `${distinct.size} different times in 50 ms`);
});

clock('follows the wall clock when that is set', (scope) => {
  const real = Date.now;
  scope.after(() => {
    Date.now = real;
  });
  for (const shift of [-3_600_000, 7_200_000, 0]) {
    Date.now = () => real() + shift;
    const shown = Number(now() / NS_PER_MS);
    assert.ok(Math.abs(shown - Date.now()) <= 1, `${shown} for ${Date.now()}`);
  }
});

clock('stands still, and never runs backwards, when the wall clock is slower', (scope) => {
  const real = Date.now;
  scope.after(() => {
    Date.now = real;
  });
  const stopped = real();
  Date.now = () => stopped;
  const end = performance.now() + 5;
  let last = 0n;
  while (performance.now() < end) {
    const time = now();
    assert.ok(time >= last && time / NS_PER_MS === BigInt(stopped), `${time} after ${last}`);
    last = time;
  }
});

clock('goes on when the thread was held up between its two clocks', (scope) => {
  const real = process.hrtime.bigint;
  scope.after(() => {
    process.hrtime.bigint = real;
  });
  for (let i = 0; i < 100; i++) {
    process.hrtime.bigint = () => real() - 3n * NS_PER_MS;
    const times = [now()];
    process.hrtime.bigint = real;
    for (let j = 0; j < 10; j++) times.push(now());
    assert.equal(new Set(times).size, times.length, `${times}`);
  }
});
