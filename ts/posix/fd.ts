import { define, int, long, nothing, number } from './call.js';

const closeCall = define('close', (fd: number) => [int(fd, 'fd')], nothing);

/** close(2) */
export const close = closeCall.later;
/** As {@link close}, on this thread. */
export const closeSync = closeCall.now;

const flushCall = define('flush', (fd: number) => [int(fd, 'fd')], nothing);

/** What close(2) would report of data written so far; the descriptor stays open. */
export const flush = flushCall.later;
/** As {@link flush}, on this thread. */
export const flushSync = flushCall.now;

const ftruncateCall = define(
  'ftruncate',
  (fd: number, length: number | bigint) => [int(fd, 'fd'), long(length, 'length')],
  nothing,
);

/** ftruncate(2) */
export const ftruncate = ftruncateCall.later;
/** As {@link ftruncate}, on this thread. */
export const ftruncateSync = ftruncateCall.now;

const lseekCall = define(
  'lseek',
  (fd: number, offset: number | bigint, whence: number) => [
    int(fd, 'fd'),
    long(offset, 'offset'),
    int(whence, 'whence'),
  ],
  number,
);

/** lseek(2): returns the offset, and moves the one that the descriptor shares with its copies. */
export const lseek = lseekCall.later;
/** As {@link lseek}, on this thread. */
export const lseekSync = lseekCall.now;

const fallocateCall = define(
  'fallocate',
  (fd: number, mode: number, offset: number | bigint, length: number | bigint) => [
    int(fd, 'fd'),
    int(mode, 'mode'),
    long(offset, 'offset'),
    long(length, 'length'),
  ],
  nothing,
);

/** fallocate(2). @param mode 0, or FALLOC_FL_ flags. */
export const fallocate = fallocateCall.later;
/** As {@link fallocate}, on this thread. */
export const fallocateSync = fallocateCall.now;

const copyFileRangeCall = define(
  'copyFileRange',
  (
    fdIn: number,
    offsetIn: number | bigint,
    fdOut: number,
    offsetOut: number | bigint,
    length: number | bigint,
    flags?: number,
  ) => [
    int(fdIn, 'fdIn'),
    long(offsetIn, 'offsetIn'),
    int(fdOut, 'fdOut'),
    long(offsetOut, 'offsetOut'),
    long(length, 'length'),
    int(flags ?? 0, 'flags'),
  ],
  number,
);

/** copy_file_range(2); returns the bytes copied, 0 at the end of the file. */
export const copyFileRange = copyFileRangeCall.later;
/** As {@link copyFileRange}, on this thread. */
export const copyFileRangeSync = copyFileRangeCall.now;

const flockCall = define(
  'flock',
  (fd: number, operation: number) => [int(fd, 'fd'), int(operation, 'operation')],
  nothing,
);

/**
 * flock(2). Without LOCK_NB it waits in one of the few threads of libuv's pool, which every other
 * asynchronous call shares.
 */
export const flock = flockCall.later;
/** As {@link flock}, on this thread. */
export const flockSync = flockCall.now;

const syncfsCall = define('syncfs', (fd: number) => [int(fd, 'fd')], nothing);

/** syncfs(2): writes out the filesystem that holds the file. */
export const syncfs = syncfsCall.later;
/** As {@link syncfs}, on this thread. */
export const syncfsSync = syncfsCall.now;
