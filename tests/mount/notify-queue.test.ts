import { strict as assert } from 'node:assert';
import * as fs from 'node:fs/promises';
import type { Session } from 'wasmfuse';
import { memoryOfThread } from '../fixtures/memory.js';
import { FIRST_DIRECTORY } from '../fixtures/noticing.js';
import { deadline } from '../helpers/deadline.js';
import { Noticing } from '../helpers/noticing.js';
import { type Placement, placements } from '../helpers/placement.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { startSyscall } from '../helpers/syscall.js';

const HELD = FIRST_DIRECTORY + 1n;
const OTHER = FIRST_DIRECTORY + 2n;
const MANY = 200_000;
/** In each name's entry, at most. */
const BYTES = 200;

/** Bytes that this thread and that of the filesystem hold, garbage aside. */
async function memory({ remote }: Session): Promise<number> {
  const theirs = await remote.operations.memory?.();
  return memoryOfThread() + Number(theirs);
}

/** A mount in which a lookup in one directory is held, and behind it the first of the queue. */
async function blocked(scope: Scope, placement: Placement) {
  const noticing = await Noticing.mount(scope, { placement });
  const { dir, session } = noticing;
  await fs.stat(`${dir}/d${HELD}/f7`);
  await fs.stat(`${dir}/d${OTHER}/f9`);
  const { outcome } = await noticing.hold({ op: 'lookup', args0: String(HELD), args1: 'f5' }, () =>
    fs.stat(`${dir}/d${HELD}/f5`),
  );
  session.invalidateEntryAsync(HELD, 'f7');
  return { noticing, session, dir, outcome };
}

async function awaitedCallsSettle(session: Session): Promise<void> {
  const calls = [session.invalidateInode(9n), session.invalidateEntry(OTHER, 'f9')];
  await deadline(Promise.all(calls), 1000, 'calls about another inode');
}

for (const [placement, where] of placements) {
  const test = suite(`the queue of ${where}`);

  test(
    'takes 200,000 names behind one that is held',
    async (scope) => {
      const { noticing, session, dir, outcome } = await blocked(scope, placement);
      const before = await memory(session);
      const start = performance.now();
      for (let i = 1; i < MANY; i++) session.invalidateEntryAsync(OTHER, `name-${i}`, 0n, true);
      const queued = performance.now() - start;
      // Those for another thread are on their way still.
      await awaitedCallsSettle(session);
      const bytes = ((await memory(session)) - before) / MANY;
      assert.ok(bytes < BYTES, `${bytes} bytes a name`);
      assert.ok(queued < 5000, `${queued} ms to queue`);
      await fs.stat(`${dir}/d${OTHER}/f9`);
      session.invalidateEntryAsync(OTHER, 'f9');
      noticing.letGo();
      await outcome;
      const lookups = () => noticing.count('lookup', OTHER, 'f9');
      const lookedUp = lookups();
      const isLastGone = async () => {
        await fs.stat(`${dir}/d${OTHER}/f9`);
        return lookups() > lookedUp;
      };
      await noticing.becomes(isLastGone, 'the end of the last name', 20_000);
      console.log(
        `      ${where}: ${bytes.toFixed(0)} bytes a name, queued in ${queued.toFixed(0)} ms, ` +
          `drained in ${(performance.now() - start - queued).toFixed(0)} ms`,
      );
    },
    { timeout: 40_000 },
  );
}

const test = suite('the queue');

test('is delivered in the order of the calls', async (scope) => {
  const { noticing, session, dir, outcome } = await blocked(scope, 'module');
  const COUNT = 200;
  const watch = await startSyscall(scope, 'watch', `${dir}/d${OTHER}/f100`, COUNT);
  assert.equal(await watch.line(), 'watching');
  const order = Array.from({ length: COUNT }, (_, i) => (i * 77) % COUNT);
  for (const i of order) session.invalidateEntryAsync(OTHER, `f100${i}`, BigInt(`100${i}`));
  noticing.letGo();
  await outcome;
  const heard: number[] = [];
  while (heard.length < COUNT) {
    const [index, event] = ((await watch.line()) ?? '').split(' ');
    if (event === 'IN_DELETE_SELF') heard.push(Number(index));
  }
  assert.deepEqual(heard, order);
});

test('does not hold awaited calls of the same directory in front of it up', async (scope) => {
  const { noticing, session, outcome } = await blocked(scope, 'module');
  // Of the directory that is locked, so it must wait; what is queued behind it must not matter.
  const awaited = session.invalidateEntry(HELD, 'f7');
  await awaitedCallsSettle(session);
  noticing.letGo();
  await outcome;
  await deadline(
    awaited.catch(() => {}),
    1000,
    'the awaited call',
  );
});

test('logs failures with parent and name, but for those that it shall ignore', async (scope) => {
  const lines = await logged(scope, async (session) => {
    session.invalidateEntryAsync(77n, 'unknown "parent"');
    session.invalidateEntryAsync(1n, 'unknown', 0n, true);
    session.invalidateEntryAsync(1n, 'f5', 6n);
    session.invalidateEntryAsync(1n, 'f5', 6n, true);
    session.invalidateEntryAsync(1n, `d${HELD}`, HELD, true);
  });
  assert.match(lines, /ENOENT.*parent 77n, "unknown \\"parent\\""/);
  assert.match(lines, /ENOENT.*parent 1n, "f5"/);
  assert.match(lines, /ENOTEMPTY.*parent 1n, "d1000001"/);
  assert.equal(lines.trimEnd().split('\n').length, 3, lines);
});

/** What is written to the standard error meanwhile. */
async function logged(scope: Scope, act: (session: Session) => Promise<void>): Promise<string> {
  const noticing = await Noticing.mount(scope, { placement: 'instance' });
  await fs.stat(`${noticing.dir}/f5`);
  const file = await fs.open(`${noticing.dir}/d${HELD}/f7`);
  scope.after(() => file.close());
  const { write } = process.stderr;
  let text = '';
  process.stderr.write = (chunk: string | Uint8Array) => {
    text += chunk;
    return true;
  };
  try {
    await act(noticing.session);
    await noticing.becomes(async () => text.includes('d1000001'), 'the last line');
  } finally {
    process.stderr.write = write;
  }
  return text;
}
