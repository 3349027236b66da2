/** A thread that holds a filesystem and offers it over its port, for placement `remote`. */
import { parentPort, workerData } from 'node:worker_threads';
import * as Comlink from 'comlink';
import { endpointOf } from './endpoint.js';
import { instanceOf } from './filesystems.js';

if (parentPort === null) throw new Error('this is no thread of the soak');
const { url, data } = workerData as { url: string; data: unknown };
Comlink.expose(await instanceOf(url, data), endpointOf(parentPort));
