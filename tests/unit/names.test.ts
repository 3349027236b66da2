import { strict as assert } from 'node:assert';
import { fsdecode, fsencode } from '#dist/names.js';
import { random } from '../helpers/random.js';
import { suite } from '../helpers/suite.js';

/** Both sides of every boundary of well-formed UTF-8, and how PEP 383 reads them. */
const BOUNDARIES: [hex: string, text: string][] = [
  ['7f', '\x7f'],
  ['80', '\udc80'],
  ['bf', '\udcbf'],
  ['c0af', '\udcc0\udcaf'],
  ['c1bf', '\udcc1\udcbf'],
  ['c2', '\udcc2'],
  ['c280', '\u0080'],
  ['c241', '\udcc2A'],
  ['c2c280', '\udcc2\u0080'],
  ['dfbf', '\u07ff'],
  ['e080af', '\udce0\udc80\udcaf'],
  ['e09fbf', '\udce0\udc9f\udcbf'],
  ['e0a080', '\u0800'],
  ['e282', '\udce2\udc82'],
  ['e28241', '\udce2\udc82A'],
  ['ed9fbf', '\ud7ff'],
  ['eda080', '\udced\udca0\udc80'],
  ['edbfbf', '\udced\udcbf\udcbf'],
  ['ee8080', '\ue000'],
  ['efbbbf61', '\ufeffa'],
  ['efbfbd', '\ufffd'],
  ['efbfbdff', '\ufffd\udcff'],
  ['f0808080', '\udcf0\udc80\udc80\udc80'],
  ['f08fbfbf', '\udcf0\udc8f\udcbf\udcbf'],
  ['f0908080', '\u{10000}'],
  ['f09f92', '\udcf0\udc9f\udc92'],
  ['f48fbfbf', '\u{10ffff}'],
  ['f4908080', '\udcf4\udc90\udc80\udc80'],
  ['f5808080', '\udcf5\udc80\udc80\udc80'],
  ['fffe', '\udcff\udcfe'],
];

function roundTrips(bytes: Buffer): void {
  const text = fsdecode(bytes);
  assert.deepEqual(fsencode(text), bytes, `${bytes.toString('hex')}: ${JSON.stringify(text)}`);
}

const decode = suite('fsdecode');

decode('reads both sides of every boundary of UTF-8', () => {
  for (const [hex, text] of BOUNDARIES) assert.equal(fsdecode(Buffer.from(hex, 'hex')), text, hex);
});

decode('escapes nothing but the bytes that are no UTF-8', () => {
  for (const [hex, text] of BOUNDARIES) {
    const around = Buffer.concat([
      Buffer.from('a\u20ac'),
      Buffer.from(hex, 'hex'),
      Buffer.from('b'),
    ]);
    assert.equal(fsdecode(around), `a\u20ac${text}b`, hex);
  }
});

decode('gives a string back as it is', () => assert.equal(fsdecode('a\udc80'), 'a\udc80'));

decode('reads a view in the middle of its buffer', () => {
  const memory = Uint8Array.from([0x61, 0xff, 0x62, 0x63]);
  assert.equal(fsdecode(memory.subarray(1, 3)), '\udcffb');
});

const encode = suite('fsencode');

encode('is the inverse at every boundary of UTF-8', () => {
  for (const [hex, text] of BOUNDARIES) assert.equal(fsencode(text).toString('hex'), hex);
});

encode('gives every byte and every pair of bytes back', () => {
  for (let first = 0; first < 256; first++) {
    roundTrips(Buffer.from([first]));
    for (let second = 0; second < 256; second++) roundTrips(Buffer.from([first, second]));
  }
});

encode('gives random bytes back', () => {
  const next = random(383);
  // Lead and continuation bytes are frequent, so that half-valid sequences come often.
  const draw = [() => next(256), () => 0x80 + next(64), () => 0xc0 + next(64), () => next(128)];
  for (let round = 0; round < 20_000; round++) {
    const byte = draw[next(draw.length)] as () => number;
    roundTrips(Buffer.from(Uint8Array.from({ length: next(12) }, byte)));
  }
});

encode('gives random text back', () => {
  const next = random(5);
  for (let round = 0; round < 5_000; round++) {
    const points = Array.from({ length: next(8) }, () => next(0x110000));
    const text = String.fromCodePoint(...points.filter((point) => point >> 11 !== 0x1b));
    assert.equal(fsdecode(fsencode(text)), text);
  }
});

encode('copies bytes, so that the caller may keep them', () => {
  const bytes = Buffer.from('ab');
  const encoded = fsencode(bytes);
  bytes[0] = 0x7a;
  assert.equal(encoded.toString(), 'ab');
});

encode('refuses surrogates that stand for no byte', () => {
  for (const text of ['\ud800', '\udfff', 'a\udc7fb', '\udd00', '\udc80\ud83d']) {
    assert.throws(() => fsencode(text), { name: 'TypeError', message: /stands for no byte/ });
  }
});
