import { constants } from 'node:fs';
import { posix, ROOT_INODE } from 'wasmfuse';
import { codeOf } from './calls.js';
import { Node } from './node.js';
import { Numbers } from './numbers.js';
import { Registry } from './registry.js';

/** A node whose lookup count has just been raised, and its attributes. */
export interface Found {
  readonly node: Node;
  readonly stats: posix.Stats;
}

/** For open(2): a descriptor that holds what a path names, a symlink too. */
export const THE_INODE_ITSELF = posix.O_PATH | constants.O_NOFOLLOW;

const QUIETLY = { follow: false, throwIfNoEntry: false } as const;
/** Giving the space of a removed file back takes long when it has more blocks than that, 1 MiB. */
const FEW_BLOCKS = 2048n;

/**
 * Every inode that the kernel knows. Each of its changes is made between two requests, so none sees
 * a node that is half there.
 *
 * The kernel holds a reference on each inode that a request names until the request is answered, so
 * no node is forgotten while a handler that was given its number uses its descriptor.
 */
export class Inodes {
  readonly root: Node;
  readonly #nodes = new Registry();
  readonly #numbers: Numbers;
  #made = 0n;
  #hasWarned = false;

  /** @throws SystemError when the source can't be opened; ENOTDIR when it is no directory. */
  constructor(source: string) {
    const fd = posix.openSync(source, posix.O_PATH | constants.O_DIRECTORY);
    const stats = posix.statSync(fd);
    this.#numbers = new Numbers(stats.dev);
    this.root = new Node(ROOT_INODE, 0n, stats, fd);
    this.#nodes.add(this.root);
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** @throws ESTALE for an inode that the kernel has forgotten, which NFS may ask for. */
  get(inode: bigint): Node {
    return this.#nodes.get(inode);
  }

  /** The number that programs see for an inode, whether the kernel knows it or not. */
  numberOf(stats: posix.Stats): bigint {
    return this.#nodes.of(stats)?.ino ?? this.#numbers.preferred(stats);
  }

  /** Attributes as they are now. */
  stat(node: Node): posix.Stats {
    const stats = posix.statSync(node.fd);
    node.isLarge = stats.blocks > FEW_BLOCKS;
    return stats;
  }

  /**
   * Finds what a path names, a symlink itself too, and counts a lookup of it. Undefined when there
   * is nothing.
   */
  find(path: posix.Path): Found | undefined {
    const stats = posix.statSync(path, QUIETLY);
    if (stats === undefined) return undefined;
    const node = this.#nodes.of(stats);
    if (node !== undefined) return this.#counted(node, stats);
    try {
      return this.open(path, THE_INODE_ITSELF);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Opens a path with O_PATH and counts a lookup of the inode it leads to. */
  open(path: posix.Path, flags = posix.O_PATH): Found {
    const fd = this.#open(path, flags);
    try {
      const stats = posix.statSync(fd);
      return this.#counted(this.#adopt(fd, stats), stats);
    } catch (error) {
      posix.closeSync(fd);
      throw error;
    }
  }

  /** Counts a lookup of a node, by another name perhaps. */
  again(node: Node): Found {
    return this.#counted(node, posix.statSync(node.fd));
  }

  /** Lowers a lookup count; a node that nothing refers to gives its descriptor back. */
  forget(node: Node, nlookup: bigint): void {
    if (node === this.root) return;
    if (node.forget(Number(nlookup)) > 0) return;
    this.#nodes.delete(node);
    // It may be all that still keeps a removed file.
    if (node.isLarge) void posix.close(node.fd);
    else posix.closeSync(node.fd);
  }

  /** Gives every descriptor back, at once: the thread may end before what it has begun does. */
  clear(): void {
    for (const { fd } of this.#nodes.takeAll()) posix.closeSync(fd);
  }

  #counted(node: Node, stats: posix.Stats): Found {
    node.lookedUp();
    node.isLarge = stats.blocks > FEW_BLOCKS;
    return { node, stats };
  }

  /** The node of an open descriptor, which it takes; of two for one inode the first stays. */
  #adopt(fd: number, stats: posix.Stats): Node {
    let node = this.#nodes.of(stats);
    if (node === undefined) {
      const ino = this.#numbers.choose(stats, (number) => this.#nodes.has(number));
      node = new Node(ino, ++this.#made, stats, fd);
      this.#nodes.add(node);
    } else posix.closeSync(fd);
    return node;
  }

  #open(path: posix.Path, flags: number): number {
    try {
      return posix.openSync(path, flags);
    } catch (error) {
      if (codeOf(error) === 'EMFILE') this.#warn();
      throw error;
    }
  }

  #warn(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    console.error(
      `passthrough: no descriptor is left, with ${this.size} inodes known to the kernel that ` +
        'hold one each: raise the limit (ulimit -n), or free some (sysctl vm.drop_caches=2)',
    );
  }
}
