/** Which replies wait for those of further requests that have been read, and until when. */
import { strict as assert } from 'node:assert';
import { Operations } from '#dist/operations.js';
import { inodeNotice } from '#dist/session/notice.js';
import { opTable } from '#dist/session/optable.js';
import { until } from '../helpers/deadline.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { CASES, type Case, INODE } from './cases.js';
import { Kernel } from './kernel.js';
import { opcodes } from './wire.js';

/** Requests that the socket takes at a time, and how often: it is found out by then. */
const CROWD = 100;
const CROWDS = 4;
/** A reply that another thread has sent meanwhile looks like one that was not held. */
const TRIES = 10;
const HEAD = { nodeid: INODE };

const test = suite('replies of a burst');

/** A kernel whose requests are read in bursts, and what `probe` calls as the last of one. */
async function crowded(scope: Scope, handlers: object, probe: 'access' | 'statfs' = 'access') {
  const found: boolean[] = [];
  let look = () => true;
  const probing = { [probe]: () => found.push(look()) > 0 && CASES[probe]?.result };
  const kernel = new Kernel(scope, Object.assign(new Operations(), handlers, probing));
  await kernel.init();
  const { body } = CASES[probe] as Case;
  const ask = () => kernel.send(opcodes[probe.toUpperCase()] as number, body, HEAD);
  for (let crowd = 0; crowd < CROWDS; crowd++) {
    const sent = Array.from({ length: CROWD }, ask);
    await kernel.answer(sent.at(-1) as bigint);
  }
  /** Sends a request and the probe in one burst: whether its answer was there at the probe. */
  const isThere = async ({ opcode, body }: Case): Promise<boolean> => {
    const unique = kernel.send(opcodes[opcode] as number, body, HEAD);
    look = () => kernel.answersTo(unique).length > 0;
    await kernel.answer(ask());
    assert.equal(kernel.answersTo(unique).length, 1);
    return found.at(-1) as boolean;
  };
  return { kernel, isThere };
}

for (const [operation, one] of Object.entries(CASES)) {
  const row = opTable[operation];
  if (one.unanswered || row === undefined) continue;
  const isHeld = row.undo === undefined;
  const what = isHeld ? 'is held' : 'is sent at once, as it may have to be undone';
  test(`to ${operation} ${what}`, async (scope) => {
    const handler = (...args: never[]) => (one.run ? one.run(...args) : one.result);
    const probe = operation === 'access' ? 'statfs' : 'access';
    const { isThere } = await crowded(scope, { [row.handler]: handler }, probe);
    const seen: boolean[] = [];
    for (let i = 0; i < TRIES && (!isHeld || seen.at(-1) !== false); i++) {
      seen.push(await isThere(one));
    }
    assert.equal(seen.at(-1), !isHeld);
    if (!isHeld) assert.deepEqual(new Set(seen), new Set([true]));
  });
}

test('go before a notification that comes after them', async (scope) => {
  const { getattr, getxattr } = CASES as Record<'getattr' | 'getxattr', Case>;
  let first = 0n;
  const wasThere: boolean[] = [];
  const handlers = {
    getattr: () => getattr.result,
    getxattr: () => {
      kernel.server.notifier.deliver(inodeNotice(INODE, true, 0)).catch(() => {});
      wasThere.push(kernel.answersTo(first).length > 0);
      return getxattr.result;
    },
  };
  const { kernel } = await crowded(scope, handlers);
  for (let i = 0; i < TRIES; i++) {
    first = kernel.send(opcodes.GETATTR as number, getattr.body, HEAD);
    await kernel.ask(opcodes.GETXATTR as number, getxattr.body, HEAD);
  }
  assert.deepEqual(new Set(wasThere), new Set([true]));
});

test('that can not be sent are told', async (scope) => {
  const { getattr, getxattr } = CASES as Record<'getattr' | 'getxattr', Case>;
  const handlers = {
    getattr: () => getattr.result,
    getxattr: () => {
      kernel.hangUp();
      return getxattr.result;
    },
  };
  const { kernel } = await crowded(scope, handlers);
  kernel.send(opcodes.GETATTR as number, getattr.body, HEAD);
  kernel.send(opcodes.GETXATTR as number, getxattr.body, HEAD);
  const told = 'a reply sent later: the kernel refused the answer';
  await until(() => kernel.lines.some((line) => line.startsWith(told)), 2000, 'a line in the log');
});
