import { strict as assert } from 'node:assert';
import { fsencode } from '#dist/names.js';
import { ENTRY_NAME_SIZE, putEntryName } from '#dist/session/entryname.js';
import { suite } from '../helpers/suite.js';

const AT = 8;

/** The bytes that a name puts into memory full of old ones, and whether any follow its end. */
function put(name: unknown): Buffer {
  const bytes = Buffer.alloc(AT + ENTRY_NAME_SIZE + AT, 0xa5);
  const length = putEntryName(bytes, AT, name);
  assert.equal(bytes[AT - 1], 0xa5);
  assert.equal(bytes[AT + length], 0);
  assert.equal(bytes[AT + length + 1], 0xa5);
  return bytes.subarray(AT, AT + length);
}

const test = suite('the name of a directory entry');

test('is written with all its bytes and a NUL, whatever they are', () => {
  const most = 'm'.repeat(ENTRY_NAME_SIZE - 1);
  const ascii = Array.from({ length: 127 }, (_, i) => String.fromCharCode(i + 1)).join('');
  for (const name of [
    'a',
    '.',
    ascii.replace('/', ''),
    most,
    '\u0080',
    '\u00ff',
    'na\u00efve',
    'ascii first \u20ac',
    '\u{1f600}',
    'x\udcffy',
    `${most.slice(3)}\u20ac`,
  ]) {
    assert.deepEqual(put(name), fsencode(name), JSON.stringify(name.slice(0, 20)));
  }
  assert.deepEqual(put(new Uint8Array([0x61, 0xff])), Buffer.from([0x61, 0xff]));
});

test('is refused when it can be none, and the error says why', () => {
  const long = 'l'.repeat(ENTRY_NAME_SIZE);
  for (const [name, message] of [
    ['', /empty/],
    ['/', /slash: "\/"/],
    ['a/\u20ac', /slash/],
    ['a\0', /NUL/],
    ['\u20ac\0', /NUL/],
    [long, /4096 bytes/],
    [`${long.slice(2)}\u20ac`, /4097 bytes/],
    ['\ud800', /surrogate/],
    [5, /no string: 5/],
    [null, /no string: null/],
  ] as const) {
    assert.throws(() => put(name), { name: 'TypeError', message }, String(name).slice(0, 20));
  }
});
