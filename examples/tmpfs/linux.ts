/** Numbers of the Linux interface that neither `node:fs` nor wasmfuse exports. */

/** <sys/stat.h>: run with the identity of the file's owner, of its group. */
export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;

/** <linux/limits.h>: most bytes of names that listxattr(2) returns. */
export const XATTR_LIST_MAX = 65536;
