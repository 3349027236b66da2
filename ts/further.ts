import { FUSEError } from './errors.js';
import type { FileLock, IoctlResult, MaybePromise, PollHandle, RequestContext } from './types.js';

/** The answer of every handler that is not overridden. */
export function unsupported(): never {
  throw new FUSEError('ENOSYS');
}

/** Handlers that go beyond pyfuse3's; part of Operations. */
export class FurtherOperations {
  /**
   * Would this lock be granted: fcntl(2) F_GETLK. Not overridden: locks are local to this machine.
   */
  getlk(_fh: bigint, _lock: FileLock, _ctx: RequestContext): MaybePromise<FileLock> {
    unsupported();
  }

  /** Set or release a byte-range lock: fcntl(2) F_SETLK, and F_SETLKW when `sleep`. */
  setlk(_fh: bigint, _lock: FileLock, _sleep: boolean, _ctx: RequestContext): MaybePromise<void> {
    unsupported();
  }

  /**
   * flock(2). `operation` is LOCK_SH, LOCK_EX or LOCK_UN, with LOCK_NB when the caller does not
   * wait.
   */
  flock(_fh: bigint, _operation: number, _ctx: RequestContext): MaybePromise<void> {
    unsupported();
  }

  /** Device block of a file block: the FIBMAP ioctl, with the mount option blkdev. */
  bmap(
    _inode: bigint,
    _blocksize: number,
    _block: bigint,
    _ctx: RequestContext,
  ): MaybePromise<bigint | number> {
    unsupported();
  }

  /**
   * ioctl(2) of a command whose number tells the size of its argument.
   *
   * @param argument the third argument as it was, cut to 32 bits.
   * @param input what the caller passes in, valid until the handler has settled.
   * @param outSize most bytes that may be returned as data.
   */
  ioctl(
    _fh: bigint,
    _command: number,
    _argument: number,
    _input: Buffer,
    _outSize: number,
    _ctx: RequestContext,
  ): MaybePromise<IoctlResult> {
    unsupported();
  }

  /**
   * Which events are ready: poll(2), select(2), epoll(7). ENOSYS: always ready, never asked again.
   *
   * @param handle to be notified once when that may have changed; null when nobody waits.
   * @returns a mask of POLLIN, POLLOUT, ...
   */
  poll(
    _inode: bigint,
    _fh: bigint,
    _handle: PollHandle | null,
    _ctx: RequestContext,
  ): MaybePromise<number> {
    unsupported();
  }

  /** Reserve, punch or zero a range: fallocate(2). ENOSYS: EOPNOTSUPP, never asked again. */
  fallocate(
    _fh: bigint,
    _mode: number,
    _offset: number,
    _length: number,
    _ctx: RequestContext,
  ): MaybePromise<void> {
    unsupported();
  }

  /**
   * copy_file_range(2) inside the filesystem; returns the bytes copied. ENOSYS: the kernel reads
   * and writes.
   */
  copyFileRange(
    _fhIn: bigint,
    _offsetIn: number,
    _fhOut: bigint,
    _offsetOut: number,
    _length: number,
    _flags: number,
    _ctx: RequestContext,
  ): MaybePromise<number> {
    unsupported();
  }

  /**
   * lseek(2) with SEEK_DATA or SEEK_HOLE; returns the offset. ENOSYS: the kernel takes the file as
   * one piece of data.
   */
  lseek(_fh: bigint, _offset: number, _whence: number, _ctx: RequestContext): MaybePromise<number> {
    unsupported();
  }

  /**
   * Bytes of the page cache that a retrieve asked for; `data` is valid until the handler has
   * settled.
   */
  retrieveReply(
    _inode: bigint,
    _offset: number,
    _data: Buffer,
    _ctx: RequestContext,
  ): MaybePromise<void> {}
}
