/**
 * File names, link targets and xattr names are bytes to Linux and strings here. Bytes that are not
 * UTF-8 become lone surrogates U+DC80..U+DCFF (PEP 383), so that every name survives the round
 * trip.
 */

const SURROGATE_BASE = 0xdc00;
const ESCAPED = /[\udc80-\udcff]/;

/** Length of the UTF-8 sequence at `at`, or 0 when the bytes there are not well-formed UTF-8. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length === 0 || lead > 0xf4 || at + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] as number;
  const overlong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90);
  const surrogate = lead === 0xed && second > 0x9f;
  const beyondUnicode = lead === 0xf4 && second > 0x8f;
  return overlong || surrogate || beyondUnicode ? 0 : length;
}

function decodeEscaped(bytes: Buffer): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) text += String.fromCharCode(SURROGATE_BASE + (bytes[at++] as number));
    else {
      text += bytes.toString('utf8', at, at + length);
      at += length;
    }
  }
  return text;
}

/** Bytes of a name to a string; the inverse of {@link fsencode}. */
export function fsdecode(name: Uint8Array | string): string {
  if (typeof name === 'string') return name;
  const bytes = Buffer.from(name.buffer, name.byteOffset, name.byteLength);
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? decodeEscaped(bytes) : text;
}

/**
 * A name to the bytes the kernel uses; the inverse of {@link fsdecode}.
 *
 * @throws TypeError for a surrogate that stands for no byte.
 */
export function fsencode(name: string | Uint8Array): Buffer {
  if (typeof name !== 'string') return Buffer.from(name);
  if (name.isWellFormed()) return Buffer.from(name, 'utf8');
  const parts: Buffer[] = [];
  for (const char of name) {
    if (ESCAPED.test(char)) parts.push(Buffer.from([char.charCodeAt(0) - SURROGATE_BASE]));
    else if (char.isWellFormed()) parts.push(Buffer.from(char, 'utf8'));
    else
      throw new TypeError(`name has a surrogate that stands for no byte: ${JSON.stringify(name)}`);
  }
  return Buffer.concat(parts);
}
