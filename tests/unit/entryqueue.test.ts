import { strict as assert } from 'node:assert';
import { EntryQueue, type QueuedEntry } from '#dist/session/entryqueue.js';
import { suite } from '../helpers/suite.js';

const MOST_NAME = 4095;

const test = suite('the queue of entries');

function entryOf(i: number, length = 10): QueuedEntry {
  const name = Buffer.alloc(length, `${i}-`);
  return {
    parent: 2n ** 64n - BigInt(i + 1),
    name,
    deleted: BigInt(i % 3),
    ignoreEnoent: i % 2 === 0,
  };
}

function plain({ name, ...rest }: QueuedEntry) {
  return { ...rest, name: Buffer.from(name).toString('hex') };
}

test('gives back what was put in, in order, over many chunks', () => {
  const queue = new EntryQueue();
  const lengths = [1, 10, 255, MOST_NAME];
  const all = Array.from({ length: 500 }, (_, i) => entryOf(i, lengths[i % lengths.length]));
  for (const entry of all) queue.push(entry);
  for (const entry of all) assert.deepEqual(plain(queue.shift() as QueuedEntry), plain(entry));
  assert.equal(queue.isEmpty, true);
  assert.equal(queue.shift(), undefined);
});

test('may be filled and emptied in turns', () => {
  const queue = new EntryQueue();
  let put = 0;
  let taken = 0;
  for (let round = 0; round < 300; round++) {
    for (let i = 0; i < (round * 7) % 13; i++) queue.push(entryOf(put++, 300));
    for (let i = 0; i < (round * 5) % 11 && taken < put; i++) {
      assert.deepEqual(plain(queue.shift() as QueuedEntry), plain(entryOf(taken++, 300)));
    }
  }
  while (taken < put) {
    assert.deepEqual(plain(queue.shift() as QueuedEntry), plain(entryOf(taken++, 300)));
  }
  assert.equal(queue.isEmpty, true);
});

test('crosses threads packed, also when a part of a chunk is gone', () => {
  const near = new EntryQueue();
  const far = new EntryQueue();
  for (let i = 0; i < 5000; i++) near.push(entryOf(i));
  for (let i = 0; i < 10; i++) near.shift();
  far.push(entryOf(9));
  for (let packed = near.takePacked(); packed; packed = near.takePacked()) {
    far.pushPacked(structuredClone(packed));
  }
  far.push(entryOf(5000));
  for (let i = 9; i <= 5000; i++) {
    assert.deepEqual(plain(far.shift() as QueuedEntry), plain(entryOf(i)));
  }
  assert.equal(far.isEmpty, true);
});

test('is empty once cleared', () => {
  const queue = new EntryQueue();
  for (let i = 0; i < 10; i++) queue.push(entryOf(i));
  queue.shift();
  queue.clear();
  assert.equal(queue.isEmpty, true);
  queue.push(entryOf(1));
  assert.deepEqual(plain(queue.shift() as QueuedEntry), plain(entryOf(1)));
});
