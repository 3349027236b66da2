import type { Attributes, ReaddirToken } from '../types.js';
import { putEntryOf, putStat } from './encode.js';
import { putEntryName } from './entryname.js';
import { layout } from './generated/layout.js';
import { Listing } from './listing.js';
import type { Module } from './module.js';
import type { Request } from './request.js';
import { scratchOf } from './scratch.js';

/** A listing that libfuse writes into the reply. */
export class Directory extends Listing {
  /** Inodes whose lookup count the accepted entries raise. */
  readonly accepted: bigint[] = [];
  used = 0;
  readonly size: number;
  readonly withAttributes: boolean;
  readonly #module: Module;
  readonly #request: Request;

  /** @param withAttributes the kernel takes attributes and counts a lookup for each entry. */
  constructor(module: Module, request: Request, size: number, withAttributes: boolean) {
    super();
    this.#module = module;
    this.#request = request;
    this.withAttributes = withAttributes;
    this.size = Math.min(size, request.task.replySize);
  }

  get isSettled(): boolean {
    return this.#request.isAnswered;
  }

  protected put(
    name: string,
    attributes: Attributes,
    ino: bigint,
    next: bigint | number,
    counts: boolean,
  ): boolean {
    const { exports, memory } = this.#module;
    const scratch = scratchOf(this.#module);
    const nameAt = scratch + layout.scratch.name;
    const entryAt = scratch + layout.scratch.entry;
    putEntryName(memory.bytes, nameAt, name);
    const { pointer, task } = this.#request;
    const at = task.reply + this.used;
    const room = this.size - this.used;
    if (this.withAttributes) putEntryOf(memory, entryAt, attributes, ino);
    else putStat(memory, entryAt + layout.entryParam.attr, attributes, ino);
    const low = typeof next === 'number' ? next >>> 0 : Number(BigInt.asUintN(32, next));
    const high = typeof next === 'number' ? next / 2 ** 32 : Number(next >> 32n);
    const has = Number(this.withAttributes);
    const needed = exports.fw_add_entry(pointer, at, room, nameAt, entryAt, has, low, high);
    if (needed > room) return false;
    this.used += needed;
    if (counts) this.accepted.push(ino);
    return true;
  }
}

/**
 * Adds one entry to the answer of readdir.
 *
 * @param token what the readdir handler was given.
 * @param name bytes that are no UTF-8 as fsdecode gives them; neither empty nor with NUL or slash.
 * @param attr attributes of the entry's inode.
 * @param nextId the `startId` that continues after this entry, 1 to 2^63-1.
 * @returns true when the entry was added, and raises its inode's lookup count (except for `.` and
 * `..`); false when it does not fit: stop, without raising the count.
 * @throws TypeError, RangeError for a bad name, attributes or nextId; Error once readdir has
 * settled.
 */
export function readdirReply(
  token: ReaddirToken,
  name: string,
  attr: Attributes,
  nextId: bigint | number,
): boolean {
  if (!(token instanceof Listing)) throw new TypeError('readdirReply needs the token of readdir');
  return token.add(name, attr, nextId);
}
