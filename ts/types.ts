import { constants } from 'node:fs';

/** Identity of a file or directory, unsigned 64 bit. */
export type InodeT = bigint;
/** What open and opendir hand out, unsigned 64 bit. */
export type FileHandleT = bigint;
/** A name in a directory: UTF-8, or bytes as fsdecode gives them. */
export type FileNameT = string;
/** Name of an extended attribute, with its namespace, such as `user.comment`. */
export type XAttrNameT = string;
/** Flags of a system call. */
export type FlagT = number;
/** File type and permission bits. */
export type ModeT = number;

/** A value, or a promise of it: every handler may be sync or async. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * What a handler returns to describe an inode: any part of {@link EntryAttributes}, in number or
 * bigint.
 */
export type Attributes = {
  [field in keyof EntryAttributes]?: number | bigint;
};

/**
 * The attributes of an inode, named like Node's BigIntStats, so that the result of
 * `lstat(path, { bigint: true })` can be returned from a handler as it is.
 *
 * Identities and nanosecond times are bigint; a handler may give number or bigint in every field
 * and leave out those whose default suits it.
 */
export class EntryAttributes {
  /**
   * Inode number: the identity of the node for the kernel, and what stat(2) shows. Never 0, except
   * in a negative entry.
   */
  ino = 0n;
  /** With `ino` unique over the life of the filesystem; matters for NFS export. */
  generation = 0n;
  /** Seconds for which the kernel may trust the name. Fractions count; 0 means ask each time. */
  entryTimeout = 300;
  /** Seconds for which the kernel may trust the attributes. */
  attrTimeout = 300;
  /** File type and permission bits. */
  mode: number = constants.S_IFREG;
  nlink = 1;
  uid = 0;
  gid = 0;
  /** Device number of a device node, in the encoding of makedev(3). */
  rdev = 0;
  /** Bytes. */
  size = 0;
  /** Preferred block size for I/O, in bytes. */
  blksize = 4096;
  /** Units of 512 bytes in use; never derived from `size`. */
  blocks = 0;
  /** Time of last access, ns since 1970; negative before. */
  atimeNs = 0n;
  /** Time of last modification of the data, ns since 1970. */
  mtimeNs = 0n;
  /** Time of last change of the inode, ns since 1970. */
  ctimeNs = 0n;
  /** Not carried by the protocol; kept so that a Stats object fits. */
  birthtimeNs = 0n;
}

/** Which fields of `attr` a setattr request sets. */
export class SetattrFields {
  updateAtime = false;
  updateMtime = false;
  /** Set only with the writeback cache, when the kernel owns the times. */
  updateCtime = false;
  updateMode = false;
  updateUid = false;
  updateGid = false;
  updateSize = false;
}

/** What open and create return. */
export class FileInfo {
  /** File handle, unsigned 64 bit, passed to every later operation on the open file. */
  fh: bigint | number = 0n;
  /** Bypass the page cache: each read(2) and write(2) reaches the handler as it was made. */
  directIo = false;
  /** Keep what the page cache holds from earlier opens. */
  keepCache = true;
  /** lseek(2) fails with ESPIPE. */
  nonseekable = false;
  /** opendir only: let the kernel cache the entries. */
  cacheReaddir = false;
  /** close(2) sends no flush. */
  noflush = false;
  /** Writes with direct I/O may run in parallel. */
  parallelDirectWrites = false;
  /** Id of a passthrough backing file; 0 for none. */
  backingId = 0;

  constructor(init: Partial<FileInfo> = {}) {
    Object.assign(this, init);
  }
}

/** What statfs returns. Block counts are in units of `frsize`, or of `bsize` when that is 0. */
export class StatvfsData {
  /** Preferred block size, bytes. */
  bsize: number | bigint = 0;
  /** Fragment size, bytes. */
  frsize: number | bigint = 0;
  blocks: number | bigint = 0;
  bfree: number | bigint = 0;
  /** Free blocks for ordinary users. */
  bavail: number | bigint = 0;
  /** Inodes in all. */
  files: number | bigint = 0;
  ffree: number | bigint = 0;
  /** Not carried by the protocol. */
  favail: number | bigint = 0;
  /** Longest name, bytes. */
  namemax: number | bigint = 0;
}

