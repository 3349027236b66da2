import type { Latency, SessionStats } from '../types.js';
import { add, clear, LATENCY_WIDTH, record, summary } from './latency.js';
import { handlerNames } from './optable.js';

/**
 * Counters of a session in memory that all its threads share: each worker thread writes numbers of
 * its own, and whoever wants to know adds them up, also while a worker is too busy to answer.
 */

/** Of all workers together: tasks that exist, and the most that have. */
const NOW = 0;
const PEAK = 1;
/** How requests come: which of `transports`. */
const TRANSPORT = 2;
const HEADER_WORDS = 4;
const HEADER_BYTES = HEADER_WORDS * Int32Array.BYTES_PER_ELEMENT;
const transports = ['read', 'uring'] as const;

/** Of one worker. */
const WAITING = 0;
const ERRORS = 1;
const READ = 2;
const WRITTEN = 3;
const COUNTERS = 4;
/** Of one handler: how many requests, and then their times. */
const LATENCY = 1;
const COUNTER_WIDTH = LATENCY + LATENCY_WIDTH;
const WIDTH = COUNTERS + handlerNames.length * COUNTER_WIDTH;

export function newStatistics(workers: number): SharedArrayBuffer {
  const { BYTES_PER_ELEMENT } = Float64Array;
  const memory = new SharedArrayBuffer(HEADER_BYTES + workers * WIDTH * BYTES_PER_ELEMENT);
  const all = new Float64Array(memory, HEADER_BYTES);
  for (const handler of handlerNames) {
    for (let at = counterOf(handler); at < all.length; at += WIDTH) clear(all, at + LATENCY);
  }
  return memory;
}

/** Where a handler's requests are counted; dispatch looks it up once. */
export function counterOf(handler: string): number {
  return COUNTERS + handlerNames.indexOf(handler as (typeof handlerNames)[number]) * COUNTER_WIDTH;
}

/** One worker's side. */
export class Counters {
  readonly #shared: Int32Array;
  readonly #own: Float64Array;

  constructor(memory: SharedArrayBuffer = newStatistics(1), worker = 0) {
    const start = HEADER_BYTES + worker * WIDTH * Float64Array.BYTES_PER_ELEMENT;
    this.#shared = new Int32Array(memory, 0, HEADER_WORDS);
    this.#own = new Float64Array(memory, start, WIDTH);
  }

  taskStarted(): void {
    const now = Atomics.add(this.#shared, NOW, 1) + 1;
    let peak = Atomics.load(this.#shared, PEAK);
    while (peak < now) peak = Atomics.compareExchange(this.#shared, PEAK, peak, now);
  }

  tasksEnded(count: number): void {
    Atomics.sub(this.#shared, NOW, count);
  }

  set transport(name: SessionStats['transport']) {
    Atomics.store(this.#shared, TRANSPORT, transports.indexOf(name));
  }

  set waiting(count: number) {
    this.#own[WAITING] = count;
  }

  /** @param counter of the request's handler. */
  countRequest(counter: number): void {
    (this.#own[counter] as number)++;
  }

  /**
   * @param counter of the request's handler.
   * @param microseconds that its answer took.
   */
  countLatency(counter: number, microseconds: number): void {
    record(this.#own, counter + LATENCY, microseconds);
  }

  countError(): void {
    (this.#own[ERRORS] as number)++;
  }

  countBytes(read: number, written: number): void {
    (this.#own[READ] as number) += read;
    (this.#own[WRITTEN] as number) += written;
  }
}

/** The times of one handler, in all workers. */
function latency(all: Float64Array, handler: string): Latency | undefined {
  const total = new Float64Array(LATENCY_WIDTH);
  clear(total, 0);
  for (let at = counterOf(handler) + LATENCY; at < all.length; at += WIDTH) {
    add(total, all.subarray(at, at + LATENCY_WIDTH));
  }
  return summary(total);
}

/** What all workers together have counted. */
export function readStatistics(memory: SharedArrayBuffer): SessionStats {
  const shared = new Int32Array(memory, 0, HEADER_WORDS);
  const all = new Float64Array(memory, HEADER_BYTES);
  const sum = (field: number) => {
    let total = 0;
    for (let at = field; at < all.length; at += WIDTH) total += all[at] as number;
    return total;
  };
  const requests: Record<string, number> = {};
  const latencies: Record<string, Latency> = {};
  for (const handler of handlerNames) {
    const count = sum(counterOf(handler));
    if (count > 0) requests[handler] = count;
    const times = latency(all, handler);
    if (times !== undefined) latencies[handler] = times;
  }
  return {
    workers: all.length / WIDTH,
    transport: transports[Atomics.load(shared, TRANSPORT)] ?? 'read',
    tasks: {
      now: Atomics.load(shared, NOW),
      peak: Atomics.load(shared, PEAK),
      waiting: sum(WAITING),
    },
    requests,
    latency: latencies,
    errors: sum(ERRORS),
    bytes: { read: sum(READ), written: sum(WRITTEN) },
  };
}
