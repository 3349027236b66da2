import { fsencode } from '../names.js';
import type { Attributes, ReaddirToken } from '../types.js';
import { i63, inode, object } from './check.js';
import { putEntry, putStat } from './encode.js';
import { layout, linux } from './generated/layout.js';
import type { Module } from './module.js';
import type { Request } from './request.js';

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

/** The answer to one readdir request while its handler fills it. */
export class Directory implements ReaddirToken {
  /** Inodes whose lookup count the accepted entries raise. */
  readonly accepted: bigint[] = [];
  used = 0;
  readonly size: number;
  readonly #module: Module;
  readonly #request: Request;
  readonly #withAttributes: boolean;

  /** @param withAttributes the kernel takes attributes and counts a lookup for each entry. */
  constructor(module: Module, request: Request, size: number, withAttributes: boolean) {
    this.#module = module;
    this.#request = request;
    this.#withAttributes = withAttributes;
    this.size = Math.min(size, request.task.replySize);
  }

  add(name: string, attr: Attributes, nextId: bigint | number): boolean {
    if (this.#request.isAnswered) throw new Error('readdirReply after readdir has settled');
    const { exports, memory } = this.#module;
    const bytes = nameBytes(name);
    const next = i63(nextId, 'nextId');
    if (next === 0n) throw new RangeError('nextId is 0, which would start the listing again');
    const scratch = exports.fw_scratch() >>> 0;
    const entry = scratch + layout.scratch.entry;
    const isDot = name === '.' || name === '..';
    const ino = inode(object<Attributes>(attr, 'attributes').ino ?? 0n, 'ino');
    if (ino === 0n && !isDot) throw new RangeError(`entry ${JSON.stringify(name)} has ino 0`);
    memory.bytes.set(bytes, scratch + layout.scratch.name);
    memory.bytes[scratch + layout.scratch.name + bytes.length] = 0;

    const at = this.#request.task.reply + this.used;
    const room = this.size - this.used;
    const where = [this.#request.pointer, at, room, scratch + layout.scratch.name] as const;
    let needed: number;
    if (this.#withAttributes) {
      putEntry(memory, entry, attr);
      needed = exports.fuse_add_direntry_plus(...where, entry, next);
    } else {
      putStat(memory, entry + layout.entryParam.attr, attr, ino);
      needed = exports.fuse_add_direntry(...where, entry + layout.entryParam.attr, next);
    }
    if (needed > room) return false;
    this.used += needed;
    if (!isDot) this.accepted.push(ino);
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
  if (!(token instanceof Directory)) throw new TypeError('readdirReply needs the token of readdir');
  return token.add(name, attr, nextId);
}
