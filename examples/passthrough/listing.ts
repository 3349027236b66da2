import fs from 'node:fs';
import { promisify } from 'node:util';
import { type Attributes, fsdecode, type ReaddirToken, readdirReply } from 'wasmfuse';
import { codeOf, lstat } from './calls.js';
import type { Found, Inodes } from './inodes.js';
import type { Node } from './node.js';

const readdir = promisify(fs.readdir);

/** Entries that are looked up at once. */
const BATCH = 16;
/** Without these, no entry can be looked up. */
const RESOURCES: readonly unknown[] = ['EMFILE', 'ENFILE', 'ENOMEM'];

/**
 * An open directory. The names are those that it had when the listing was begun or rewound, and an
 * entry's cookie is its place among them, so none is listed twice or skipped while others come and
 * go. Names that are gone when their turn comes are left out; so are those whose inode can't be
 * reached, with a line in the log, as the protocol has no entry without an inode.
 */
export class Listing {
  #names: string[] | undefined;
  #hasLogged = false;

  constructor(
    readonly node: Node,
    readonly fd: number,
    readonly inodes: Inodes,
    /** Attributes for the kernel. */
    readonly entry: (found: Found) => Attributes,
  ) {}

  /** Adds the entries from a cookie on as long as they fit. */
  async fill(start: number, token: ReaddirToken): Promise<void> {
    if (start === 0 || this.#names === undefined) {
      const names = await readdir(this.node.path, { encoding: 'buffer' });
      this.#names = ['.', '..', ...names.map(fsdecode)];
    }
    const names = this.#names;
    const dots = await this.#dots(start);
    if (
      !dots.every((attr, i) => readdirReply(token, names[start + i] as string, attr, start + i + 1))
    ) {
      return;
    }
    let added = 0;
    for (let at = start + dots.length; at < names.length; at += BATCH) {
      const { isFull, count, error } = await this.#add(names, at, token);
      added += count;
      if (error !== undefined && added === 0) throw error;
      if (isFull || RESOURCES.includes(codeOf(error))) return;
      if (error !== undefined) this.#log(error);
    }
  }

  /** Attributes of `.` and `..`, as far as they come after a cookie. */
  async #dots(start: number): Promise<Attributes[]> {
    if (start >= 2) return [];
    const { root } = this.inodes;
    const { ino } = this.node;
    const mode = fs.constants.S_IFDIR;
    const isRoot = this.node === root;
    const parent = isRoot ? ino : this.inodes.numberOf(await lstat(this.node.child('..')));
    return [
      { ino, mode },
      { ino: parent, mode },
    ].slice(start);
  }

  /** Adds the entries of one batch; the kernel then knows their inodes. */
  async #add(
    names: string[],
    at: number,
    token: ReaddirToken,
  ): Promise<{ isFull: boolean; count: number; error: unknown }> {
    const outcomes = await Promise.allSettled(
      names.slice(at, at + BATCH).map((name) => this.inodes.find(this.node.child(name))),
    );
    let error: unknown;
    let isFull = false;
    let count = 0;
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') {
        if (codeOf(outcome.reason) !== 'ENOENT') error ??= outcome.reason;
        continue;
      }
      const { node } = outcome.value;
      const name = names[at + i] as string;
      isFull ||= !readdirReply(token, name, this.entry(outcome.value), at + i + 1);
      if (isFull) this.inodes.forget(node, 1n);
      else count++;
    }
    return { isFull, count, error };
  }

  #log(error: unknown): void {
    if (!this.#hasLogged) console.error('passthrough: not listed:', (error as Error).message);
    this.#hasLogged = true;
  }
}
