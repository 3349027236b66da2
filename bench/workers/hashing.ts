import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type Attributes, FUSEError, Operations, ROOT_INODE } from 'wasmfuse';

const block = Buffer.alloc(1 << 20, 7);
const FILE = 2n;

/** What a handler computes: the hash of 1 MiB. */
export function compute(): Buffer {
  return createHash('sha256').update(block).digest();
}

/** One file; each read(2) of it is one request, which takes as long as hashing 1 MiB. */
export default class HashingFs extends Operations {
  override getattr(ino: bigint): Attributes {
    return ino === ROOT_INODE
      ? { ino, mode: constants.S_IFDIR | 0o755 }
      : { ino, mode: constants.S_IFREG | 0o644, size: Number.MAX_SAFE_INTEGER };
  }

  override lookup(_parent: bigint, name: string): Attributes {
    if (name !== 'hash') throw new FUSEError('ENOENT');
    return this.getattr(FILE);
  }

  override open() {
    return { directIo: true };
  }

  override async read(): Promise<Buffer> {
    return compute();
  }
}
