import { strict as assert } from 'node:assert';
import { fsdecode } from '#dist/names.js';
import { layout } from '#dist/session/generated/layout.js';
import { Memory } from '#dist/session/memory.js';
import { random } from '../helpers/random.js';
import { suite } from '../helpers/suite.js';

const AT = 4096;
/** More than names are kept, so that some come to lie in each other's place. */
const MANY = 5000;

function made(): { wasm: WebAssembly.Memory; memory: Memory } {
  const wasm = new WebAssembly.Memory({ initial: 1, maximum: 4 });
  return { wasm, memory: new Memory(wasm) };
}

/** The name as read from memory with other bytes all around it. */
function read(memory: Memory, name: Buffer, at = AT, around = 0xff): string {
  memory.bytes.fill(around, at - 16, at + name.length + 32);
  memory.bytes.set(name, at);
  memory.bytes[at + name.length] = 0;
  return memory.name(at);
}

const names = suite('names in memory');

names('are right at each length and place, new and known, whatever lies behind them', () => {
  const { memory } = made();
  for (let length = 0; length < 140; length++) {
    const name = Buffer.from('abcdefghijklm'.repeat(11).slice(0, length));
    for (const around of [0xff, 0, 0x80, 1, 0x61]) {
      for (const shift of [0, 1, 2, 3]) {
        const what = `${length} bytes at ${shift}, ${around} around`;
        assert.equal(read(memory, name, AT + shift, around), name.toString(), what);
      }
    }
  }
});

names('that differ in any one byte are told apart', () => {
  const { memory } = made();
  for (const length of [1, 4, 7, 31, 63, 64]) {
    for (let at = 0; at < length; at++) {
      for (const byte of [1, 0x60, 0x62, 0x7f]) {
        const name = Buffer.alloc(length, 'a');
        read(memory, name);
        name[at] = byte;
        assert.equal(read(memory, name), name.toString('latin1'));
      }
    }
  }
  assert.equal(read(memory, Buffer.from('aaa')), 'aaa');
  assert.equal(read(memory, Buffer.from('aaaa')), 'aaaa');
  assert.equal(read(memory, Buffer.from('aaaaa')), 'aaaaa');
});

names('push each other out, and are still right', () => {
  const { memory } = made();
  const next = random(7);
  const all = Array.from({ length: MANY }, (_, i) => `${i}-${'x'.repeat(next(70))}`);
  for (let round = 0; round < 3; round++) {
    for (const name of all) assert.equal(read(memory, Buffer.from(name)), name);
  }
});

names('are not taken for the end of one that is too long to be kept', () => {
  const { memory } = made();
  for (let i = 0; i < MANY; i++) {
    const end = i.toString(36).padStart(3, '0').slice(-3);
    const long = `${i}${'x'.repeat(64 - String(i).length)}${end}`;
    assert.equal(read(memory, Buffer.from(long)), long);
    assert.equal(read(memory, Buffer.from(end)), end);
  }
});

names('keep every byte that is no ASCII', () => {
  const { memory } = made();
  const next = random(8);
  const bytes = [0x61, 0x7f, 0x80, 0xa9, 0xc3, 0xe2, 0x82, 0xac, 0xff];
  for (let i = 0; i < MANY; i++) {
    const name = Buffer.from(
      Array.from({ length: next(20) }, () => bytes[next(bytes.length)] ?? 1),
    );
    assert.equal(read(memory, name), fsdecode(name), name.toString('hex'));
  }
});

const views = suite('views of memory');

views('begin and end where they shall, also when others lie in the same page', () => {
  const { memory } = made();
  for (const [at, size] of [
    [AT, 100],
    [AT, 100],
    [AT, 50],
    [AT + 1, 50],
    [AT, 100],
    [AT, 0],
    [AT + 4096, 100],
  ] as const) {
    const view = memory.slice(at, size);
    assert.deepEqual([view.byteOffset, view.length], [at, size]);
    assert.equal(view.buffer, memory.bytes.buffer);
  }
});

views('are new ones when the memory has grown', () => {
  const { wasm, memory } = made();
  memory.slice(AT, 100);
  memory.cells.i32[AT >>> 2] = 5;
  wasm.grow(1);
  assert.equal(memory.slice(AT, 100).length, 100);
  assert.equal(memory.slice(AT, 100)[0], 5);
  assert.equal(memory.cells.i32[AT >>> 2], 5);
  assert.equal(memory.offsetOf(memory.slice(AT, 100)), AT);
  assert.equal(read(memory, Buffer.from('after')), 'after');
});

const cells = suite('cells of memory');

cells('are where the compiler puts the fields', () => {
  const wide: [record: keyof typeof layout, fields: string[]][] = [
    ['stat', ['ino', 'bytes', 'blocks', 'atimeSec', 'mtimeSec', 'ctimeSec']],
    ['entryParam', ['size', 'ino', 'generation', 'attr', 'attrTimeout', 'entryTimeout']],
    ['fileInfo', ['size', 'fh', 'lockOwner']],
    ['scratch', ['entry', 'file', 'statvfs', 'lock']],
    ['statvfs', ['size', 'blocks', 'bfree', 'bavail', 'files', 'ffree', 'favail']],
    ['forgetData', ['size', 'ino', 'nlookup']],
  ];
  const narrow: [record: keyof typeof layout, fields: string[]][] = [
    ['stat', ['mode', 'nlink', 'uid', 'gid', 'rdev', 'blksize', 'atimeNsec', 'ctimeNsec']],
    ['statvfs', ['bsize', 'frsize', 'namemax']],
    ['fileInfo', ['flags', 'pollEvents', 'backingId']],
    ['context', ['uid', 'gid', 'pid', 'umask']],
    ['request', ['context']],
    ['bufvec', ['bytes', 'mem']],
  ];
  for (const [width, table] of [[8, wide] as const, [4, narrow] as const]) {
    for (const [record, fields] of table) {
      for (const field of fields) {
        const offset = (layout[record] as unknown as Record<string, number>)[field] as number;
        assert.equal(offset % width, 0, `${record}.${field}`);
      }
    }
  }
  const { writepage, flock_release } = layout.fileInfoBits;
  assert.equal(writepage.byte % 4, 0);
  assert.equal(flock_release.byte, writepage.byte);
});
