import { constant, linux } from './session/generated/layout.js';

/** Inode number of the root directory. */
export const ROOT_INODE: bigint = BigInt(constant.FUSE_ROOT_ID);

/**
 * Constants of Linux that Node's `fs.constants` lacks: mode bits, limits, flags of renameat2(2),
 * setxattr(2), fallocate(2) and flock(2), values of lseek(2), fcntl(2) and poll(2).
 */
export const {
  RENAME_NOREPLACE,
  RENAME_EXCHANGE,
  RENAME_WHITEOUT,
  XATTR_CREATE,
  XATTR_REPLACE,
  XATTR_SIZE_MAX,
  XATTR_LIST_MAX,
  S_ISUID,
  S_ISGID,
  S_ISVTX,
  SEEK_DATA,
  SEEK_HOLE,
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  FALLOC_FL_COLLAPSE_RANGE,
  FALLOC_FL_ZERO_RANGE,
  FALLOC_FL_INSERT_RANGE,
  FALLOC_FL_UNSHARE_RANGE,
  LOCK_SH,
  LOCK_EX,
  LOCK_NB,
  LOCK_UN,
  F_RDLCK,
  F_WRLCK,
  F_UNLCK,
  POLLIN,
  POLLPRI,
  POLLOUT,
  POLLERR,
  POLLHUP,
  NAME_MAX,
  PATH_MAX,
} = linux;

/** The mount options that `init` uses when none are given. */
export const defaultOptions: ReadonlySet<string> = new Set(['default_permissions']);
