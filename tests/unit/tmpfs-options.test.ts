import { strict as assert } from 'node:assert';
import os from 'node:os';
import { parseOptions, type TmpfsOptions } from '#dist/examples/tmpfs/options.js';
import { TmpFs } from '#dist/examples/tmpfs.js';
import { suite } from '../helpers/suite.js';

const options = suite('options of tmpfs');

options('are numbers or the text of a mount option', () => {
  assert.deepEqual(parseOptions({ size: '64m', inodes: '10K', mode: '750', uid: '5', gid: 6 }), {
    size: 64 * 1024 * 1024,
    inodes: 10 * 1024,
    mode: 0o750,
    uid: 5,
    gid: 6,
  });
  assert.equal(parseOptions({ size: '2g' }).size, 2 ** 31);
  assert.equal(parseOptions({ size: '1t' }).size, 2 ** 40);
  assert.equal(parseOptions({ mode: 0o700 }).mode, 0o700);
  assert.equal(parseOptions({ uid: 0 }).uid, 0);
});

options('have defaults of tmpfs(5)', () => {
  const { size, inodes, mode, uid, gid } = parseOptions({});
  assert.ok(size > 0 && size <= os.totalmem() / 2);
  assert.ok(inodes > 10_000);
  assert.equal(mode, 0o1777);
  assert.equal(uid, process.getuid?.());
  assert.equal(gid, process.getgid?.());
});

const refused: [what: string, data: unknown, message: RegExp][] = [
  ['an unknown name', { siez: 1 }, /unknown option 'siez'; there are size, inodes, mode, uid, gid/],
  ['a name of Object', JSON.parse('{"__proto__": 1}'), /unknown option '__proto__'/],
  ['an unknown unit', { size: '64x' }, /size must be a whole number .*got '64x'/],
  ['a negative number', { size: -1 }, /size must be .*got -1/],
  ['less than a page', { size: 4095 }, /size must be .*from 4096/],
  ['a fraction', { inodes: 1.5 }, /inodes must be .*got 1.5/],
  ['no inode', { inodes: 0 }, /inodes must be/],
  ['NaN', { inodes: Number.NaN }, /inodes must be .*got NaN/],
  ['null', { size: null }, /size must be .*got null/],
  ['empty text', { size: '' }, /size must be .*got ''/],
  ['more than can be counted', { size: '99999999t' }, /size must be/],
  ['a mode that is not octal', { mode: '799' }, /mode must be octal digits .*got '799'/],
  ['a mode with a unit', { mode: '7k' }, /mode must be octal digits/],
  ['a mode with a file type', { mode: 0o40755 }, /mode must be octal digits from 0 to 7777/],
  ['the uid that means no change', { uid: 2 ** 32 - 1 }, /uid must be/],
  ['text for all', 'size=1', /must be an object, got 'size=1'/],
  ['null for all', null, /must be an object, got null/],
];

for (const [what, data, message] of refused) {
  options(`refuse ${what}`, () => {
    assert.throws(() => parseOptions(data as TmpfsOptions), { name: 'TypeError', message });
  });
}

options('are checked by the constructor', () => {
  assert.throws(() => new TmpFs({ size: 'big' }), /tmpfs: size must be/);
});
