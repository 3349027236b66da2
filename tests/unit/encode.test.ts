import { strict as assert } from 'node:assert';
import { constants, lstatSync } from 'node:fs';
import { putEntry, putFileInfo, putLock, putStat, putStatvfs } from '#dist/session/encode.js';
import { layout } from '#dist/session/generated/layout.js';
import { Memory } from '#dist/session/memory.js';
import { instantiate } from '#dist/session/module.js';
import { idleOps } from '#dist/session/unmount.js';
import { random } from '../helpers/random.js';
import { suite } from '../helpers/suite.js';

const AT = 1024;
const { stat, entryParam, fileInfo, fileInfoBits, statvfs, flock } = layout;

/** A memory full of old bytes, as the module's scratch space is. */
function dirty(): { memory: Memory; view: DataView } {
  const wasm = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(wasm.buffer).fill(0xa5);
  return { memory: new Memory(wasm), view: new DataView(wasm.buffer) };
}

/** That of a module, which writes what it can by itself. Nothing else is called in it. */
function dirtyModule(): { memory: Memory; view: DataView } {
  const { memory } = instantiate({ ops: idleOps, log() {}, interrupted() {}, retrieved() {} });
  memory.bytes.fill(0xa5, AT, AT + entryParam.size);
  return { memory, view: new DataView(memory.bytes.buffer) };
}

for (const [where, memoryOf] of [
  ['attributes in memory', dirty],
  ["attributes in a module's memory", dirtyModule],
] as const) {
  const attributes = suite(where);

  attributes('round times down, so that nanoseconds are never negative', () => {
    const { memory, view } = memoryOf();
    const times: [ns: bigint | number, seconds: bigint, nanoseconds: number][] = [
      [0n, 0n, 0],
      [-1n, -1n, 999_999_999],
      [-1_000_000_000n, -1n, 0],
      [-1_000_000_001n, -2n, 999_999_999],
      [1_999_999_999n, 1n, 999_999_999],
      [5, 0n, 5],
      [2n ** 63n * 1_000_000_000n - 1n, 2n ** 63n - 1n, 999_999_999],
      [-(2n ** 63n) * 1_000_000_000n, -(2n ** 63n), 0],
    ];
    for (const [ns, seconds, nanoseconds] of times) {
      putStat(memory, AT, { atimeNs: ns, mtimeNs: ns, ctimeNs: ns }, 5n);
      for (const which of ['atime', 'mtime', 'ctime'] as const) {
        assert.equal(view.getBigInt64(AT + stat[`${which}Sec`], true), seconds, `${which} ${ns}`);
        assert.equal(view.getInt32(AT + stat[`${which}Nsec`], true), nanoseconds, `${which} ${ns}`);
      }
    }
  });

  attributes('have the time that bigint division gives, over the whole range', () => {
    const { memory, view } = memoryOf();
    const next = random(9);
    const second = 1_000_000_000n;
    const near = [0n, 1n, -1n, 511n, -512n, 1023n, -1024n, second - 1n, 1n - second];
    for (let i = 0; i < 20_000; i++) {
      const bits = BigInt(next(94));
      const wide = (BigInt(next(2 ** 31)) << 62n) | (BigInt(next(2 ** 31)) << 31n);
      const whole = BigInt.asIntN(93, wide >> (93n - bits)) - (wide & 1n);
      const ns = (whole / second) * second + (near[next(near.length)] as bigint);
      for (const sign of [1n, -1n]) {
        putStat(memory, AT, { atimeNs: 0n, mtimeNs: sign * ns, ctimeNs: 0n }, 5n);
        const seconds = view.getBigInt64(AT + stat.mtimeSec, true);
        const rest = view.getInt32(AT + stat.mtimeNsec, true);
        assert.equal(seconds * second + BigInt(rest), sign * ns);
        assert.equal(rest >= 0 && rest < 1e9, true, `${sign * ns}`);
      }
    }
  });

  attributes('have a size and blocks of up to 63 bits, as number and as bigint', () => {
    const { memory, view } = memoryOf();
    for (const given of [
      0,
      -0,
      1,
      2 ** 31,
      2 ** 32,
      2 ** 32 - 1,
      2 ** 53 - 1,
      2n ** 63n - 1n,
      7n,
    ]) {
      putStat(memory, AT, { size: given, blocks: given }, 5n);
      assert.equal(view.getBigInt64(AT + stat.bytes, true), BigInt(given));
      assert.equal(view.getBigInt64(AT + stat.blocks, true), BigInt(given));
    }
  });

  attributes('have modes and owners of 32 bits', () => {
    const { memory, view } = memoryOf();
    for (const given of [0, 2 ** 31, 2 ** 32 - 1, 2n ** 32n - 1n]) {
      const each = {
        mode: given,
        nlink: given,
        uid: given,
        gid: given,
        rdev: given,
        blksize: given,
      };
      putStat(memory, AT, each, 5n);
      for (const field of ['mode', 'nlink', 'uid', 'gid', 'rdev', 'blksize'] as const) {
        assert.equal(view.getUint32(AT + stat[field], true), Number(given), field);
      }
    }
  });

  attributes('have the defaults where nothing is given', () => {
    const { memory, view } = memoryOf();
    assert.equal(putEntry(memory, AT, {}), 0n);
    const at = AT + entryParam.attr;
    assert.equal(view.getUint32(at + stat.mode, true), constants.S_IFREG);
    assert.equal(view.getUint32(at + stat.nlink, true), 1);
    assert.equal(view.getUint32(at + stat.blksize, true), 4096);
    assert.equal(view.getBigInt64(at + stat.bytes, true), 0n);
    assert.equal(view.getFloat64(AT + entryParam.entryTimeout, true), 300);
    assert.equal(view.getFloat64(AT + entryParam.attrTimeout, true), 300);
    assert.equal(view.getBigUint64(AT + entryParam.generation, true), 0n);
  });

  attributes('may be the result of lstat as it is', () => {
    const { memory, view } = memoryOf();
    const stats = lstatSync('/', { bigint: true });
    assert.equal(putEntry(memory, AT, stats), BigInt.asUintN(64, stats.ino));
    const at = AT + entryParam.attr;
    assert.equal(view.getUint32(at + stat.mode, true), Number(stats.mode));
    assert.equal(view.getBigInt64(at + stat.mtimeSec, true), stats.mtimeNs / 1_000_000_000n);
  });

  attributes('name the field that is wrong', () => {
    const { memory } = memoryOf();
    const wrong = { mode: -1, nlink: 2 ** 32, uid: -1, gid: 1.5, rdev: '1', size: -1n, blocks: -1 };
    for (const [field, value] of Object.entries(wrong)) {
      assert.throws(() => putEntry(memory, AT, { ino: 5, [field]: value }), new RegExp(field));
    }
    for (const field of [
      'entryTimeout',
      'attrTimeout',
      'generation',
      'atimeNs',
      'mtimeNs',
      'ctimeNs',
    ]) {
      assert.throws(() => putEntry(memory, AT, { ino: 5, [field]: Number.NaN }), new RegExp(field));
    }
  });
}

