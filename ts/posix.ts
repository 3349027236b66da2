/**
 * The system calls that Node's fs lacks, for filesystems that mirror another one. They run on
 * libuv's thread pool and reject with a SystemError. A wrong argument throws a TypeError or
 * RangeError.
 *
 * @module
 */

export type { Path } from './posix/call.js';
export * from './posix/create.js';
export * from './posix/fd.js';
export * from './posix/path.js';
export * from './posix/xattr.js';
