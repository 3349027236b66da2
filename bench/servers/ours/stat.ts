import { constants } from 'node:fs';
import {
  type Attributes,
  FUSEError,
  Operations,
  type ReaddirToken,
  ROOT_INODE,
  readdirReply,
} from 'wasmfuse';
import { STAT_FILE, STAT_OTHERS } from '../served.js';

const names = [STAT_FILE, ...Array.from({ length: STAT_OTHERS }, (_, i) => `n${i}`)];
const FIRST = ROOT_INODE + 1n;

/** Empty files in the root; the kernel keeps nothing of what it was told. */
export default class Stat extends Operations {
  readonly #inodes = new Map(names.map((name, i) => [name, FIRST + BigInt(i)]));

  override lookup(parent: bigint, name: string): Attributes {
    const inode = parent === ROOT_INODE ? this.#inodes.get(name) : undefined;
    if (inode === undefined) throw new FUSEError('ENOENT');
    return this.getattr(inode);
  }

  override getattr(inode: bigint): Attributes {
    if (inode === ROOT_INODE) {
      const mode = constants.S_IFDIR | 0o755;
      return { ino: inode, mode, nlink: 2, entryTimeout: 0, attrTimeout: 0 };
    }
    return { ino: inode, mode: constants.S_IFREG | 0o644, entryTimeout: 0, attrTimeout: 0 };
  }

  override opendir(inode: bigint): bigint {
    return inode;
  }

  override readdir(_fh: bigint, startId: bigint, token: ReaddirToken): void {
    for (let i = Number(startId); i < names.length; i++) {
      const attributes = this.getattr(FIRST + BigInt(i));
      if (!readdirReply(token, names[i] as string, attributes, i + 1)) return;
    }
  }

  override releasedir(): void {}
}
