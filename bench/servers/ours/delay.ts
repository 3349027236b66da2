import { constants } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attributes, type FileInfo, FUSEError, Operations, ROOT_INODE } from 'wasmfuse';
import { DELAY_FILE, DELAY_MS } from '../served.js';

const FILE = ROOT_INODE + 1n;

/** A file that takes its time. */
export default class Delay extends Operations {
  override lookup(parent: bigint, name: string): Attributes {
    if (parent !== ROOT_INODE || name !== DELAY_FILE) throw new FUSEError('ENOENT');
    return this.getattr(FILE);
  }

  override getattr(inode: bigint): Attributes {
    if (inode === ROOT_INODE) return { ino: inode, mode: constants.S_IFDIR | 0o755, nlink: 2 };
    return { ino: inode, mode: constants.S_IFREG | 0o644, size: 1 };
  }

  override open(inode: bigint): Partial<FileInfo> {
    return { fh: inode, directIo: true };
  }

  override async read(_fh: bigint, _offset: number, _size: number, into: Buffer): Promise<number> {
    await sleep(DELAY_MS);
    into.fill(0);
    return into.length;
  }
}
