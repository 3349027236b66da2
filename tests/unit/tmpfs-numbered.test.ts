import { strict as assert } from 'node:assert';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Numbered } from '#dist/examples/tmpfs/numbered.js';
import { random } from '../helpers/random.js';
import { suite } from '../helpers/suite.js';

const numbered = suite('numbered values of tmpfs');

numbered('are found by their number until they are deleted, and no number comes again', () => {
  const values = new Numbered<string>(5);
  const there = new Map<bigint, string>();
  const pick = random(3);
  let last = 4n;
  for (let i = 0; i < 5000; i++) {
    const isGrowing = i % 1000 < 500;
    if (isGrowing || there.size === 0) {
      assert.equal(values.next, last + 1n);
      const number = values.add(`${i}`);
      assert.equal(number, last + 1n);
      there.set(number, `${i}`);
      last = number;
    }
    const numbers = [...there.keys()];
    const victim = numbers[pick(numbers.length)] as bigint;
    if (!isGrowing || i % 3 === 0) {
      assert.equal(values.get(victim), there.get(victim));
      assert.equal(values.delete(victim), true);
      assert.equal(values.delete(victim), false);
      assert.equal(values.get(victim), undefined);
      there.delete(victim);
    }
  }
  for (let number = 0n; number <= last + 100n; number++) {
    assert.equal(values.get(number), there.get(number));
  }
  assert.equal(values.get(2n ** 64n - 1n), undefined);
  values.clear();
  assert.equal(values.get(last), undefined);
  assert.equal(values.next, last + 1n);
});

numbered('leave nothing behind, whichever goes first', () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const values = new Numbered<object>(1);
  const churn = (count: number) => {
    for (let i = 0; i < count; i++) values.delete(values.add({}));
    const numbers = Array.from({ length: count }, () => values.add({}));
    for (const number of numbers) values.delete(number);
  };
  churn(100_000);
  gc();
  const before = process.memoryUsage().heapUsed;
  churn(200_000);
  gc();
  const grown = process.memoryUsage().heapUsed - before;
  assert.ok(grown < 2 ** 19, `${grown} bytes more`);
  assert.equal(values.next, 600_001n);
});
