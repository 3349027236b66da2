import { strict as assert } from 'node:assert';
import * as fs from 'node:fs/promises';
import { FIRST_DIRECTORY, inodeOf } from '../fixtures/noticing.js';
import type { Wish } from '../fixtures/wishes.js';
import { deadline } from '../helpers/deadline.js';
import { Noticing, type NoticingOptions } from '../helpers/noticing.js';
import { suite } from '../helpers/suite.js';

/** One system call on a file of its own, in a directory of its own, and the handler it reaches. */
interface Deed {
  op: string;
  /** The file comes to exist. */
  isNew?: true;
  /** Has the kernel know the file, when that is not what the deed is about. */
  isKnown?: true;
  /** The handler's first argument is the directory, and the second one the name. */
  isNamed?: true;
  prepare?(mounted: Noticing, path: string, at: At): Promise<unknown>;
  act(path: string, at: At): Promise<unknown>;
}

/** Where a deed is done. */
interface At {
  parent: bigint;
  directory: string;
  name: string;
  inode: bigint;
}

async function written(path: string, sync: boolean): Promise<void> {
  const file = await fs.open(path, 'r+');
  try {
    await file.write(Buffer.alloc(100, 'y'), 0, 100, 0);
    if (sync) await file.sync();
  } finally {
    await file.close();
  }
}

/** A name beside a file's that does not exist. */
const other = (path: string) => path.replace(/f(\d+)$/, 'new$1');

const opened = async (path: string, flags: string) => (await fs.open(path, flags)).close();

const deeds: Record<string, Deed> = {
  lookup: { op: 'lookup', isNamed: true, act: (path) => fs.stat(path) },
  revalidation: {
    op: 'lookup',
    isNamed: true,
    isKnown: true,
    prepare: (mounted, _path, { parent, name }) => mounted.session.expireEntry(parent, name),
    act: (path) => fs.stat(path),
  },
  getattr: {
    op: 'getattr',
    isKnown: true,
    prepare: (mounted, _path, { inode }) => mounted.session.invalidateInode(inode),
    act: (path) => fs.stat(path),
  },
  readdir: {
    op: 'readdir',
    isKnown: true,
    act: (path) => fs.readdir(path.slice(0, path.lastIndexOf('/'))),
  },
  create: { op: 'create', isNamed: true, isNew: true, act: (path) => opened(path, 'wx') },
  mkdir: { op: 'mkdir', isNamed: true, isNew: true, act: (path) => fs.mkdir(path) },
  symlink: {
    op: 'symlink',
    isNamed: true,
    isNew: true,
    act: (path) => fs.symlink('target', path),
  },
  unlink: { op: 'unlink', isNamed: true, isKnown: true, act: (path) => fs.unlink(path) },
  rename: {
    op: 'rename',
    isNamed: true,
    isKnown: true,
    act: (path) => fs.rename(path, other(path)),
  },
  link: { op: 'link', isKnown: true, act: (path) => fs.link(path, other(path)) },
  truncate: { op: 'setattr', isKnown: true, act: (path) => fs.truncate(path, 10) },
  chmod: { op: 'setattr', isKnown: true, act: (path) => fs.chmod(path, 0o600) },
  open: { op: 'open', isKnown: true, act: (path) => opened(path, 'r') },
  read: { op: 'read', isKnown: true, act: (path) => fs.readFile(path) },
  write: { op: 'write', isKnown: true, act: (path) => written(path, true) },
  fsync: { op: 'fsync', isKnown: true, act: (path) => written(path, true) },
  flush: { op: 'flush', isKnown: true, act: (path) => written(path, false) },
};

