/** A worker thread that exposes a module's filesystem by plain Comlink; see {@link exposed}. */
import { type MessagePort, workerData } from 'node:worker_threads';
import * as Comlink from 'comlink';
import { build } from './build.js';

export interface ExposerData {
  module: string;
  data: unknown;
  port: MessagePort;
}

const { module, data, port } = workerData as ExposerData;
Comlink.expose(await build(module, data), port as unknown as Comlink.Endpoint);