/** Who made a request, and what the kernel sent beside the arguments that handlers take. */
export interface RequestContext {
  readonly uid: number;
  readonly gid: number;
  /** Thread id of the caller; 0 for requests the kernel makes by itself, such as writeback. */
  readonly pid: number;
  /** Meaningful for mknod, mkdir and create; already applied to the mode unless ACLs are on. */
  readonly umask: number;
  /** The inode that the request addresses; for operations on names, the parent directory. */
  readonly inode: bigint;
  /** File handle that came with the request, also in getattr; null when there is none. */
  readonly fh: bigint | null;
  /** Lock owner of read, write, flush, release and the lock operations; 0n elsewhere. */
  readonly lockOwner: bigint;
  /** Flags of the open file, or those of setxattr(2) and ioctl; 0 elsewhere. */
  readonly flags: number;
  /** write: the page cache writes back, so that uid, gid, pid and fh may be another caller's. */
  readonly writepage: boolean;
  /** release: the file had a flock(2) of `lockOwner`, which ends now. */
  readonly flockRelease: boolean;
  /** poll: the events that the caller waits for, where the kernel tells; else 0. */
  readonly pollEvents: number;
  /** Fires when the caller was interrupted (FUSE_INTERRUPT). Made on first use. */
  readonly signal: AbortSignal;
}

/** A byte-range lock, as in fcntl(2) F_GETLK and F_SETLK. */
export interface FileLock {
  /** F_RDLCK, F_WRLCK or F_UNLCK. */
  type: number;
  /** First byte. */
  start: number | bigint;
  /** Number of bytes; 0 means to the end of the file. */
  length: number | bigint;
  pid: number;
}

/** What an ioctl handler returns: the result of ioctl(2), and bytes for the caller. */
export type IoctlResult = number | { result: number; data?: Uint8Array };

/** Negotiation with the kernel, open for change inside {@link Operations.init}. */
export interface ConnectionInfo {
  /** Where the filesystem is mounted: an absolute path without symbolic links. */
  readonly mountpoint: string;
  /** Threads that serve it, each with a filesystem of its own (`config.workers`). */
  readonly workers: number;
  readonly protoMajor: number;
  readonly protoMinor: number;
  /** Bytes in one write request. */
  maxWrite: number;
  maxReadahead: number;
  /** Requests the kernel keeps in flight in the background; 0 leaves its default of 12. */
  maxBackground: number;
  congestionThreshold: number;
  /** Granularity of times, ns. */
  timeGran: number;
  /** What the kernel can do: FUSE_CAP_ bits. */
  readonly capable: bigint;
  /** What will be used: FUSE_CAP_ bits, a subset of `capable`. */
  want: bigint;
}

/** Where readdir puts its entries; valid until the handler has settled. */
export interface ReaddirToken {
  /** Bytes the kernel asked for. */
  readonly size: number;
}

/** What poll keeps to wake the caller later, once. */
export interface PollHandle {
  notify(): Promise<void>;
}

/** How long requests of one handler took, in microseconds; percentiles are at most half off. */
export interface Latency {
  /** Requests that have been answered. */
  count: number;
  min: number;
  mean: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
  /** How many took `from` or longer, but not `to`, ascending, without those that have none. */
  histogram: { from: number; to: number; count: number }[];
}

/** What a session has done so far. */
export interface SessionStats {
  /** Threads that serve. */
  workers: number;
  /** How requests come: read from the device, or over io_uring. Known once main() serves. */
  transport: 'read' | 'uring';
  tasks: {
    /** Tasks that exist, waiting ones included; 0 when main() does not run. */
    now: number;
    /** The most that have existed at a time. */
    peak: number;
    /** Those of them that wait for a request. */
    waiting: number;
  };
  /** Requests by their handler's name; handlers that were never called are left out. */
  requests: Record<string, number>;
  /** Times from a request's arrival to its answer, by the name of its handler. */
  latency: Record<string, Latency>;
  /** Requests that were answered with an error. */
  errors: number;
  /** Data of files that handlers have delivered and taken. */
  bytes: { read: number; written: number };
}
