import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

/** See trim.c. */
const trim = createRequire(import.meta.url)('../trim.node') as () => void;

/** Memory of this process at rest, in MiB. */
export interface Memory {
  /** Before the C library has given back what it keeps of freed memory. */
  readonly untrimmed: number;
  readonly rss: number;
  /** Of it, what is no file's. */
  readonly anonymous: number;
  readonly heap: number;
  readonly external: number;
}

const COLLECTIONS = 4;
const MIB = 1 << 20;

/** Collects garbage and what is free, then measures. Needs node --expose-gc. */
export async function measureMemory(): Promise<Memory> {
  if (globalThis.gc === undefined) throw new Error('start node with --expose-gc');
  for (let i = 0; i < COLLECTIONS; i++) {
    globalThis.gc();
    // What waits for its finalizer gets it.
    await sleep(20);
  }
  const untrimmed = process.memoryUsage().rss / MIB;
  trim();
  const { rss, heapUsed, external } = process.memoryUsage();
  const status = readFileSync('/proc/self/status', 'utf8');
  const anonymous = Number(/^RssAnon:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  return { untrimmed, rss: rss / MIB, anonymous, heap: heapUsed / MIB, external: external / MIB };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** How much RSS changes from the first third of the samples to the last: 0.01 is 1 % more. */
export function growth(samples: readonly Memory[]): number {
  const third = Math.ceil(samples.length / 3);
  const rss = samples.map((sample) => sample.rss);
  return median(rss.slice(-third)) / median(rss.slice(0, third)) - 1;
}
