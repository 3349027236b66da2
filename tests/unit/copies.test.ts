import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import * as ComlinkModule from 'comlink/dist/esm/comlink.mjs';
import { loadCopies } from '#dist/copies.js';
import type { LoaderData } from '../helpers/loader.js';
import { suite } from '../helpers/suite.js';

const LOADER = new URL('../helpers/loader.js', import.meta.url);
const TURNS = 8;
const ROUNDS = 6;

const load = (workerData: LoaderData) => new Worker(LOADER, { workerData });

const test = suite('copies of Comlink');

test('are those that users import', async () => {
  const { own, all } = await loadCopies();
  assert.equal(own.transferHandlers, Comlink.transferHandlers);
  const lists = new Set(all.map(({ transferHandlers }) => transferHandlers));
  assert.deepEqual(lists, new Set([Comlink.transferHandlers, ComlinkModule.transferHandlers]));
});

test('are loaded while a user imports one', async () => {
  const loaders = Array.from({ length: TURNS }, async (_, turns) => {
    const worker = load({ dies: false, turns });
    const [[isFound]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    return isFound;
  });
  assert.deepEqual(await Promise.all(loaders), Array(TURNS).fill(true));
});

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // That of the folder itself.
      return [];
    }
  });
}

if (process.features.require_module) {
  test('leave no file open when their thread ends meanwhile', async () => {
    for (let i = 0; i < ROUNDS * TURNS; i++) {
      await once(load({ dies: true, turns: i % TURNS }), 'exit');
    }
    const left = openFiles().filter((file) => file.includes('comlink'));
    assert.deepEqual(left, []);
  });
}
