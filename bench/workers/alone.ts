/** The same work in plain threads: how much faster this machine is with two at a time. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const THREAD = new URL('thread.js', import.meta.url);

/** Microseconds a hash, with `threads` of them computing `count` together. */
export async function alone(threads: number, count: number): Promise<number> {
  const workers = Array.from({ length: threads }, () => new Worker(THREAD));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const start = performance.now();
  for (const worker of workers) worker.postMessage(count / threads);
  await Promise.all(workers.map((worker) => once(worker, 'exit')));
  return ((performance.now() - start) * 1000) / count;
}
