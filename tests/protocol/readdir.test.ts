import { strict as assert } from 'node:assert';
import { FUSEError } from '#dist/errors.js';
import { Operations } from '#dist/operations.js';
import { readdirReply } from '#dist/session/directory.js';
import type { ReaddirToken } from '#dist/types.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { Kernel } from './kernel.js';
import { placed } from './placement.js';
import { opcodes, pack, sizeOf, unpack } from './wire.js';

const { READDIR, READDIRPLUS } = opcodes as { READDIR: number; READDIRPLUS: number };
const HEADER = sizeOf('fuse_dirent');
const PLUS_HEADER = sizeOf('fuse_direntplus');

class Listing extends Operations {
  readonly forgotten: [bigint, bigint][] = [];
  list: (token: ReaddirToken) => unknown = () => {};

  override readdir(_fh: bigint, _startId: bigint, token: ReaddirToken) {
    return this.list(token) as undefined;
  }

  override forget(inodes: [bigint, bigint][]) {
    this.forgotten.push(...inodes);
  }
}

async function serve(scope: Scope) {
  const fs = new Listing();
  const kernel = new Kernel(scope, await placed(scope, fs));
  await kernel.init();
  const list = (opcode: number, size: number) =>
    kernel.ask(opcode, pack('fuse_read_in', { fh: 1, size }));
  return { fs, kernel, list };
}

/** Names in an answer, in their order. */
function namesOf(body: Buffer, opcode: number): string[] {
  const names: string[] = [];
  const before = opcode === READDIRPLUS ? PLUS_HEADER - HEADER : 0;
  for (let at = 0; at < body.length; ) {
    const { namelen } = unpack('fuse_dirent', body, at + before);
    const start = at + before + HEADER;
    names.push(body.toString('latin1', start, start + namelen));
    at = Math.ceil((start + namelen) / 8) * 8;
  }
  return names;
}

const test = suite('readdirReply');

for (const [opcode, header] of [
  [READDIR, HEADER],
  [READDIRPLUS, PLUS_HEADER],
] as const) {
  const which = opcode === READDIRPLUS ? 'with attributes' : 'plain';

  test(`takes entries while they fit, to the last byte (${which})`, async (scope) => {
    const { fs, list } = await serve(scope);
    const entry = Math.ceil((header + 10) / 8) * 8;
    for (const room of [5 * entry, 5 * entry - 1, entry, entry - 1]) {
      const taken: boolean[] = [];
      fs.list = (token) => {
        assert.equal(token.size, room);
        for (let i = 0; i < 7; i++) {
          taken.push(readdirReply(token, `entry-000${i}`, { ino: i + 2 }, i + 1));
        }
      };
      const { error, body } = await list(opcode, room);
      const fit = Math.floor(room / entry);
      assert.equal(error, 0);
      assert.deepEqual(
        taken,
        Array.from({ length: 7 }, (_, i) => i < fit),
      );
      assert.equal(namesOf(body, opcode).length, fit);
    }
  });

  test(`may be called after an entry that did not fit (${which})`, async (scope) => {
    const { fs, list } = await serve(scope);
    fs.list = (token) => {
      assert.equal(readdirReply(token, 'x'.repeat(200), { ino: 2 }, 1), false);
      assert.equal(readdirReply(token, 'short', { ino: 3 }, 2), true);
    };
    assert.deepEqual(namesOf((await list(opcode, header + 100)).body, opcode), ['short']);
  });
}

test('forgets the entries of a plain listing, for which no lookup counts', async (scope) => {
  const { fs, list } = await serve(scope);
  fs.list = (token) => {
    for (const [i, name] of ['.', '..', 'one', 'two'].entries()) {
      readdirReply(token, name, { ino: 100 + i }, i + 1);
    }
  };
  await list(READDIRPLUS, 4096);
  assert.deepEqual(fs.forgotten, []);
  await list(READDIR, 4096);
  assert.deepEqual(fs.forgotten, [
    [102n, 1n],
    [103n, 1n],
  ]);
});

test('takes back the entries of a listing that fails', async (scope) => {
  const { fs, list } = await serve(scope);
  fs.list = async (token) => {
    readdirReply(token, 'one', { ino: 7n }, 1);
    throw new FUSEError('ESTALE');
  };
  const { error } = await list(READDIRPLUS, 4096);
  assert.equal(error, new FUSEError('ESTALE').errno);
  assert.deepEqual(fs.forgotten, [[7n, 1n]]);
});

test('refuses a wrong entry, and leaves the listing as it was', async (scope) => {
  const { fs, list } = await serve(scope);
  const wrong: [name: unknown, attributes: unknown, next: unknown][] = [
    ['', { ino: 5 }, 1],
    ['a/b', { ino: 5 }, 1],
    ['a\0b', { ino: 5 }, 1],
    ['\ud800', { ino: 5 }, 1],
    [5, { ino: 5 }, 1],
    ['zero', { ino: 0 }, 1],
    ['none', undefined, 1],
    ['start', { ino: 5 }, 0],
    ['negative', { ino: 5 }, -1],
    ['far', { ino: 5 }, 2n ** 63n],
  ];
  fs.list = (token) => {
    readdirReply(token, 'first', { ino: 4 }, 1);
    for (const entry of wrong) {
      assert.throws(
        () => readdirReply(token, ...(entry as [string, object, number])),
        (error) => error instanceof TypeError || error instanceof RangeError,
        String(entry[0]),
      );
    }
    readdirReply(token, 'last', { ino: 6 }, 2n ** 63n - 1n);
  };
  const { error, body } = await list(READDIRPLUS, 4096);
  assert.equal(error, 0);
  assert.deepEqual(namesOf(body, READDIRPLUS), ['first', 'last']);
});

test('refuses a token that is none, or whose readdir has settled', async (scope) => {
  const { fs, list } = await serve(scope);
  let kept: ReaddirToken | undefined;
  fs.list = (token) => {
    kept = token;
  };
  await list(READDIRPLUS, 4096);
  assert.throws(() => readdirReply(kept as ReaddirToken, 'late', { ino: 5 }, 1), /settled/);
  for (const token of [null, undefined, {}, { size: 4096 }]) {
    assert.throws(() => readdirReply(token as ReaddirToken, 'name', { ino: 5 }, 1), /token/);
  }
});
