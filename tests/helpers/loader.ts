/** Loads Comlink as a thread of ours does; see the test of copies. */
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { loadCopies } from '#dist/copies.js';

export type LoaderData = 'die' | { turns: number };

if (workerData === 'die') {
  void loadCopies();
  process.exit();
}

// A user's code imports it at the same time.
const importing = import('comlink/dist/esm/comlink.mjs');
for (let i = 0; i < workerData.turns; i++) await setImmediate();
const { all } = await loadCopies();
const { transferHandlers } = await importing;
parentPort?.postMessage(all.some((copy) => copy.transferHandlers === transferHandlers));
