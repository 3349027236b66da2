import { MessageChannel, Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import type { Operations } from 'wasmfuse';
import type { ExposerData } from './exposer.js';
import type { Scope } from './scope.js';

/** A Comlink remote, and the thread of what it stands for. */
export interface Exposed {
  remote: Comlink.Remote<Operations>;
  worker: Worker;
}

/** Builds the default export of a module in a thread of its own, which exposes it. */
export function exposed(module: URL, data?: unknown): Exposed {
  const { port1, port2 } = new MessageChannel();
  const workerData: ExposerData = { module: module.href, data, port: port2 };
  const url = new URL('exposer.js', import.meta.url);
  const worker = new Worker(url, { workerData, transferList: [port2] });
  return { remote: Comlink.wrap(port1 as unknown as Comlink.Endpoint), worker };
}

/** What a user's code exposes, without another thread: it is reached in the same way. */
export function exposedHere(scope: Scope, object: object): Comlink.Remote<Operations> {
  const { port1, port2 } = new MessageChannel();
  scope.after(() => port1.close());
  Comlink.expose(object, port2 as unknown as Comlink.Endpoint);
  return Comlink.wrap(port1 as unknown as Comlink.Endpoint);
}
