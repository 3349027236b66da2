import type { Latency } from '../types.js';

/**
 * Times as counts on a scale of two buckets an octave: 1, 1.5, 2, 3, 4, 6, ... microseconds. Its
 * parts stand in one stretch of numbers, to which `record` adds; how many there are is the sum of
 * all buckets.
 */

/** The scale counts eighths of a microsecond, so that fast answers differ too. */
const TICKS = 8;
/** The last bucket also has what is longer, from some 7 minutes on. */
const MAX_TICKS = 2 ** 32 - 1;
const BUCKETS = 64;

const SUM = 0;
const MIN = 1;
const MAX = 2;
const FIRST = 3;

/** How many numbers the times of one handler take. */
export const LATENCY_WIDTH = FIRST + BUCKETS;

/** Makes a stretch of zeros one without times. @param at where it begins. */
export function clear(numbers: Float64Array, at: number): void {
  numbers[at + MIN] = Number.POSITIVE_INFINITY;
}

/** The half octave of a time: its highest bit, and the one below. */
function bucketOf(microseconds: number): number {
  const ticks = Math.min(microseconds * TICKS, MAX_TICKS) >>> 0;
  if (ticks < 2) return 0;
  const octave = 31 - Math.clz32(ticks);
  return 2 * octave + ((ticks >>> (octave - 1)) & 1);
}

/** Where a bucket begins, in microseconds. No time falls in bucket 1. */
function startOf(bucket: number): number {
  if (bucket < 2) return bucket / TICKS;
  return ((2 + (bucket & 1)) * 2 ** ((bucket >>> 1) - 1)) / TICKS;
}

/** Counts a time. Allocates nothing. @param at where the handler's numbers begin. */
export function record(numbers: Float64Array, at: number, microseconds: number): void {
  (numbers[at + SUM] as number) += microseconds;
  if (microseconds < (numbers[at + MIN] as number)) numbers[at + MIN] = microseconds;
  if (microseconds > (numbers[at + MAX] as number)) numbers[at + MAX] = microseconds;
  (numbers[at + FIRST + bucketOf(microseconds)] as number)++;
}

/** Adds what another worker has recorded. */
export function add(into: Float64Array, from: Float64Array): void {
  into[SUM] = (into[SUM] as number) + (from[SUM] as number);
  into[MIN] = Math.min(into[MIN] as number, from[MIN] as number);
  into[MAX] = Math.max(into[MAX] as number, from[MAX] as number);
  for (let i = FIRST; i < LATENCY_WIDTH; i++) into[i] = (into[i] as number) + (from[i] as number);
}

/** The time that a part of all stays below, as if those of one bucket lay evenly in it. */
function quantile({ histogram, count, min, max }: Latency, part: number): number {
  let rest = part * count;
  for (const bucket of histogram) {
    if (rest <= bucket.count) {
      const from = Math.max(bucket.from, min);
      const to = Math.min(bucket.to, max);
      return from + (to - from) * (rest / bucket.count);
    }
    rest -= bucket.count;
  }
  return max;
}

/** What the numbers of one handler say; undefined when nothing was counted. */
export function summary(numbers: Float64Array): Latency | undefined {
  const [sum = 0, min = 0, max = 0, ...buckets] = numbers;
  const count = buckets.reduce((total, inBucket) => total + inBucket);
  if (count === 0) return undefined;
  const histogram: Latency['histogram'] = [];
  buckets.forEach((inBucket, i) => {
    const to = startOf(Math.max(2, i + 1));
    if (inBucket > 0) histogram.push({ from: startOf(i), to, count: inBucket });
  });
  const latency = { count, min, mean: sum / count, p50: 0, p90: 0, p99: 0, max, histogram };
  latency.p50 = quantile(latency, 0.5);
  latency.p90 = quantile(latency, 0.9);
  latency.p99 = quantile(latency, 0.99);
  return latency;
}
