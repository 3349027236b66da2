/** Loads Comlink as a thread of ours does; see the test of copies. */
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { loadCopies } from '#dist/copies.js';

export interface LoaderData {
  /** Ends the thread meanwhile; otherwise, a user's code imports Comlink at the same time. */
  dies: boolean;
  /** Of the event loop, until then. */
  turns: number;
}

const { dies, turns }: LoaderData = workerData;
if (dies) void loadCopies();
const importing = dies ? undefined : import('comlink/dist/esm/comlink.mjs');
for (let i = 0; i < turns; i++) await setImmediate();
if (importing === undefined) process.exit();
const { all } = await loadCopies();
const { transferHandlers } = await importing;
parentPort?.postMessage(all.some((copy) => copy.transferHandlers === transferHandlers));
