import { constants } from 'node:fs';
import { NAME_MAX, type RequestContext, ROOT_INODE, S_ISGID, type StatvfsData } from 'wasmfuse';
import { Directory } from './directory.js';
import { Inodes } from './inodes.js';
import { Memory, PAGE_SIZE } from './memory.js';
import type { Node, Origin } from './node.js';
import type { Settings } from './options.js';
import { Quota } from './quota.js';

const { S_IFDIR, S_IFMT } = constants;

/** The tree of inodes and what it may take: where inodes are born and lose their names. */
export class Volume {
  readonly inodes: Inodes;
  readonly #memory: Memory;
  readonly #count: Quota;

  constructor({ size, inodes, mode, uid, gid }: Settings) {
    this.#memory = new Memory(new Quota(size));
    this.#count = new Quota(inodes);
    this.inodes = new Inodes(this.#count);
    const origin = { ino: ROOT_INODE, mode: S_IFDIR | mode, uid, gid, memory: this.#memory };
    const root = new Directory(origin);
    root.names = 1;
    this.inodes.add(root);
  }

  /**
   * Makes an inode, without a name yet. In a directory with S_ISGID all belongs to its group.
   *
   * @throws ENOSPC
   */
  make<N extends Node>(
    directory: Directory,
    mode: number,
    { uid, gid }: RequestContext,
    build: (origin: Origin) => N,
  ): N {
    const inherits = (directory.mode & S_ISGID) !== 0;
    const passedOn = inherits && (mode & S_IFMT) === S_IFDIR ? S_ISGID : 0;
    const node = build({
      ino: this.inodes.next,
      mode: mode | passedOn,
      uid,
      gid: inherits ? directory.gid : gid,
      memory: this.#memory,
    });
    this.inodes.add(node);
    return node;
  }

  /** Makes an inode with a name. @throws EEXIST, ENOENT, ENAMETOOLONG, ENOSPC */
  create<N extends Node>(
    directory: Directory,
    name: string,
    mode: number,
    ctx: RequestContext,
    build: (origin: Origin) => N,
  ): N {
    directory.requireVacant(name);
    const node = this.make(directory, mode, ctx, build);
    directory.set(name, node);
    directory.modified();
    return node;
  }

  /** Takes a name away, and with the last reference the inode. */
  remove(directory: Directory, name: string, node: Node): void {
    directory.delete(name);
    directory.modified();
    node.changed();
    this.inodes.reclaim(node);
  }

  usage(): Partial<StatvfsData> {
    const bytes = this.#memory.quota;
    const free = Math.floor(bytes.free / PAGE_SIZE);
    return {
      bsize: PAGE_SIZE,
      frsize: PAGE_SIZE,
      blocks: Math.floor(bytes.limit / PAGE_SIZE),
      bfree: free,
      bavail: free,
      files: this.#count.limit,
      ffree: this.#count.free,
      favail: this.#count.free,
      namemax: NAME_MAX,
    };
  }
}
