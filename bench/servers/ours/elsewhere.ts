import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import type { Filesystem, Operations } from 'wasmfuse';
import { endpointOf } from '../../soak/endpoint.js';

const THREAD = new URL('thread.js', import.meta.url);

/** A filesystem in a thread of its own, and what ends the thread. */
export async function handlersIn(
  module: URL,
): Promise<{ handlers: Filesystem; end(): Promise<unknown> }> {
  const worker = new Worker(THREAD, { workerData: module.href });
  const handlers = Comlink.wrap<Operations>(endpointOf(worker));
  return { handlers: handlers as Filesystem, end: () => worker.terminate() };
}
