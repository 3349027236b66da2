import { FUSEError } from 'wasmfuse';
import { Entries, type Entry } from './entries.js';
import { checkName } from './names.js';
import { Node, type Origin } from './node.js';

/** Cookies of the two entries that every directory has. */
export const DOT_COOKIE = 1;
export const DOT_DOT_COOKIE = 2;

/** A directory. Its entries count the names of each inode; times are left to the caller. */
export class Directory extends Node {
  readonly #entries = new Entries<Node>(DOT_DOT_COOKIE);
  #subdirectories = 0;
  #parent: Directory;

  /** @param parent undefined for the root, which is its own. */
  constructor(origin: Origin, parent?: Directory) {
    super(origin);
    this.#parent = parent ?? this;
  }

  get parent(): Directory {
    return this.#parent;
  }

  /** Its name, its `.`, and the `..` of each subdirectory; none once it is removed. */
  override get nlink(): number {
    return this.names === 0 ? 0 : 2 + this.#subdirectories;
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** Cookie of the youngest entry so far. */
  get lastCookie(): number {
    return this.#entries.lastCookie;
  }

  /** @throws ENAMETOOLONG */
  get(name: string): Node | undefined {
    checkName(name);
    return this.#entries.get(name);
  }

  /** @throws ENOENT, ENAMETOOLONG */
  find(name: string): Node {
    const node = this.get(name);
    if (node === undefined) throw new FUSEError('ENOENT');
    return node;
  }

  /** @throws EEXIST, ENAMETOOLONG; ENOENT when the directory is removed */
  requireVacant(name: string): void {
    if (this.get(name) !== undefined) throw new FUSEError('EEXIST');
    if (this.names === 0) throw new FUSEError('ENOENT');
  }

  /** Is this directory `other`, or somewhere above it? */
  contains(other: Directory): boolean {
    let directory = other;
    while (directory !== this && directory.parent !== directory) directory = directory.parent;
    return directory === this;
  }

  /** Gives a name to a node, and takes it from the one that had it. */
  set(name: string, node: Node): void {
    const displaced = this.#entries.get(name);
    if (displaced !== undefined) this.#removed(displaced);
    this.#entries.set(name, node);
    node.names++;
    if (node instanceof Directory) {
      node.#parent = this;
      this.#subdirectories++;
    }
  }

  delete(name: string): void {
    const node = this.#entries.get(name);
    if (node === undefined) return;
    this.#entries.delete(name);
    this.#removed(node);
  }

  /** Renames an entry in place; the new name must be vacant. */
  rename(name: string, newName: string): void {
    this.#entries.rename(name, newName);
  }

  after(cookie: number): Iterable<Entry<Node> & { value: Node }> {
    return this.#entries.after(cookie);
  }

  #removed(node: Node): void {
    node.names--;
    if (node instanceof Directory) this.#subdirectories--;
  }
}
