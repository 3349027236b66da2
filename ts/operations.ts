import { FurtherOperations, unsupported } from './further.js';
import type {
  Attributes,
  ConnectionInfo,
  FileInfo,
  MaybePromise,
  ReaddirToken,
  RequestContext,
  SetattrFields,
  StatvfsData,
} from './types.js';

type Opened = MaybePromise<Partial<FileInfo>>;
type Created = MaybePromise<[Partial<FileInfo>, Attributes]>;

/**
 * A filesystem: one method an operation, each named by the system call behind it. Override what the
 * filesystem can do; what is not overridden answers ENOSYS, which for many operations makes the
 * kernel stop asking (each method says so).
 *
 * Every handler may be sync or async, and takes the {@link RequestContext} last. It fails by
 * throwing a FUSEError, or an error of Node whose `code` is an errno; anything else is logged and
 * answered EIO.
 *
 * **Lookup counts.** lookup, mknod, mkdir, symlink, link, create, tmpfile and each entry that
 * readdirReply accepts (except `.` and `..`) raise the lookup count of the inode they return by
 * one; forget lowers it. An inode with a positive count, or an open handle, must stay usable also
 * when its last name is gone. The root inode is never looked up into existence.
 *
 * Inodes, handles and cookies are unsigned bigint; names are strings that keep every byte (see
 * `fsencode`); offsets and sizes are numbers, in bytes.
 */
export class Operations extends FurtherOperations {
  /** The kernel may look up `.` and `..`, also on inodes already forgotten (NFS export). */
  supportsDotLookup = true;
  /** The kernel caches writes, and owns size, mtime and ctime. */
  enableWritebackCache = false;
  /** The kernel checks POSIX ACLs kept in xattrs; implies default_permissions. */
  enableAcl = false;

  /**
   * Called once when the kernel opens the conversation (FUSE_INIT), before any other handler; may
   * change `connection`. What it throws ends main(). In each of several workers it must decide the
   * same.
   */
  init(_connection: ConnectionInfo): MaybePromise<void> {}

  /**
   * Called once after the last request, also when there was none, not even `init`; close() waits
   * for it, up to `config.closeTimeout`.
   */
  destroy(): MaybePromise<void> {}

  /**
   * Find a name in a directory: the first step of every system call that takes a path.
   *
   * @returns the attributes; with `ino` 0, a negative entry that is cached for `entryTimeout`.
   * Raises the lookup count.
   * @throws ENOENT when there is no such name (not cached).
   */
  lookup(_parent: bigint, _name: string, _ctx: RequestContext): MaybePromise<Attributes> {
    unsupported();
  }

  /**
   * The kernel drops references: lower each inode's lookup count by the number given. Not answered,
   * so an error reaches nobody but the log. At unmount the kernel sends none for what it still
   * knew.
   */
  forget(_inodes: [inode: bigint, nlookup: bigint][], _ctx: RequestContext): MaybePromise<void> {}

  /**
   * Attributes of an inode: stat(2), when the cached ones have expired. `ctx.fh` is set for
   * fstat(2).
   */
  getattr(_inode: bigint, _ctx: RequestContext): MaybePromise<Attributes> {
    unsupported();
  }

  /**
   * Change attributes: chmod(2), chown(2), truncate(2), utimensat(2).
   *
   * @param attr the new values, valid only where `fields` says so; do not return it.
   * @param fh the handle for ftruncate(2), else null.
   * @returns all attributes after the change.
   */
  setattr(
    _inode: bigint,
    _attr: Attributes,
    _fields: SetattrFields,
    _fh: bigint | null,
    _ctx: RequestContext,
  ): MaybePromise<Attributes> {
    unsupported();
  }

  /** Target of a symbolic link: readlink(2). */
  readlink(_inode: bigint, _ctx: RequestContext): MaybePromise<string | Uint8Array> {
    unsupported();
  }

  /**
   * Make a device node, fifo, socket or, when create is not supported, a regular file: mknod(2).
   * Raises the lookup count.
   */
  mknod(
    _parent: bigint,
    _name: string,
    _mode: number,
    _rdev: number,
    _ctx: RequestContext,
  ): MaybePromise<Attributes> {
    unsupported();
  }

  /** Make a directory: mkdir(2). `mode` includes S_IFDIR. Raises the lookup count. */
  mkdir(
    _parent: bigint,
    _name: string,
    _mode: number,
    _ctx: RequestContext,
  ): MaybePromise<Attributes> {
    unsupported();
  }

  /**
   * Remove a name that is no directory: unlink(2). The inode lives on while it is looked up or
   * open.
   */
  unlink(_parent: bigint, _name: string, _ctx: RequestContext): MaybePromise<void> {
    unsupported();
  }

  /** Remove an empty directory: rmdir(2). @throws ENOTEMPTY */
  rmdir(_parent: bigint, _name: string, _ctx: RequestContext): MaybePromise<void> {
    unsupported();
  }

  /** Make a symbolic link: symlink(2). Raises the lookup count. */
  symlink(
    _parent: bigint,
    _name: string,
    _target: string,
    _ctx: RequestContext,
  ): MaybePromise<Attributes> {
    unsupported();
  }

  /**
   * Move a name: rename(2), renameat2(2). An existing target is replaced, and its inode lives on
   * while it is looked up or open.
   *
   * @param flags 0, RENAME_NOREPLACE (EEXIST when the target exists) or RENAME_EXCHANGE. @throws
   * EINVAL for others.
   */
  rename(
    _parentOld: bigint,
    _nameOld: string,
    _parentNew: bigint,
    _nameNew: string,
    _flags: number,
    _ctx: RequestContext,
  ): MaybePromise<void> {
    unsupported();
  }

