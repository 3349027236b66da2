import { strict as assert } from 'node:assert';
import { type Attributes, FUSEError, type ReaddirToken, readdirReply } from 'wasmfuse';
import { fsencode } from '#dist/names.js';
import { constant } from '#dist/session/generated/layout.js';
import { Listing } from '#dist/session/listing.js';
import { bytesAt } from '../fixtures/pattern.js';
import { connected, inThread } from '../helpers/connected.js';
import { contextOf } from '../helpers/context.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const ctx = contextOf();

/** A listing of a session; `most` entries fit, whatever their size. */
class Taking extends Listing {
  readonly taken: { ino: bigint; next: bigint; attributes: Attributes }[] = [];
  readonly names: string[] = [];
  readonly withAttributes = true;
  isSettled = false;

  constructor(
    readonly size: number,
    readonly most = Number.POSITIVE_INFINITY,
  ) {
    super();
  }

  protected put(name: string, attributes: Attributes, ino: bigint, next: bigint): boolean {
    if (this.taken.length >= this.most) return false;
    this.taken.push({ ino, next, attributes });
    this.names.push(fsencode(name).toString('latin1'));
    return true;
  }
}

type List = (token: ReaddirToken) => unknown;

/** Runs a readdir handler behind a port; what it forgets is noted. */
async function listed(scope: Scope, listing: Listing, list: List) {
  const forgotten: unknown[] = [];
  const { operations } = await connected(scope, {
    readdir: (_fh: bigint, _startId: bigint, token: ReaddirToken) => list(token) as undefined,
    forget: (inodes: unknown[]) => void forgotten.push(...inodes),
  });
  const result = Promise.resolve(operations.readdir(1n, 0n, listing, ctx));
  return { result, forgotten };
}

const listings = suite('readdirReply in another thread');

listings('adds entries with their attributes', async (scope) => {
  const listing = new Taking(4096);
  const attributes = { ino: 2n ** 64n - 1n, mode: 0o40755, size: 5, entryTimeout: 0.5, more: 'x' };
  const { result } = await listed(scope, listing, async (token) => {
    assert.equal(token.size, 4096);
    assert.equal(readdirReply(token, '.', {}, 1), true);
    await undefined;
    assert.equal(readdirReply(token, 'a\udcffb', attributes, 2n ** 63n - 1n), true);
  });
  assert.equal(await result, undefined);
  const { more: _more, ...kept } = attributes;
  assert.deepEqual(listing.names, ['.', 'a\xffb']);
  assert.deepEqual(listing.taken, [
    { ino: 0n, next: 1n, attributes: {} },
    { ino: attributes.ino, next: 2n ** 63n - 1n, attributes: kept },
  ]);
});

listings('knows what fits, to the last byte', async (scope) => {
  const padded = (bytes: number) =>
    Math.ceil(bytes / constant.FUSE_DIRENT_ALIGNMENT) * constant.FUSE_DIRENT_ALIGNMENT;
  const entry = padded(constant.FUSE_NAME_OFFSET_DIRENTPLUS + 5);
  for (const room of [3 * entry, 3 * entry - 1]) {
    const { result } = await listed(scope, new Taking(room), (token) => {
      const taken = ['one-1', 'two-2', 'three'].map((name, i) =>
        readdirReply(token, name, { ino: 2 }, i + 1),
      );
      assert.deepEqual(taken, [true, true, room === 3 * entry]);
    });
    await result;
  }
});

listings('refuses wrong entries where they are made', async (scope) => {
  const wrong: [name: unknown, attributes: unknown, nextId: unknown][] = [
    ['', { ino: 5 }, 1],
    ['a/b', { ino: 5 }, 1],
    [5, { ino: 5 }, 1],
    ['none', undefined, 1],
    ['zero', { ino: 0 }, 1],
    ['start', { ino: 5 }, 0],
    ['size', { ino: 5, size: -1 }, 1],
    ['mode', { ino: 5, mode: '0644' }, 1],
    ['time', { ino: 5, mtimeNs: Number.NaN }, 1],
    ['timeout', { ino: 5, entryTimeout: '300' }, 1],
  ];
  const listing = new Taking(4096);
  const { result } = await listed(scope, listing, (token) => {
    for (const entry of wrong) {
      const add = () => readdirReply(token, ...(entry as [string, Attributes, number]));
      assert.throws(add, /name|attributes|ino|nextId|size|mode|mtimeNs|entryTimeout/);
    }
    readdirReply(token, 'right', { ino: 6, birthtimeNs: (() => {}) as never }, 1);
  });
  await result;
  assert.deepEqual(listing.names, ['right']);
});

