/** A thread that holds a filesystem and offers it through Comlink. */
import { parentPort, workerData } from 'node:worker_threads';
import * as Comlink from 'comlink';
import { endpointOf } from '../../soak/endpoint.js';

if (parentPort === null) throw new Error('this is no thread');
const { default: Filesystem } = await import(workerData);
Comlink.expose(new Filesystem(), endpointOf(parentPort));