const files = suite('a FileInfo in memory');

const BITS = {
  directIo: fileInfoBits.direct_io,
  keepCache: fileInfoBits.keep_cache,
  nonseekable: fileInfoBits.nonseekable,
  cacheReaddir: fileInfoBits.cache_readdir,
  noflush: fileInfoBits.noflush,
  parallelDirectWrites: fileInfoBits.parallel_direct_writes,
};

files('has exactly the bits that are set', () => {
  const none = Object.fromEntries(Object.keys(BITS).map((name) => [name, false]));
  for (const [name, { byte, mask }] of Object.entries(BITS)) {
    const { memory, view } = dirty();
    putFileInfo(memory, AT, { ...none, [name]: true });
    const bytes = new Uint8Array(view.buffer, AT, fileInfo.size);
    const set = [...bytes.entries()].filter(([, value]) => value !== 0);
    assert.deepEqual(set, [[byte, mask]], name);
  }
});

files('may be a bare handle, and keeps the cache by default', () => {
  for (const [given, handle] of [
    [7, 7n],
    [2n ** 64n - 1n, 2n ** 64n - 1n],
    [{}, 0n],
  ] as const) {
    const { memory, view } = dirty();
    assert.equal(putFileInfo(memory, AT, given), handle);
    assert.equal(view.getBigUint64(AT + fileInfo.fh, true), handle);
    const { byte, mask } = fileInfoBits.keep_cache;
    assert.equal(view.getUint8(AT + byte), mask);
  }
});

const others = suite('statvfs and locks in memory');

others('have every field, and zero for the others', () => {
  const { memory, view } = dirty();
  putStatvfs(memory, AT, { bsize: 4096n, blocks: 2n ** 64n - 1n, namemax: 255 });
  assert.equal(view.getUint32(AT + statvfs.bsize, true), 4096);
  assert.equal(view.getUint32(AT + statvfs.frsize, true), 0);
  assert.equal(view.getBigUint64(AT + statvfs.blocks, true), 2n ** 64n - 1n);
  assert.equal(view.getBigUint64(AT + statvfs.ffree, true), 0n);
  assert.equal(view.getUint32(AT + statvfs.namemax, true), 255);
  assert.throws(() => putStatvfs(memory, AT, { bsize: 2 ** 32 }), /bsize/);
});

others('of a lock are checked', () => {
  const { memory, view } = dirty();
  putLock(memory, AT, { type: 1, start: 2n ** 62n, length: 10, pid: 7 });
  assert.equal(view.getInt16(AT + flock.type, true), 1);
  assert.equal(view.getBigInt64(AT + flock.start, true), 2n ** 62n);
  assert.equal(view.getBigInt64(AT + flock.length, true), 10n);
  assert.equal(view.getUint32(AT + flock.pid, true), 7);
  assert.throws(() => putLock(memory, AT, { start: 0, length: 0 }), /type/);
  assert.throws(() => putLock(memory, AT, { type: 1, start: -1 }), /start/);
});