listings('throws once the handler has settled', async (scope) => {
  let kept: ReaddirToken | undefined;
  const { result } = await listed(scope, new Taking(4096), (token) => {
    kept = token;
  });
  await result;
  assert.throws(() => readdirReply(kept as ReaddirToken, 'late', { ino: 5 }, 1), /settled/);
});

listings('keeps what was added before an error, which counts lookups', async (scope) => {
  const listing = new Taking(4096);
  const { result } = await listed(scope, listing, (token) => {
    readdirReply(token, 'one', { ino: 7 }, 1);
    throw new FUSEError('ESTALE');
  });
  await assert.rejects(result, { code: 'ESTALE' });
  assert.deepEqual(listing.names, ['one']);
});

for (const settled of [false, true]) {
  const when = settled ? 'whose request is answered already' : 'that does not fit after all';
  listings(`takes back an entry ${when}`, async (scope) => {
    const listing = new Taking(4096, 2);
    const { result, forgotten } = await listed(scope, listing, (token) => {
      for (const [i, name] of ['.', 'one', 'two'].entries()) {
        readdirReply(token, name, { ino: 10 + i }, i + 1);
      }
      listing.isSettled = settled;
    });
    await result;
    assert.deepEqual(listing.names, settled ? [] : ['.', 'one']);
    const last = [12n, 1n];
    assert.deepEqual(forgotten, settled ? [[11n, 1n], last] : [last]);
  });
}

const reads = suite('read in another thread');

const io = new URL('../fixtures/io.js', import.meta.url);

for (const reading of ['into', 'returned', 'promised']) {
  reads(`gives bytes ${reading}, of every size`, async (scope) => {
    const data = { log: '/dev/null', size: String(2 ** 41), reading };
    const { operations } = await inThread(scope, io, data);
    const sizes = [1, 4096, 131_072, 10, 1 << 20, 0, 4096];
    const read = async (size: number, index: number) => {
      const into = Buffer.alloc(size);
      const result = await operations.read(2n, 1000 * index, size, into, ctx);
      const bytes = typeof result === 'number' ? into.subarray(0, result) : Buffer.from(result);
      assert.equal(typeof result === 'number', reading === 'into');
      assert.deepEqual(bytes, Buffer.from(bytesAt(1000 * index, size)), `${size} bytes`);
    };
    await Promise.all(sizes.map(read));
    for (const [index, size] of sizes.entries()) await read(size, index);
  });
}

reads('has memory of its own for every call in flight', async (scope) => {
  const { operations } = await connected(scope, {
    async read(fh: bigint, _offset: number, size: number, into: Buffer) {
      into.fill(Number(fh));
      await new Promise((resolve) => setTimeout(resolve, 10));
      return size;
    },
  });
  const read = async (fh: bigint) => {
    const into = Buffer.alloc(4);
    await operations.read(fh, 0, 4, into, ctx);
    assert.deepEqual(into, Buffer.alloc(4, Number(fh)));
  };
  // The second round uses memory of the first one again.
  for (const fhs of [
    [1n, 2n, 3n],
    [4n, 5n, 6n],
  ])
    await Promise.all(fhs.map(read));
});

reads('takes only what was counted', async (scope) => {
  const { operations } = await connected(scope, {
    read(_fh: bigint, offset: number, size: number, into: Buffer) {
      assert.ok(Buffer.isBuffer(into));
      assert.equal(into.length, size);
      into.fill('x');
      return offset;
    },
  });
  const read = async (count: number) => {
    const into = Buffer.alloc(4, '.');
    await operations.read(1n, count, 4, into, ctx);
    return into.toString();
  };
  assert.equal(await read(3), 'xxx.');
  assert.equal(await read(0), '....');
  for (const count of [5, -1, 0.5, Number.NaN]) await assert.rejects(read(count), RangeError);
});
