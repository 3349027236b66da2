import { type Attributes, FUSEError, ROOT_INODE } from 'wasmfuse';
import { Directory } from './directory.js';
import type { Node } from './node.js';
import { Numbered } from './numbered.js';
import type { Quota } from './quota.js';

/** All inodes by number. A number is used once, so that generation can stay 0. */
export class Inodes {
  readonly #nodes = new Numbered<Node>(Number(ROOT_INODE));
  readonly #quota: Quota;
  #orphans = 0;

  constructor(quota: Quota) {
    this.#quota = quota;
  }

  /** The number that the next inode has to have. */
  get next(): bigint {
    return this.#nodes.next;
  }

  /** @throws ENOSPC */
  add(node: Node): void {
    this.#quota.take(1);
    this.#nodes.add(node);
  }

  /** @throws ESTALE for a number whose inode is gone, such as one in an old NFS file handle. */
  get(ino: bigint): Node {
    const node = this.#nodes.get(ino);
    if (node === undefined) throw new FUSEError('ESTALE');
    return node;
  }

  /** @throws ENOTDIR, ESTALE */
  directory(ino: bigint): Directory {
    const node = this.get(ino);
    if (!(node instanceof Directory)) throw new FUSEError('ENOTDIR');
    return node;
  }

  /** The answer that gives the kernel a reference to the inode. */
  entry(node: Node): Attributes {
    node.lookups++;
    return node.attributes();
  }

  forget(ino: bigint, nlookup: bigint): void {
    const node = this.#nodes.get(ino);
    if (node === undefined) return;
    node.lookups -= Number(nlookup);
    this.reclaim(node);
  }

  /** Frees an inode that has lost its last name, lookup or handle. */
  reclaim(node: Node): void {
    const isOrphan = node.names === 0 && node.opens === 0 && node.lookups > 0;
    if (isOrphan !== node.isOrphan) this.#orphans += isOrphan ? 1 : -1;
    node.isOrphan = isOrphan;
    if (node.referenced || !this.#nodes.delete(node.ino)) return;
    node.free();
    this.#quota.give(1);
  }

  /** Whether inodes without a name or a handle wait only to be forgotten. */
  get hasOrphans(): boolean {
    return this.#orphans > 0;
  }

  clear(): void {
    this.#orphans = 0;
    this.#nodes.clear();
  }
}
