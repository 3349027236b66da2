/** Handlers that keep the thread: nothing has to wait for more of them than for a few. */
import { strict as assert } from 'node:assert';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { mount } from 'wasmfuse';
import { BLOCK_MS, type BurstsData } from '../fixtures/bursts.js';
import { deadline } from '../helpers/deadline.js';
import { Gate } from '../helpers/gate.js';
import { mountpointOf } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/bursts.js', import.meta.url);
const CLIENTS = 20;
const SLOW_MS = 3;
/** Too little to be taken for slow. */
const QUICK_MS = 0.3;
const MESSAGES = 25;
/** Of the times that messages take; requests counted in place of time made it some 80 ms. */
const MEDIAN_MS = 30;
const PROMPT_MS = 700;

const test = suite('handlers that keep the thread');

async function served(scope: Scope, given: BurstsData = {}) {
  const dir = mountpointOf(scope);
  const session = await mount(MODULE, dir, undefined, { data: given });
  scope.after(() => session.close());
  session.main().catch(() => {});
  await session.remote;
  const remote = session.remote as unknown as { later(ms: number): Promise<void> };
  const opened = async (name: string) => {
    const file = await open(`${dir}/${name}`, 'r');
    scope.after(() => file.close().catch(() => {}));
    return file;
  };
  return { remote, opened };
}

const read = (file: FileHandle) => file.read(Buffer.alloc(4096), 0, 4096, 0);

async function checkMessages(scope: Scope, ms: number): Promise<void> {
  const { remote, opened } = await served(scope, { ms });
  const file = await opened('data');
  let isOver = false;
  const client = async () => {
    while (!isOver) await read(file);
  };
  const loaded = Promise.all(Array.from({ length: CLIENTS }, client));
  const times: number[] = [];
  for (let i = 0; i < MESSAGES; i++) {
    await sleep(SLOW_MS * 5);
    const start = performance.now();
    await deadline(remote.later(0), 5000, 'a message');
    times.push(performance.now() - start);
  }
  isOver = true;
  await loaded;
  const median = times.sort((a, b) => a - b)[MESSAGES >> 1] as number;
  assert.ok(median < MEDIAN_MS, `${times.map(Math.round)} ms`);
}

for (const ms of [SLOW_MS, QUICK_MS]) {
  test(`for ${ms} ms do not keep messages waiting, with ${CLIENTS} clients`, (scope) =>
    checkMessages(scope, ms));
}

test('hold up no answer that was ready, where there has been one before', async (scope) => {
  const gate = new Gate(scope);
  const { opened } = await served(scope, { gate: gate.memory });
  const files = await Promise.all(['held', 'data', 'block'].map(opened));
  let start = 0;
  const timed = async (file: FileHandle) => {
    await read(file);
    return performance.now() - start;
  };
  const outcomes: Promise<number>[] = [];
  for (const file of files) {
    outcomes.push(timed(file));
    if (outcomes.length === 1) await gate.holds(1);
    await sleep(30);
  }
  start = performance.now();
  gate.open();
  const [held = 0, ready = 0, blocked = 0] = await deadline(
    Promise.all(outcomes),
    2 * BLOCK_MS,
    'answers',
  );
  assert.ok(held < PROMPT_MS && ready < PROMPT_MS, `${held} ms, ${ready} ms`);
  assert.ok(blocked >= BLOCK_MS - 1, `${blocked} ms`);
});
