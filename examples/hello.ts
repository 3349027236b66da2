import { constants } from 'node:fs';
import type { Attributes, FileInfo, ReaddirToken } from 'wasmfuse';
import { FUSEError, Operations, ROOT_INODE, readdirReply } from 'wasmfuse';

const MESSAGE_INODE = ROOT_INODE + 1n;
const content = Buffer.from('hello world\n');
const now = BigInt(Date.now()) * 1_000_000n;
const times = { atimeNs: now, mtimeNs: now, ctimeNs: now };

/** A read-only filesystem with one file, `message`. */
export default class Hello extends Operations {
  override lookup(parent: bigint, name: string): Attributes {
    if (parent !== ROOT_INODE || name !== 'message') throw new FUSEError('ENOENT');
    return this.getattr(MESSAGE_INODE);
  }

  override getattr(inode: bigint): Attributes {
    switch (inode) {
      case ROOT_INODE:
        return { ino: inode, mode: constants.S_IFDIR | 0o755, nlink: 2, ...times };
      case MESSAGE_INODE:
        return { ino: inode, mode: constants.S_IFREG | 0o644, size: content.length, ...times };
      default:
        throw new FUSEError('ENOENT');
    }
  }

  override opendir(inode: bigint): bigint {
    return inode;
  }

  override readdir(_fh: bigint, startId: bigint, token: ReaddirToken): void {
    if (startId === 0n) readdirReply(token, 'message', this.getattr(MESSAGE_INODE), 1n);
  }

  override open(inode: bigint, flags: number): Partial<FileInfo> {
    if (flags & (constants.O_WRONLY | constants.O_RDWR)) throw new FUSEError('EACCES');
    return { fh: inode };
  }

  override read(_fh: bigint, offset: number, size: number): Uint8Array {
    return content.subarray(offset, offset + size);
  }
}