/** Every call, about the file or the directory of the deed. */
const calls: Record<string, (at: At) => Pick<Wish, 'call' | 'args'>> = {
  data: ({ inode }) => ({ call: 'invalidateInode', args: `${inode}n` }),
  range: ({ inode }) => ({ call: 'invalidateInode', args: `${inode}n, 0, 10` }),
  attributes: ({ inode }) => ({ call: 'invalidateInode', args: `${inode}n, true` }),
  directory: ({ parent }) => ({ call: 'invalidateInode', args: `${parent}n` }),
  entry: ({ parent, name }) => ({ call: 'invalidateEntry', args: `${parent}n, '${name}'` }),
  deletion: ({ parent, name, inode }) => ({
    call: 'invalidateEntry',
    args: `${parent}n, '${name}', ${inode}n`,
  }),
  expiry: ({ parent, name }) => ({ call: 'expireEntry', args: `${parent}n, '${name}'` }),
  queued: ({ parent, name }) => ({
    call: 'invalidateEntryAsync',
    args: `${parent}n, '${name}', 0n, true`,
  }),
  // A whole page: the kernel does not keep a part of one that it does not have.
  store: ({ inode }) => ({ call: 'notifyStore', args: `${inode}n, 0, Buffer.alloc(4096)` }),
  retrieve: ({ inode }) => ({ call: 'retrieve', args: `${inode}n, 0, 10` }),
};

const NAMES = ['entry', 'deletion', 'expiry'];

/**
 * What the kernel holds until the handler has returned: the directory is locked by what looks up,
 * lists or changes it; the file by what changes it; its pages by reading them, and by writing them
 * through. The writeback cache unlocks pages while they are written, but not for good.
 */
function heldIn(deed: string, writeback: boolean): string[] {
  const held: Record<string, string[]> = {
    lookup: NAMES,
    readdir: NAMES,
    create: NAMES,
    mkdir: NAMES,
    symlink: NAMES,
    unlink: NAMES,
    rename: NAMES,
    link: NAMES,
    truncate: ['deletion'],
    chmod: ['deletion'],
    read: ['data', 'range', 'store'],
    write: writeback ? ['data', 'range', 'deletion'] : ['data', 'range', 'deletion', 'store'],
    fsync: ['deletion'],
  };
  return held[deed] ?? [];
}

/** The kernel does not know the file before the handler has returned. */
const UNKNOWN = ['lookup', 'create', 'mkdir', 'symlink'];
const OF_FILE = ['data', 'range', 'attributes', 'store', 'retrieve'];

/** Inode 1 is the root's. */
let last = 1;

/** A directory and a file of its own for each deed, so that deeds do not meet. */
function placeOf({ isNew }: Deed): At {
  last++;
  const parent = FIRST_DIRECTORY + BigInt(last);
  const name = `${isNew ? 'new' : 'f'}${last}`;
  return { parent, directory: `d${parent}`, name, inode: inodeOf(name) };
}

async function check(mounted: Noticing, name: string, callName: string, how: Wish['how']) {
  const deed = deeds[name] as Deed;
  const at = placeOf(deed);
  const path = `${mounted.dir}/${at.directory}/${at.name}`;
  await fs.stat(`${mounted.dir}/${at.directory}`);
  if (deed.isKnown) await fs.stat(path);
  await deed.prepare?.(mounted, path, at);

  const target = deed.isNamed || deed.op === 'readdir' ? at.parent : at.inode;
  const wish: Wish = {
    ...(calls[callName] as (at: At) => Pick<Wish, 'call' | 'args'>)(at),
    op: deed.op,
    args0: String(target),
    how,
    ...(deed.isNamed && { args1: at.name }),
  };
  mounted.wish(wish);
  await deadline(deed.act(path, at), 5000, `${name} with ${callName}`);
  const { code, ms = 0 } = await mounted.noted('settled', wish);

  const what = `${name}: ${callName} ${how}: ${code} after ${Math.round(ms)} ms`;
  const writeback = mounted.writeback;
  const isHeld = heldIn(name, writeback).includes(callName);
  if (isHeld && how !== 'fire') {
    assert.equal(code, 'EDEADLK', what);
    assert.ok(ms < 1000, what);
  } else if (UNKNOWN.includes(name) && OF_FILE.includes(callName)) {
    // Not awaited, it may come after the handler, too; a directory takes no data.
    assert.ok(code === 'ENOENT' || (how === 'fire' && /^(ok|EINVAL)$/.test(code ?? '')), what);
  } else if (name === 'unlink' && how === 'fire' && OF_FILE.includes(callName)) {
    assert.ok(code === 'ok' || code === 'ENOENT', what);
  } else if (name === 'rename' && isHeld) {
    assert.equal(code, 'ENOENT', what);
  } else assert.equal(code, 'ok', what);
  if (isHeld && how === 'fire') {
    const notes = mounted
      .notes()
      .filter(({ op, args }) => op === deed.op && args[0] === wish.args0);
    const order = notes.map((note) => note.what);
    assert.ok(order.indexOf('returned') < order.indexOf('settled'), `${what}: ${order}`);
  }
  // What has gone leaves nothing to be forgotten.
  if (!isHeld || ['unlink', 'rename'].includes(name)) return;
  const subject = NAMES.includes(callName) ? 'name' : callName === 'store' ? 'store' : 'data';
  await checkDelivered(mounted, wish, subject, path, at);
}

