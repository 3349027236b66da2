/** Computes as many hashes as it is told, then ends. */
import { parentPort } from 'node:worker_threads';
import { compute } from './hashing.js';

parentPort?.once('message', (count: number) => {
  for (let i = 0; i < count; i++) compute();
});
parentPort?.postMessage('ready');
