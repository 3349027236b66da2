import { fsencode } from '../names.js';
import type { Attributes, ReaddirToken } from '../types.js';
import { i63, inode, object } from './check.js';
import { linux } from './generated/layout.js';

const SLASH = '/'.charCodeAt(0);

function nameBytes(name: unknown): Buffer {
  if (typeof name !== 'string' && !(name instanceof Uint8Array)) {
    throw new TypeError(`name of a directory entry is no string: ${String(name)}`);
  }
  const bytes = fsencode(name);
  const shown = JSON.stringify(String(name));
  if (bytes.length === 0) throw new TypeError('name of a directory entry is empty');
  if (bytes.includes(0)) throw new TypeError(`name of a directory entry has a NUL: ${shown}`);
  if (bytes.includes(SLASH)) throw new TypeError(`name of a directory entry has a slash: ${shown}`);
  if (bytes.length >= linux.PATH_MAX) {
    throw new TypeError(`name of a directory entry has ${bytes.length} bytes`);
  }
  return bytes;
}

/** Whether listing an entry raises the lookup count of its inode. */
export function countsLookup(name: string): boolean {
  return name !== '.' && name !== '..';
}

/** What is known of an entry before it is added. */
export interface Entry {
  readonly name: Buffer;
  readonly attributes: Attributes;
  readonly ino: bigint;
  readonly next: bigint;
  /** Adding it raises the lookup count of its inode. */
  readonly counts: boolean;
}

/** The answer to one readdir request while its handler fills it, wherever the handler runs. */
export abstract class Listing implements ReaddirToken {
  abstract readonly size: number;
  /** The kernel takes attributes and counts a lookup for each entry. */
  abstract readonly withAttributes: boolean;
  /** The handler has settled, so that nothing can be added any more. */
  abstract readonly isSettled: boolean;

  /** Adds a checked entry; false when it does not fit. */
  protected abstract put(entry: Entry): boolean;

  /** See readdirReply. */
  add(name: string, attr: Attributes, nextId: bigint | number): boolean {
    if (this.isSettled) throw new Error('readdirReply after readdir has settled');
    const bytes = nameBytes(name);
    const next = i63(nextId, 'nextId');
    if (next === 0n) throw new RangeError('nextId is 0, which would start the listing again');
    const counts = countsLookup(name);
    const attributes = object<Attributes>(attr, 'attributes') as Attributes;
    const ino = inode(attributes.ino ?? 0n, 'ino');
    if (ino === 0n && counts) throw new RangeError(`entry ${JSON.stringify(name)} has ino 0`);
    return this.put({ name: bytes, attributes, ino, next, counts });
  }
}