/** That the kernel has acted, in the end: by what it asks again after the handler has returned. */
async function checkDelivered(
  mounted: Noticing,
  { op, args0, args1 }: Wish,
  what: string,
  path: string,
  at: At,
): Promise<void> {
  const isAskedAgain = (again: string, ...args: string[]) => {
    const notes = mounted.notes();
    const returned = notes.findIndex(
      (note) =>
        note.what === 'returned' &&
        note.op === op &&
        note.args[0] === args0 &&
        (args1 === undefined || note.args[1] === args1),
    );
    return notes
      .slice(returned + 1)
      .some((note) => note.op === again && args.every((arg, i) => note.args[i] === arg));
  };
  const isSo: Record<string, () => Promise<boolean>> = {
    name: async () => {
      await fs.stat(path).catch(() => {});
      return isAskedAgain('lookup', String(at.parent), at.name);
    },
    data: async () => {
      await fs.readFile(path);
      return isAskedAgain('read', String(at.inode));
    },
    store: async () => (await fs.readFile(path))[0] === 0,
  };
  await mounted.becomes(isSo[what] as () => Promise<boolean>, `${what} after ${op} of ${path}`);
}

/** All deeds with all calls, as many at a time as there are tasks. */
async function checkAll(mounted: Noticing, how: Wish['how']): Promise<void> {
  const cells = Object.keys(deeds).flatMap((deed) =>
    Object.keys(calls).map((call) => [deed, call] as const),
  );
  const AT_ONCE = 24;
  const failures: string[] = [];
  const queue = cells.values();
  const work = async () => {
    for (const [deed, call] of queue) {
      await check(mounted, deed, call, how).catch((error) => failures.push(error.message));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  assert.deepEqual(failures, []);
}

const arrangements: Record<string, NoticingOptions> = {
  'one worker': {},
  'one worker with writeback cache': { writeback: true },
  'two workers': { workers: 2 },
  'two workers with writeback cache': { workers: 2, writeback: true },
  'four workers': { workers: 4 },
  'four workers with writeback cache': { workers: 4, writeback: true },
  'the main thread': { placement: 'instance' },
  'another thread': { placement: 'remote' },
};

for (const [name, options] of Object.entries(arrangements)) {
  const test = suite(`notifications in handlers of ${name}`);

  test(
    'are delivered after the handler when not awaited',
    async (scope) => {
      await checkAll(await Noticing.mount(scope, options), 'fire');
    },
    { timeout: 30_000 },
  );

  test(
    'never hang when awaited',
    async (scope) => {
      await checkAll(await Noticing.mount(scope, options), 'await');
    },
    { timeout: 30_000 },
  );

  test(
    'never hang when awaited after something else',
    async (scope) => {
      await checkAll(await Noticing.mount(scope, options), 'late');
    },
    { timeout: 30_000 },
  );
}
