import type { MessagePort, Worker } from 'node:worker_threads';
import type { Endpoint } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

/** Node's worker or port as Comlink wants it: their types disagree on what can be transferred. */
export function endpointOf(end: Worker | MessagePort): Endpoint {
  return nodeEndpoint(end as unknown as Parameters<typeof nodeEndpoint>[0]);
}
