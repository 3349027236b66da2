/** Requests that wait together are read together, and their replies may be sent together. */
import { strict as assert } from 'node:assert';
import { readdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { mount, type Session } from 'wasmfuse';
import { BLOCK_MS, type BurstsData, SIZE } from '../fixtures/bursts.js';
import { bytesAt } from '../fixtures/pattern.js';
import { deadline, until } from '../helpers/deadline.js';
import { Gate } from '../helpers/gate.js';
import { mountModule, mountpointOf } from '../helpers/mount.js';
import { random } from '../helpers/random.js';
import type { Scope } from '../helpers/scope.js';
import { wakeUps } from '../helpers/sleeps.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/bursts.js', import.meta.url);
const CLIENTS = 12;
/** Few enough that what they have asked for and what a test asks for fit into one burst. */
const FEW_CLIENTS = 4;
/** More tasks than requests have when each is answered before the next one is read. */
const MANY_TASKS = 4;
const SOON_MS = 2000;
/** What an answer that is ready may take, on a busy machine; much less than BLOCK_MS. */
const PROMPT_MS = 500;

const test = suite('bursts');

async function read(file: FileHandle, offset = 0, length = 4096): Promise<number> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
  assert.ok(buffer.equals(bytesAt(offset, length)), `${length} bytes at ${offset}`);
  return bytesRead;
}

