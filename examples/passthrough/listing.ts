import { constants } from 'node:fs';
import { type Attributes, posix, type ReaddirToken, readdirReply } from 'wasmfuse';
import { codeOf } from './calls.js';
import type { Found, Inodes } from './inodes.js';
import type { Node } from './node.js';

/** For lseek(2). */
const SEEK_SET = 0;
const DOTS: readonly string[] = ['.', '..'];
/** Without these, no entry can be looked up. */
const RESOURCES: readonly unknown[] = ['EMFILE', 'ENFILE', 'ENOMEM'];

/**
 * An open directory. An entry's cookie is its place among the names read so far since the listing
 * was begun or rewound, so none is listed twice or skipped while others come and go. Names that are
 * gone when their turn comes are left out; so are those whose inode can't be reached, with a line
 * in the log, as the protocol has no entry without an inode.
 */
export class Listing {
  #names = [...DOTS];
  #isComplete = false;
  #hasLogged = false;

  constructor(
    readonly node: Node,
    /** Open, and used by nobody else, as its offset goes with the names. */
    readonly fd: number,
    readonly inodes: Inodes,
    /** Attributes for the kernel. */
    readonly entry: (found: Found) => Attributes,
  ) {}

  /** Adds the entries from a cookie on as long as they fit. */
  fill(start: number, token: ReaddirToken): void {
    if (start === 0) this.#rewind();
    let added = 0;
    let failure: unknown;
    for (let at = start; this.#has(at); at++) {
      try {
        if (!this.#add(at, token)) break;
        if (at >= DOTS.length) added++;
      } catch (error) {
        failure ??= error;
        if (RESOURCES.includes(codeOf(error))) break;
      }
    }
    if (failure === undefined) return;
    if (added === 0) throw failure;
    if (!RESOURCES.includes(codeOf(failure))) this.#log(failure);
  }

  #rewind(): void {
    if (this.#names.length > DOTS.length) posix.lseekSync(this.fd, 0, SEEK_SET);
    this.#names = [...DOTS];
    this.#isComplete = false;
  }

  /** Is there an entry of this cookie? Reads on until it is there. */
  #has(at: number): boolean {
    while (at >= this.#names.length && !this.#isComplete) {
      const more = posix.getdentsSync(this.fd);
      this.#isComplete = more.length === 0;
      for (const name of more) this.#names.push(name);
    }
    return at < this.#names.length;
  }

  /** Adds an entry, whose inode the kernel then knows; false when it does not fit. */
  #add(at: number, token: ReaddirToken): boolean {
    const name = this.#names[at] as string;
    if (at < DOTS.length) return readdirReply(token, name, this.#dot(name), at + 1);
    const found = this.inodes.find(this.node.entry(name));
    if (found === undefined) return true;
    const isAdded = readdirReply(token, name, this.entry(found), at + 1);
    if (!isAdded) this.inodes.forget(found.node, 1n);
    return isAdded;
  }

  #dot(name: string): Attributes {
    const { ino } = this.node;
    const mode = constants.S_IFDIR;
    if (name === '.' || this.node === this.inodes.root) return { ino, mode };
    return { ino: this.inodes.numberOf(posix.statSync(this.node.entry(name))), mode };
  }

  #log(error: unknown): void {
    if (!this.#hasLogged) console.error('passthrough: not listed:', (error as Error).message);
    this.#hasLogged = true;
  }
}
