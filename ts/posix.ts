/**
 * The system calls that Node's fs lacks, or makes less directly, for filesystems that mirror
 * another one. Each exists twice: `name` runs on libuv's thread pool and returns a promise,
 * `nameSync` runs on the calling thread. Both fail with a SystemError; a wrong argument is a
 * TypeError or RangeError.
 *
 * A call on the thread that serves holds up every other request while it waits, but one on the pool
 * takes two changes of thread, several times what most calls themselves take.
 *
 * @module
 */

export type { Entry, Path, Text } from './posix/call.js';
export * from './posix/create.js';
export * from './posix/data.js';
export * from './posix/fd.js';
export {
  getdents,
  getdentsSync,
  readlink,
  readlinkSync,
  statvfs,
  statvfsSync,
} from './posix/look.js';
export * from './posix/path.js';
export * from './posix/stat.js';
export * from './posix/xattr.js';
