import { fsencode } from '../names.js';
import { linux } from './generated/layout.js';
import type { Pointer } from './memory.js';

const SLASH = '/'.charCodeAt(0);
const DELETE = 0x7f;

/** Bytes that the name of an entry may have with its NUL. */
export const ENTRY_NAME_SIZE = linux.PATH_MAX;

/**
 * Writes the name of a directory entry, ended by a NUL; returns its length.
 *
 * @throws TypeError for what can't be a name.
 */
export function putEntryName(bytes: Uint8Array, at: Pointer, name: unknown): number {
  if (typeof name === 'string' && name.length < ENTRY_NAME_SIZE) {
    const { length } = name;
    let i = 0;
    for (; i < length; i++) {
      const code = name.charCodeAt(i);
      if (code === 0 || code === SLASH || code > DELETE) break;
      bytes[at + i] = code;
    }
    if (i === length && length > 0) {
      bytes[at + length] = 0;
      return length;
    }
  }
  const encoded = encode(name);
  bytes.set(encoded, at);
  bytes[at + encoded.length] = 0;
  return encoded.length;
}

function encode(name: unknown): Buffer {
  if (typeof name !== 'string' && !(name instanceof Uint8Array)) {
    throw new TypeError(`name of a directory entry is no string: ${String(name)}`);
  }
  const bytes = fsencode(name);
  const shown = JSON.stringify(String(name));
  if (bytes.length === 0) throw new TypeError('name of a directory entry is empty');
  if (bytes.includes(0)) throw new TypeError(`name of a directory entry has a NUL: ${shown}`);
  if (bytes.includes(SLASH)) throw new TypeError(`name of a directory entry has a slash: ${shown}`);
  if (bytes.length >= ENTRY_NAME_SIZE) {
    throw new TypeError(`name of a directory entry has ${bytes.length} bytes`);
  }
  return bytes;
}
