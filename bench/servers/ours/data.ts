import { constants } from 'node:fs';
import {
  type Attributes,
  type FileInfo,
  FUSEError,
  Operations,
  type ReaddirToken,
  ROOT_INODE,
  readdirReply,
} from 'wasmfuse';
import { CACHED_FILE, DATA_BYTES, DIRECT_FILE } from '../served.js';

const names = [DIRECT_FILE, CACHED_FILE];
const DIRECT = ROOT_INODE + 1n;

/** Two files of zeros, which take every write and keep none. */
export default class Data extends Operations {
  override lookup(parent: bigint, name: string): Attributes {
    const index = parent === ROOT_INODE ? names.indexOf(name) : -1;
    if (index === -1) throw new FUSEError('ENOENT');
    return this.getattr(DIRECT + BigInt(index));
  }

  override getattr(inode: bigint): Attributes {
    if (inode === ROOT_INODE) return { ino: inode, mode: constants.S_IFDIR | 0o755, nlink: 2 };
    return { ino: inode, mode: constants.S_IFREG | 0o644, size: DATA_BYTES };
  }

  /** A new size is taken as an answer, and is not kept. */
  override setattr(inode: bigint): Attributes {
    return this.getattr(inode);
  }

  override opendir(inode: bigint): bigint {
    return inode;
  }

  override readdir(_fh: bigint, startId: bigint, token: ReaddirToken): void {
    for (let i = Number(startId); i < names.length; i++) {
      const attributes = this.getattr(DIRECT + BigInt(i));
      if (!readdirReply(token, names[i] as string, attributes, i + 1)) return;
    }
  }

  override releasedir(): void {}

  override open(inode: bigint): Partial<FileInfo> {
    return { fh: inode, directIo: inode === DIRECT, keepCache: false };
  }

  override read(_fh: bigint, _offset: number, _size: number, into: Buffer): number {
    into.fill(0);
    return into.length;
  }

  override write(_fh: bigint, _offset: number, data: Buffer): number {
    return data.length;
  }
}
