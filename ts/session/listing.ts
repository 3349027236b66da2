import type { Attributes, ReaddirToken } from '../types.js';
import { i63, inode, object } from './check.js';

/** Whether listing an entry raises the lookup count of its inode. */
export function countsLookup(name: string): boolean {
  return name !== '.' && name !== '..';
}

/** As it is, when it is right. */
function position(nextId: bigint | number): bigint | number {
  if (typeof nextId === 'number' && Number.isSafeInteger(nextId) && nextId >= 0) return nextId;
  return i63(nextId, 'nextId');
}

/** The answer to one readdir request while its handler fills it, wherever the handler runs. */
export abstract class Listing implements ReaddirToken {
  abstract readonly size: number;
  /** The kernel takes attributes and counts a lookup for each entry. */
  abstract readonly withAttributes: boolean;
  /** The handler has settled, so that nothing can be added any more. */
  abstract readonly isSettled: boolean;

  /**
   * Adds an entry of which all but the name and the attributes has been checked; false when it does
   * not fit.
   *
   * @param counts adding it raises the lookup count of its inode.
   */
  protected abstract put(
    name: string,
    attributes: Attributes,
    ino: bigint,
    next: bigint | number,
    counts: boolean,
  ): boolean;

  /** See readdirReply. */
  add(name: string, attr: Attributes, nextId: bigint | number): boolean {
    if (this.isSettled) throw new Error('readdirReply after readdir has settled');
    const next = position(nextId);
    if (next === 0 || next === 0n)
      throw new RangeError('nextId is 0, which would start the listing again');
    const counts = countsLookup(name);
    const attributes = object<Attributes>(attr, 'attributes') as Attributes;
    const ino = inode(attributes.ino ?? 0n, 'ino');
    if (ino === 0n && counts) throw new RangeError(`entry ${JSON.stringify(name)} has ino 0`);
    return this.put(name, attributes, ino, next, counts);
  }
}
