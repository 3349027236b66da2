import { strict as assert } from 'node:assert';
import { newBufs, startOf } from '#dist/session/buf.js';
import { instantiate } from '#dist/session/module.js';
import { idleOps } from '#dist/session/unmount.js';
import { suite } from '../helpers/suite.js';

const SIZE = 2 ** 20 + 4096;
const PAGE = 4096;
/** More than 2 GiB, which is more than one piece of memory can have. */
const MANY = 2500;

const module = instantiate({ ops: idleOps, log() {}, interrupted() {}, retrieved() {} });

function starts(count: number): number[] {
  const bufs = newBufs(module, SIZE, count);
  const places = bufs.map((buf) => startOf(module, buf));
  module.exports.fw_bufs_free(bufs[0] as (typeof bufs)[number]);
  return places;
}

const test = suite('request buffers');

test('are pages of their own, however many there are', () => {
  const places = starts(MANY).sort((a, b) => a - b);
  assert.equal(places.length, MANY);
  for (const [i, place] of places.entries()) {
    assert.equal(place % PAGE, 0);
    const end = places[i + 1] ?? module.memory.bytes.length;
    assert.ok(place + SIZE <= end, `${place}, the next one at ${end}`);
  }
});

test('are all given back', () => {
  starts(MANY);
  const { length } = module.memory.bytes;
  for (let i = 0; i < 3; i++) starts(MANY);
  assert.equal(module.memory.bytes.length, length);
});

test('that there is no memory for are an error, and leave nothing', () => {
  assert.throws(() => newBufs(module, SIZE, 4100), /no memory for 4100 request buffers of 1052672/);
  assert.throws(() => newBufs(module, SIZE, 2 ** 31), /no memory/);
  assert.equal(starts(3900).length, 3900);
});
