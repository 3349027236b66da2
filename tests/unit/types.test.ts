import { strict as assert } from 'node:assert';
import { constants, lstatSync } from 'node:fs';
import { EntryAttributes, FileInfo, SetattrFields, StatvfsData } from '#dist/types.js';
import { suite } from '../helpers/suite.js';

const attributes = suite('EntryAttributes');

attributes('have the defaults of pyfuse3', () => {
  const { entryTimeout, attrTimeout, mode, nlink, blksize, ...rest } = new EntryAttributes();
  assert.deepEqual([entryTimeout, attrTimeout], [300, 300]);
  assert.deepEqual([mode, nlink, blksize], [constants.S_IFREG, 1, 4096]);
  for (const [field, value] of Object.entries(rest)) assert.equal(BigInt(value), 0n, field);
});

attributes('are named like the Stats of Node', () => {
  const stats = lstatSync('/', { bigint: true });
  const own = ['generation', 'entryTimeout', 'attrTimeout'];
  for (const field of Object.keys(new EntryAttributes()).filter((key) => !own.includes(key))) {
    assert.equal(typeof stats[field as keyof typeof stats], 'bigint', field);
  }
});

attributes('keep a time of 1000.2735 s', () => {
  const entry = new EntryAttributes();
  const atimeNs = BigInt(Math.floor(1000.2735 * 1e9));
  entry.atimeNs = atimeNs;
  assert.equal(entry.atimeNs, atimeNs);
});

const copies = suite('data types');

copies('survive structured clone, as between workers', () => {
  const filled = Object.assign(new EntryAttributes(), { ino: 2n ** 63n + 5n, size: 2 ** 40 });
  const statvfs = Object.assign(new StatvfsData(), { blocks: 7 });
  for (const original of [
    filled,
    new SetattrFields(),
    new FileInfo({ fh: 2n ** 64n - 1n }),
    statvfs,
  ]) {
    const copy = structuredClone(original);
    assert.deepEqual({ ...copy }, { ...original });
    assert.notEqual(copy, original);
  }
});

copies('start with nothing set', () => {
  assert.ok(Object.values(new SetattrFields()).every((flag) => flag === false));
  assert.ok(Object.values(new StatvfsData()).every((value) => value === 0));
});

const fileInfo = suite('FileInfo');

fileInfo('keeps the page cache unless told otherwise', () => {
  const { fh, keepCache, backingId, ...flags } = new FileInfo();
  assert.deepEqual([fh, keepCache, backingId], [0n, true, 0]);
  assert.ok(Object.values(flags).every((flag) => flag === false));
  assert.equal(new FileInfo({ keepCache: false }).keepCache, false);
});