/** Clients that read at once until `isEnough`, and how often they have. */
async function load(file: FileHandle, isEnough: () => boolean, clients = CLIENTS): Promise<number> {
  const end = performance.now() + 5000;
  let count = 0;
  const client = async () => {
    while (!isEnough()) {
      assert.ok(performance.now() < end, 'it is never enough');
      await read(file, (count++ * 4096) % SIZE);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return count;
}

type Served = Awaited<ReturnType<typeof served>>;

async function served(scope: Scope) {
  const dir = mountpointOf(scope);
  const gate = new Gate(scope);
  const data: BurstsData = { gate: gate.memory };
  const session = await mount(MODULE, dir, undefined, { data });
  scope.after(() => session.close());
  const running = session.main();
  running.catch(() => {});
  await session.remote;
  const remote = session.remote as unknown as { later(ms: number): Promise<void> };
  const opened = async (name: string) => {
    const file = await open(`${dir}/${name}`, 'r+');
    scope.after(() => file.close().catch(() => {}));
    return file;
  };
  const file = await opened('data');
  const isReadingAhead = () => session.stats().tasks.peak > MANY_TASKS;
  return { session, running, remote, opened, file, gate, isReadingAhead };
}

/** Reads whose time is known. */
function timed(session: Session): number {
  const counts = session.stats().latency.read?.histogram.map(({ count }) => count) ?? [];
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Requests that are processed, or read ahead. */
function inHand(session: Session): number {
  const { now, waiting } = session.stats().tasks;
  return now - waiting;
}

/** Blocks the thread while it reads in bursts, this read among them, until the gate opens. */
async function hold({ session, file, gate }: Served, held: FileHandle): Promise<void> {
  let isOver = false;
  const loaded = load(file, () => isOver, FEW_CLIENTS);
  loaded.catch(() => {});
  const end = performance.now() + 5000;
  for (let count = 1; ; count++) {
    gate.shut();
    const reading = read(held);
    reading.catch(() => {});
    await gate.holds(count);
    isOver = inHand(session) > 1;
    if (isOver) return;
    assert.ok(performance.now() < end, 'nothing is read in a burst');
    gate.open();
    await reading;
  }
}

/**
 * Reads of these files, which wait in this order when the thread gets to them: what became of each,
 * in ms from then on or as an error.
 */
async function burst(scope: Scope, names: readonly string[]) {
  const all = await served(scope);
  const files = new Map<string, FileHandle>();
  for (const name of [...names, 'held']) files.set(name, await all.opened(name));
  await hold(all, files.get('held') as FileHandle);
  let start = 0;
  const outcomes = names.map(async (name, i) => {
    await sleep(i * 10);
    try {
      await read(files.get(name) as FileHandle, i * 4096);
      return performance.now() - start;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
  });
  await sleep(names.length * 10 + 30);
  start = performance.now();
  all.gate.open();
  return { ...all, outcomes, start: () => start };
}

function assertPrompt(times: readonly unknown[]): void {
  for (const time of times) {
    assert.ok(typeof time === 'number' && time < PROMPT_MS, `${times} ms`);
  }
}

test('give every reader its own bytes, each request once', async (scope) => {
  const { session, file, isReadingAhead } = await served(scope);
  const next = random(1);
  const before = await load(file, isReadingAhead);
  const sizes = [1, 511, 4096, 5000, 65_536, 131_072];
  const client = async () => {
    for (let i = 0; i < 200; i++) {
      const size = sizes[next(sizes.length)] as number;
      assert.equal(await read(file, next(SIZE - size), size), size);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const { requests, errors } = session.stats();
  assert.equal(requests.read, before + 200 * CLIENTS);
  assert.equal(errors, 0);
  // The last one is counted once its answer has gone.
  await until(() => timed(session) === requests.read, SOON_MS, 'a time for each');
});

test('take what writers write beside readers', async (scope) => {
  const { file, isReadingAhead } = await served(scope);
  await load(file, isReadingAhead);
  const room = SIZE / CLIENTS;
  const client = async (_: unknown, number: number) => {
    const start = Math.floor(number * room);
    for (let i = 0; i < 60; i++) {
      const bytes = Buffer.alloc(1 + ((i * 977) % 40_000), number * 16 + i);
      await file.write(bytes, 0, bytes.length, start);
      const { buffer } = await file.read(Buffer.alloc(bytes.length), 0, bytes.length, start);
      assert.ok(buffer.equals(bytes), `client ${number}, write ${i}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
});

test('send what is ready while a later handler blocks the thread', async (scope) => {
  const names = ['data', 'data', 'data', 'block', 'data', 'data'];
  const { session, outcomes, start } = await burst(scope, names);
  await sleep(PROMPT_MS);
  // What comes after it has been read by now, which the blocked thread could not do.
  assert.equal(inHand(session), 3);
  assertPrompt(await deadline(Promise.all(outcomes.slice(0, 3)), PROMPT_MS, 'what is ready'));
  const blocked = (await Promise.all(outcomes.slice(3))) as number[];
  assert.ok(Math.min(...blocked) >= BLOCK_MS - 1, `${blocked} ms`);
  assert.ok(performance.now() - start() < BLOCK_MS + SOON_MS);
});

test('go on when a handler throws', async (scope) => {
  const { outcomes } = await burst(scope, ['data', 'throw', 'data', 'throw', 'data']);
  const [first, thrown, second, again, third] = await Promise.all(outcomes);
  assert.deepEqual([thrown, again], ['EIO', 'EIO']);
  assertPrompt([first, second, third]);
});

test('go on when a handler goes async', async (scope) => {
  const { outcomes } = await burst(scope, ['data', 'later', 'data', 'later', 'data']);
  assertPrompt(await Promise.all(outcomes));
});

test('are answered to the end when main() is told to end', async (scope) => {
  const names = ['data', 'end', 'data', 'data', 'later'];
  const { outcomes, running, session } = await burst(scope, names);
  assertPrompt(await deadline(Promise.all(outcomes), SOON_MS, 'all of them'));
  await deadline(running, SOON_MS, 'main()');
  // Nobody answers those who close their files.
  await session.close();
});

test('whose worker dies have had the answers that were ready', async (scope) => {
  const { outcomes, running } = await burst(scope, ['data', 'data', 'exit', 'data']);
  const [first, second, ...others] = await deadline(Promise.all(outcomes), SOON_MS, 'all of them');
  assertPrompt([first, second]);
  for (const code of others) assert.ok(code === 'ECONNABORTED' || code === 'ENOTCONN', `${code}`);
  await assert.rejects(deadline(running, SOON_MS, 'main()'));
});

test('keep neither timers nor messages waiting', async (scope) => {
  const { remote, file, isReadingAhead } = await served(scope);
  await load(file, isReadingAhead);
  let isOver = false;
  const loaded = load(file, () => isOver);
  for (let i = 0; i < 10; i++) await deadline(remote.later(10), SOON_MS, 'a timer and a message');
  isOver = true;
  await loaded;
});

test('leave no thread and no descriptor when they end', async (scope) => {
  const count = () => readdirSync('/proc/self/task').length + readdirSync('/proc/self/fd').length;
  const cycle = async () => {
    const { session, file, isReadingAhead } = await served(scope);
    await load(file, isReadingAhead);
    await file.close();
    await session.close();
  };
  // The first one starts what stays, such as Node's pool of threads.
  await cycle();
  await sleep(100);
  const before = count();
  for (let i = 0; i < 4; i++) await cycle();
  await until(() => count() <= before, SOON_MS, `no more than ${before} threads and descriptors`);
});

test('leave nothing that wakes up afterwards', async (scope) => {
  const { dir, pid } = await mountModule(scope, MODULE, { data: {} });
  const file = await open(`${dir}/data`);
  scope.after(() => file.close());
  const end = performance.now() + 500;
  await load(file, () => performance.now() > end);
  const windows = await wakeUps(pid);
  assert.equal(windows.at(-1), 0, `wake-ups a second: ${windows}`);
});
