import {
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  FALLOC_FL_ZERO_RANGE,
  FUSEError,
  S_ISGID,
  S_ISUID,
} from 'wasmfuse';
import { Content } from './content.js';
import { Node, type Origin } from './node.js';

/** A regular file. */
export class File extends Node {
  readonly content: Content;

  constructor(origin: Origin) {
    super(origin);
    this.content = new Content(origin.memory);
  }

  override get size(): number {
    return this.content.size;
  }

  override get allocated(): number {
    return this.content.allocated;
  }

  /** A write takes S_ISUID and S_ISGID away without a notice: execve(2) must see it at once. */
  override get attrTimeout(): number {
    return this.mode & (S_ISUID | S_ISGID) ? 0 : super.attrTimeout;
  }

  /** What has to follow a change of the data by `uid`: only root's leaves S_ISUID and S_ISGID. */
  written(uid: number): void {
    if (uid === 0) this.dropCapabilities();
    else this.dropPrivileges();
    this.modified();
  }

  /** fallocate(2). @throws EOPNOTSUPP for an unknown mode; ENOSPC, EFBIG */
  allocate(mode: number, offset: number, length: number): void {
    const keepSize = (mode & FALLOC_FL_KEEP_SIZE) !== 0;
    const action = mode & ~FALLOC_FL_KEEP_SIZE;
    if (action === 0) this.content.allocate(offset, length, keepSize);
    else if (action === FALLOC_FL_ZERO_RANGE) this.content.zeroRange(offset, length, keepSize);
    else if (action === FALLOC_FL_PUNCH_HOLE && keepSize) this.content.punchHole(offset, length);
    else throw new FUSEError('EOPNOTSUPP');
  }

  override free(): void {
    super.free();
    this.content.free();
  }
}
