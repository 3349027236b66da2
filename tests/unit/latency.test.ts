import { strict as assert } from 'node:assert';
import { Counters, counterOf, newStatistics, readStatistics } from '#dist/session/statistics.js';
import type { Latency } from '#dist/types.js';
import { suite } from '../helpers/suite.js';

const test = suite('latency');

const LOOKUP = counterOf('lookup');

function latencyOf(times: Iterable<number>): Latency | undefined {
  const statistics = newStatistics(1);
  const counters = new Counters(statistics);
  for (const time of times) counters.countLatency(LOOKUP, time);
  return readStatistics(statistics).latency.lookup;
}

test('is left out for handlers that have not answered', () => {
  const statistics = newStatistics(1);
  const counters = new Counters(statistics);
  assert.deepEqual(readStatistics(statistics).latency, {});
  counters.countLatency(counterOf('read'), 5);
  const { latency, requests } = readStatistics(statistics);
  assert.deepEqual(Object.keys(latency), ['read']);
  assert.deepEqual(requests, {}, 'the counters of requests are others');
});

test('has two buckets an octave', () => {
  const times = [1, 1.49, 1.5, 2, 2.9, 3, 4, 1000, 100e6];
  assert.deepEqual(latencyOf(times)?.histogram, [
    { from: 1, to: 1.5, count: 2 },
    { from: 1.5, to: 2, count: 1 },
    { from: 2, to: 3, count: 2 },
    { from: 3, to: 4, count: 1 },
    { from: 4, to: 6, count: 1 },
    { from: 768, to: 1024, count: 1 },
    { from: 2 ** 26, to: 1.5 * 2 ** 26, count: 1 },
  ]);
});

test('puts every time where it belongs, from a tenth of a microsecond to years', () => {
  for (let time = 0.1; time < 5e8; time *= 1.07) {
    const [bucket, ...others] = latencyOf([time])?.histogram ?? [];
    assert.ok(bucket !== undefined && others.length === 0);
    assert.ok(bucket.from <= time && time < bucket.to, `${time} in ${bucket.from}-${bucket.to}`);
  }
  const year = 365 * 86_400e6;
  assert.deepEqual(latencyOf([year])?.histogram, [{ from: 1.5 * 2 ** 28, to: 2 ** 29, count: 1 }]);
  assert.equal(latencyOf([year])?.max, year);
  assert.equal(latencyOf([0])?.min, 0);
});

test('has the least, the mean and the greatest time as they were', () => {
  const { count, min, mean, max } = latencyOf([7.25, 3.5, 100.25]) as Latency;
  assert.deepEqual({ count, min, mean, max }, { count: 3, min: 3.5, mean: 37, max: 100.25 });
});

test('tells percentiles within a bucket', () => {
  const even = latencyOf(Array.from({ length: 10_000 }, (_, i) => i / 10)) as Latency;
  assert.ok(Math.abs(even.p50 - 500) < 10, `p50 ${even.p50}`);
  assert.ok(Math.abs(even.p90 - 900) < 10, `p90 ${even.p90}`);
  assert.ok(Math.abs(even.p99 - 990) < 10, `p99 ${even.p99}`);
  const rare = latencyOf([...Array(98).fill(10), 5000, 6000]) as Latency;
  assert.ok(rare.p50 >= 10 && rare.p50 < 12, `p50 ${rare.p50}`);
  assert.ok(rare.p99 > 4000 && rare.p99 <= 6000, `p99 ${rare.p99}`);
});

test('stays between the least and the greatest time', () => {
  const { p50, p99 } = latencyOf([5, 5, 5]) as Latency;
  assert.deepEqual([p50, p99], [5, 5]);
});

test('adds up over workers', () => {
  const statistics = newStatistics(3);
  const [first, , third] = [0, 1, 2].map((worker) => new Counters(statistics, worker));
  first?.countLatency(LOOKUP, 20);
  third?.countLatency(LOOKUP, 10);
  third?.countLatency(counterOf('readdir'), 400);
  const { lookup, readdir } = readStatistics(statistics).latency;
  assert.equal(lookup?.count, 2);
  assert.deepEqual([lookup?.min, lookup?.mean, lookup?.max], [10, 15, 20]);
  assert.equal(readdir?.count, 1);
});
