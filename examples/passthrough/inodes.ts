import { type BigIntStats, constants, fstatSync } from 'node:fs';
import { FUSEError, posix, ROOT_INODE } from 'wasmfuse';
import { codeOf, fstat, lstat } from './calls.js';
import { type Key, keyOf, Node } from './node.js';
import { Numbers } from './numbers.js';

/** A node whose lookup count has just been raised, and its attributes. */
export interface Found {
  readonly node: Node;
  readonly stats: BigIntStats;
}

const OPEN_FLAGS = posix.O_PATH | constants.O_NOFOLLOW;

/**
 * Every inode that the kernel knows, by its number and by what it is in the source. What runs
 * between two awaits is atomic: no request sees a node that is half there.
 *
 * The kernel holds a reference on each inode that a request names until the request is answered, so
 * no node is forgotten while a handler that was given its number uses its descriptor.
 */
export class Inodes {
  readonly root: Node;
  readonly #byNumber = new Map<bigint, Node>();
  readonly #byKey = new Map<Key, Node>();
  readonly #numbers: Numbers;
  #made = 0n;
  #hasWarned = false;

  /** @throws an error of Node when the source can't be opened; ENOTDIR when it is no directory. */
  constructor(source: string) {
    const fd = posix.openSync(source, posix.O_PATH | constants.O_DIRECTORY);
    const stats = fstatSync(fd, { bigint: true });
    this.#numbers = new Numbers(stats.dev);
    this.root = new Node(ROOT_INODE, 0n, keyOf(stats), fd);
    this.#add(this.root);
  }

  get size(): number {
    return this.#byNumber.size;
  }

  /** @throws ESTALE for an inode that the kernel has forgotten, which NFS may ask for. */
  get(inode: bigint): Node {
    const node = this.#byNumber.get(inode);
    if (node === undefined) throw new FUSEError('ESTALE');
    return node;
  }

  /** The number that programs see for an inode, whether the kernel knows it or not. */
  numberOf(stats: BigIntStats): bigint {
    return this.#byKey.get(keyOf(stats))?.ino ?? this.#numbers.preferred(stats);
  }

  /** Finds what a path names, a symlink itself too, and counts a lookup of it. */
  async find(path: string | Buffer): Promise<Found> {
    const madeBefore = this.#made;
    const stats = await lstat(path);
    const node = this.#byKey.get(keyOf(stats));
    // A node made meanwhile may be a new inode that got the number of the one seen by lstat.
    if (node === undefined || node.generation > madeBefore) return this.open(path, OPEN_FLAGS);
    node.lookups++;
    return { node, stats };
  }

  /** Opens a path with O_PATH and counts a lookup of the inode it leads to. */
  async open(path: string | Buffer, flags = posix.O_PATH): Promise<Found> {
    const fd = await posix.open(path, flags).catch((error) => this.#explain(error));
    try {
      const stats = await fstat(fd);
      return { node: this.#adopt(fd, stats), stats };
    } catch (error) {
      this.#close(fd);
      throw error;
    }
  }

  /** Lowers a lookup count; a node that nothing refers to gives its descriptor back. */
  forget(node: Node, nlookup: bigint): void {
    if (node === this.root) return;
    if (nlookup > node.lookups) {
      throw new RangeError(`inode ${node.ino}: ${nlookup} lookups forgotten of ${node.lookups}`);
    }
    node.lookups -= nlookup;
    if (node.lookups > 0n) return;
    this.#byNumber.delete(node.ino);
    this.#byKey.delete(node.key);
    this.#close(node.fd);
  }

  /** Gives every descriptor back, at once: the thread may end before what it has begun does. */
  clear(): void {
    for (const { fd } of this.#byNumber.values()) posix.closeSync(fd);
    this.#byNumber.clear();
    this.#byKey.clear();
  }

  #add(node: Node): void {
    this.#byNumber.set(node.ino, node);
    this.#byKey.set(node.key, node);
  }

  /** The node of an open descriptor, which it takes; of two for one inode the first stays. */
  #adopt(fd: number, stats: BigIntStats): Node {
    let node = this.#byKey.get(keyOf(stats));
    if (node === undefined) {
      const ino = this.#numbers.choose(stats, (number) => this.#byNumber.has(number));
      node = new Node(ino, ++this.#made, keyOf(stats), fd);
      this.#add(node);
    } else this.#close(fd);
    node.lookups++;
    return node;
  }

  /** Nobody waits for it: close(2) of an O_PATH descriptor does no more than free the number. */
  #close(fd: number): void {
    void posix.close(fd);
  }

  #explain(error: unknown): never {
    if (codeOf(error) === 'EMFILE' && !this.#hasWarned) {
      this.#hasWarned = true;
      console.error(
        `passthrough: no descriptor is left, with ${this.size} inodes known to the kernel that ` +
          'hold one each: raise the limit (ulimit -n), or free some (sysctl vm.drop_caches=2)',
      );
    }
    throw error;
  }
}
