import * as fs from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from 'wasmfuse';
import { FIRST_DIRECTORY } from '../fixtures/noticing.js';
import { deadline } from '../helpers/deadline.js';
import { readyToUnmount } from '../helpers/mount.js';
import { Noticing } from '../helpers/noticing.js';
import { type Placement, placements } from '../helpers/placement.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const PARENT = FIRST_DIRECTORY + 1n;
/** With as many calls in each, 1,000 notifications race an end of each kind. */
const ROUNDS = 5;
const CALLS = 200;

type End = () => Promise<unknown>;

/** Gets ready for an end, and returns it. */
const ends: Record<string, (scope: Scope, noticing: Noticing) => End> = {
  umount: (scope, { dir, main }) => {
    const unmount = readyToUnmount(scope, dir);
    return () => unmount().then(() => main);
  },
  'umount -l': (scope, { dir, main }) => {
    const unmount = readyToUnmount(scope, dir, { lazy: true });
    return () => unmount().then(() => main);
  },
  'close()': (_scope, noticing) => () => noticing.session.close(),
  'terminate()': (_scope, noticing) => () => {
    noticing.session.terminate();
    return noticing.main;
  },
};

/** One of each call after the other; how it ends does not matter, only that it does. */
function call(session: Session, i: number): Promise<unknown> {
  const name = `f${100 + (i % 10)}`;
  const inode = BigInt(100 + (i % 10));
  const make = [
    () => session.invalidateEntry(PARENT, name),
    () => session.invalidateInode(inode),
    async () => session.invalidateEntryAsync(PARENT, name, 0n, true),
    () => session.notifyStore(inode, 0, Buffer.alloc(4096)),
    () => session.retrieve(inode, 0, 4096),
    () => session.expireEntry(PARENT, name),
    () => session.invalidateEntry(PARENT, name, inode),
  ];
  return (make[i % make.length] as () => Promise<unknown>)().catch(() => {});
}

async function race({ dir, session }: Noticing, end: End, round: number): Promise<void> {
  const path = `${dir}/d${PARENT}`;
  const names = Array.from({ length: 10 }, (_, i) => `${path}/f${100 + i}`);
  await Promise.all(names.map((name) => fs.readFile(name)));
  const calls: Promise<unknown>[] = [];
  const callers: Promise<unknown>[] = [];
  const flood = async () => {
    for (let i = 0; i < CALLS; i++) {
      calls.push(call(session, i));
      if (i % 10 === 0) callers.push(fs.readFile(names[i % 10] as string).catch(() => {}));
      if (i % 5 === 0) await sleep(0);
    }
  };
  const flooding = flood();
  // A little later each time.
  await sleep(round);
  const ended = end();
  await flooding;
  await deadline(ended, 5000, 'the end');
  await deadline(Promise.all(calls), 5000, 'calls');
  await session.close();
  await deadline(Promise.all(callers), 5000, 'callers');
}

const arrangements: (readonly [Placement, number, string])[] = [
  ...placements.map(([placement, where]) => [placement, 1, where] as const),
  ['module', 3, 'three workers'],
];

for (const [placement, workers, where] of arrangements) {
  const test = suite(`notifications to ${where}`);
  for (const [name, ready] of Object.entries(ends)) {
    const body = async (scope: Scope) => {
      for (let round = 0; round < ROUNDS; round++) {
        const noticing = await Noticing.mount(scope, { placement, workers });
        await race(noticing, ready(scope, noticing), round);
      }
    };
    test(`race ${name} without a crash or a hang`, body, { timeout: 40_000 });
  }
}