  /** Add a name to an inode: link(2). Raises the lookup count. */
  link(
    _inode: bigint,
    _newParent: bigint,
    _newName: string,
    _ctx: RequestContext,
  ): MaybePromise<Attributes> {
    unsupported();
  }

  /**
   * Open a file: open(2) without O_CREAT, O_EXCL and O_NOCTTY. O_TRUNC is passed, and no setattr
   * follows: truncate here. ENOSYS makes every open succeed with fh 0 and ends open and release.
   */
  open(_inode: bigint, _flags: number, _ctx: RequestContext): Opened {
    unsupported();
  }

  /**
   * Read data: read(2) through the page cache, or as it was called with directIo.
   *
   * @param into a view of the reply, `size` bytes: fill it and return the count, or return bytes.
   * @returns at most `size` bytes; fewer mean the end of the file.
   */
  read(
    _fh: bigint,
    _offset: number,
    _size: number,
    _into: Buffer,
    _ctx: RequestContext,
  ): MaybePromise<Uint8Array | number> {
    unsupported();
  }

  /**
   * Write data: write(2), or writeback of the page cache.
   *
   * @param data a view that is valid until the handler has settled; copy to keep.
   * @returns bytes written; all of them unless the file has directIo.
   */
  write(_fh: bigint, _offset: number, _data: Buffer, _ctx: RequestContext): MaybePromise<number> {
    unsupported();
  }

  /**
   * One descriptor of the handle is closed: close(2), which returns the error. ENOSYS: never asked
   * again.
   */
  flush(_fh: bigint, _ctx: RequestContext): MaybePromise<void> {
    unsupported();
  }

  /**
   * The last descriptor is closed: exactly once for each open. Nobody waits for it; errors are
   * dropped.
   */
  release(_fh: bigint, _ctx: RequestContext): MaybePromise<void> {
    unsupported();
  }

  /** fsync(2), fdatasync(2). ENOSYS: taken as success from then on. */
  fsync(_fh: bigint, _datasync: boolean, _ctx: RequestContext): MaybePromise<void> {
    unsupported();
  }

  /** Open a directory: opendir(3). ENOSYS: the kernel goes on with fh 0 and sends no releasedir. */
  opendir(_inode: bigint, _ctx: RequestContext): MaybePromise<bigint | number | Partial<FileInfo>> {
    unsupported();
  }

  /**
   * List a directory: getdents(2). Call `readdirReply(token, name, attributes, nextId)` for each
   * entry from `startId` on until it returns false; `nextId` is the startId that continues after
   * the entry, above 0. Return without an entry at the end.
   */
  readdir(
    _fh: bigint,
    _startId: bigint,
    _token: ReaddirToken,
    _ctx: RequestContext,
  ): MaybePromise<void> {
    unsupported();
  }

  /** Once for each opendir. */
  releasedir(_fh: bigint, _ctx: RequestContext): MaybePromise<void> {
    unsupported();
  }

  /** fsync(2) of a directory. ENOSYS: taken as success from then on. */
  fsyncdir(_fh: bigint, _datasync: boolean, _ctx: RequestContext): MaybePromise<void> {
    unsupported();
  }

  /** statfs(2), df(1). */
  statfs(_ctx: RequestContext): MaybePromise<Partial<StatvfsData>> {
    unsupported();
  }

  /**
   * Set an extended attribute: setxattr(2). XATTR_CREATE and XATTR_REPLACE are checked with
   * getxattr before this is called; they are also in `ctx.flags`. ENOSYS: EOPNOTSUPP, never asked
   * again.
   *
   * @param value a view that is valid until the handler has settled.
   */
  setxattr(
    _inode: bigint,
    _name: string,
    _value: Buffer,
    _ctx: RequestContext,
  ): MaybePromise<void> {
    unsupported();
  }

  /** Value of an extended attribute: getxattr(2). @throws ENOATTR */
  getxattr(_inode: bigint, _name: string, _ctx: RequestContext): MaybePromise<Uint8Array | string> {
    unsupported();
  }

  /** Names of all extended attributes: listxattr(2). */
  listxattr(_inode: bigint, _ctx: RequestContext): MaybePromise<Iterable<string | Uint8Array>> {
    unsupported();
  }

  /** removexattr(2). @throws ENOATTR */
  removexattr(_inode: bigint, _name: string, _ctx: RequestContext): MaybePromise<void> {
    unsupported();
  }

  /**
   * May the caller access the inode: access(2), chdir(2); never asked with default_permissions.
   *
   * @param mode R_OK, W_OK, X_OK, or F_OK.
   * @returns false for EACCES. ENOSYS: everything is allowed from then on.
   */
  access(_inode: bigint, _mode: number, _ctx: RequestContext): MaybePromise<boolean> {
    unsupported();
  }

  /**
   * Create and open a file: open(2) with O_CREAT on a name that does not exist. `mode` includes
   * S_IFREG. Raises the lookup count. ENOSYS: the kernel uses mknod and open.
   */
  create(
    _parent: bigint,
    _name: string,
    _mode: number,
    _flags: number,
    _ctx: RequestContext,
  ): Created {
    unsupported();
  }

  /** Create and open a file without a name: open(2) with O_TMPFILE. Raises the lookup count. */
  tmpfile(_parent: bigint, _mode: number, _flags: number, _ctx: RequestContext): Created {
    unsupported();
  }
}
