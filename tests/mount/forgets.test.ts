/** What the kernel forgets is told, also while it asks and the event loop has work. */
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { mount } from 'wasmfuse';
import { NAMES } from '../fixtures/forgets.js';
import { until } from '../helpers/deadline.js';
import { dropCaches } from '../helpers/dropcaches.js';
import { mountpointOf } from '../helpers/mount.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/forgets.js', import.meta.url);
const ROUNDS = 40;
const CLIENTS = 4;
const END_MS = 3000;

const test = suite('forgets');

test('come while there are requests and messages, each of them', async (scope) => {
  const dir = mountpointOf(scope);
  const session = await mount(MODULE, dir);
  scope.after(() => session.close());
  session.main().catch(() => {});
  const remote = (await session.remote) as unknown as { counts(): Promise<[bigint, bigint]> };
  const look = async (client: number) => {
    const [first, last] = [client * (NAMES / CLIENTS), (client + 1) * (NAMES / CLIENTS) - 1];
    await sh(`for i in $(seq ${first} ${last}); do [ -e ${dir}/$i ]; done`);
  };
  for (let round = 0; round < ROUNDS; round++) {
    let isOver = false;
    const looks = Promise.all(Array.from({ length: CLIENTS }, (_, i) => look(i)));
    const ended = looks.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      dropCaches(scope);
      void remote.counts();
      await sleep(1);
    }
    await ended;
    const areForgotten = async () => {
      dropCaches(scope);
      const [lookups, forgotten] = await remote.counts();
      assert.ok(forgotten <= lookups);
      return forgotten === lookups;
    };
    await until(areForgotten, END_MS, `forgets of round ${round}`);
  }
});
