import { constants, realpathSync } from 'node:fs';
import {
  type Attributes,
  type ConnectionInfo,
  type FileInfo,
  FUSEError,
  Operations,
  posix,
  type ReaddirToken,
  type RequestContext,
  ROOT_INODE,
  type SetattrFields,
  type StatvfsData,
} from 'wasmfuse';
import * as calls from './passthrough/calls.js';
import { applyChanges } from './passthrough/changes.js';
import { createAt, created } from './passthrough/creation.js';
import { Handles } from './passthrough/handles.js';
import { type Found, Inodes } from './passthrough/inodes.js';
import { Listing } from './passthrough/listing.js';
import { type PassthroughOptions, parseOptions, type Settings } from './passthrough/options.js';
import { refuseLoop } from './passthrough/overlap.js';
import { ownerFor } from './passthrough/ownership.js';
import { writeAll } from './passthrough/transfer.js';

const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_RDONLY } = constants;

/**
 * What of an open's flags holds for the source. O_APPEND is a matter of each write: a program may
 * change it, and pages that it has mapped go to their place. O_DIRECT would want aligned memory;
 * the kernel passes the mount's own cache by.
 */
const KEPT_FLAGS =
  constants.O_WRONLY |
  constants.O_RDWR |
  constants.O_TRUNC |
  constants.O_SYNC |
  constants.O_DSYNC |
  constants.O_NOATIME;

/**
 * Mirrors a directory, with every change of it seen at once, and every error of it passed on.
 *
 * Each inode that the kernel knows is held by an O_PATH descriptor, so renames and removals, in
 * the mount or in the source, never make a request reach the wrong file. The limit of descriptors
 * (`ulimit -n`) therefore bounds how many inodes can be known at once; each open file takes one
 * more.
 *
 * Permissions are the kernel's to check, by `default_permissions`: it knows modes, but no ACL of
 * the source beyond what the mode shows of it. What root serves belongs to who makes it; what
 * another user serves, to that user.
 *
 * The inodes live in this thread: serve it with one worker. The mountpoint must not lie in the
 * source, but may be the source itself. The calls run on libuv's thread pool (UV_THREADPOOL_SIZE),
 * so the process that serves must not use the mount by asynchronous calls of its own, which would
 * wait there for themselves.
 */
export default class Passthrough extends Operations {
  readonly #settings: Settings;
  readonly #inodes: Inodes;
  readonly #source: string;
  readonly #files = new Handles<number>();
  readonly #directories = new Handles<Listing>();

  /** @throws TypeError for wrong options; an error of Node when the source is no open directory. */
  constructor(options: PassthroughOptions) {
    super();
    this.#settings = parseOptions(options);
    this.#inodes = new Inodes(this.#settings.source);
    this.#source = realpathSync(this.#settings.source);
  }

  override init({ mountpoint, workers }: ConnectionInfo): void {
    if (workers > 1) throw new Error('passthrough: its inodes live in one worker thread');
    refuseLoop(this.#source, mountpoint);
  }

  override destroy(): void {
    for (const fd of this.#files.takeAll()) posix.closeSync(fd);
    for (const { fd } of this.#directories.takeAll()) posix.closeSync(fd);
    this.#inodes.clear();
  }

  override async lookup(parent: bigint, name: string): Promise<Attributes> {
    const directory = this.#inodes.get(parent);
    // Above the source's root there is nothing.
    const path = parent === ROOT_INODE && name === '..' ? directory.path : directory.child(name);
    const isDot = name === '.' || name === '..';
    try {
      return this.#entry(await (isDot ? this.#inodes.open(path) : this.#inodes.find(path)));
    } catch (error) {
      if (calls.codeOf(error) !== 'ENOENT') throw error;
      // That there is no such name holds as long as that there is one.
      return { ino: 0n, entryTimeout: this.#settings.entryTimeout };
    }
  }

  override forget(inodes: [inode: bigint, nlookup: bigint][]): void {
    for (const [inode, nlookup] of inodes) this.#inodes.forget(this.#inodes.get(inode), nlookup);
  }

  override async getattr(inode: bigint): Promise<Attributes> {
    const node = this.#inodes.get(inode);
    return this.#entry({ node, stats: await calls.fstat(node.fd) });
  }

  override async setattr(
    inode: bigint,
    attr: Attributes,
    fields: SetattrFields,
    fh: bigint | null,
  ): Promise<Attributes> {
    const fd = fh === null ? undefined : this.#files.get(fh);
    await applyChanges(this.#inodes.get(inode), attr, fields, fd);
    return this.getattr(inode);
  }

  override readlink(inode: bigint): Promise<Buffer> {
    return posix.readlink(this.#inodes.get(inode).fd);
  }

  override mknod(
    parent: bigint,
    name: string,
    mode: number,
    rdev: number,
    ctx: RequestContext,
  ): Promise<Attributes> {
    const make = (path: posix.Path) => posix.mknod(path, mode, rdev, ownerFor(ctx));
    return this.#make(parent, name, mode, ctx, make);
  }

  override mkdir(
    parent: bigint,
    name: string,
    mode: number,
    ctx: RequestContext,
  ): Promise<Attributes> {
    const make = (path: posix.Path) => posix.mkdir(path, mode, ownerFor(ctx));
    return this.#make(parent, name, mode, ctx, make);
  }

  override async symlink(
    parent: bigint,
    name: string,
    target: string,
    ctx: RequestContext,
  ): Promise<Attributes> {
    const path = this.#inodes.get(parent).child(name);
    await posix.symlink(target, path, ownerFor(ctx));
    return this.#entry(await this.#inodes.find(path));
  }

  override async link(inode: bigint, newParent: bigint, newName: string): Promise<Attributes> {
    const node = this.#inodes.get(inode);
    await posix.link(node.path, this.#inodes.get(newParent).child(newName), true);
    return this.#entry(await this.#inodes.open(node.path));
  }

  override async unlink(parent: bigint, name: string): Promise<void> {
    await calls.unlink(this.#inodes.get(parent).child(name));
  }

  override async rmdir(parent: bigint, name: string): Promise<void> {
    await calls.rmdir(this.#inodes.get(parent).child(name));
  }

  override async rename(
    parentOld: bigint,
    nameOld: string,
    parentNew: bigint,
    nameNew: string,
    flags: number,
  ): Promise<void> {
    const from = this.#inodes.get(parentOld).child(nameOld);
    await posix.rename(from, this.#inodes.get(parentNew).child(nameNew), flags);
  }

  override async open(inode: bigint, flags: number): Promise<Partial<FileInfo>> {
    return this.#opened(await posix.open(this.#inodes.get(inode).path, flags & KEPT_FLAGS));
  }

  override async create(
    parent: bigint,
    name: string,
    mode: number,
    flags: number,
    ctx: RequestContext,
  ): Promise<[Partial<FileInfo>, Attributes]> {
    const path = this.#inodes.get(parent).child(name);
    const made = posix.open(path, (flags & KEPT_FLAGS) | O_CREAT | O_EXCL, mode, ownerFor(ctx));
    const fd = await made.catch((error) => {
      // Someone made the file after the kernel's lookup: ESTALE makes it look again, and open.
      const isRace = calls.codeOf(error) === 'EEXIST' && (flags & O_EXCL) === 0;
      throw isRace ? new FUSEError('ESTALE') : error;
    });
    return this.#created(fd, parent, mode, ctx);
  }

  override async tmpfile(
    parent: bigint,
    mode: number,
    flags: number,
    ctx: RequestContext,
  ): Promise<[Partial<FileInfo>, Attributes]> {
    const { path } = this.#inodes.get(parent);
    const kept = (flags & (KEPT_FLAGS | O_EXCL)) | posix.O_TMPFILE;
    return this.#created(await posix.open(path, kept, mode, ownerFor(ctx)), parent, mode, ctx);
  }

  override read(fh: bigint, offset: number, _size: number, into: Buffer): Promise<number> {
    return calls.read(this.#files.get(fh), into, offset);
  }

  override write(fh: bigint, offset: number, data: Buffer, ctx: RequestContext): Promise<number> {
    const isAppend = (ctx.flags & O_APPEND) !== 0;
    return writeAll(this.#files.get(fh), data, isAppend ? undefined : offset);
  }

  override flush(fh: bigint): Promise<void> {
    return posix.flush(this.#files.get(fh));
  }

  override release(fh: bigint): Promise<void> {
    return posix.close(this.#files.take(fh));
  }

  override fsync(fh: bigint, datasync: boolean): Promise<void> {
    return (datasync ? calls.fdatasync : calls.fsync)(this.#files.get(fh));
  }

  override async fallocate(
    fh: bigint,
    mode: number,
    offset: number,
    length: number,
  ): Promise<void> {
    await posix.fallocate(this.#files.get(fh), mode, offset, length);
  }

  override lseek(fh: bigint, offset: number, whence: number): Promise<number> {
    return posix.lseek(this.#files.get(fh), offset, whence);
  }

  override copyFileRange(
    fhIn: bigint,
    offsetIn: number,
    fhOut: bigint,
    offsetOut: number,
    length: number,
    flags: number,
  ): Promise<number> {
    const [from, to] = [this.#files.get(fhIn), this.#files.get(fhOut)];
    return posix.copyFileRange(from, offsetIn, to, offsetOut, length, flags);
  }

  override async opendir(inode: bigint): Promise<bigint> {
    const node = this.#inodes.get(inode);
    const fd = await posix.open(node.path, O_RDONLY | O_DIRECTORY);
    return this.#directories.add(
      new Listing(node, fd, this.#inodes, (found) => this.#entry(found)),
    );
  }

  override readdir(fh: bigint, startId: bigint, token: ReaddirToken): Promise<void> {
    return this.#directories.get(fh).fill(Number(startId), token);
  }

  override releasedir(fh: bigint): Promise<void> {
    return posix.close(this.#directories.take(fh).fd);
  }

  override fsyncdir(fh: bigint, datasync: boolean): Promise<void> {
    return (datasync ? calls.fdatasync : calls.fsync)(this.#directories.get(fh).fd);
  }

  override statfs(ctx: RequestContext): Promise<StatvfsData> {
    return posix.statvfs(this.#inodes.get(ctx.inode).path);
  }

  override async setxattr(
    inode: bigint,
    name: string,
    value: Buffer,
    ctx: RequestContext,
  ): Promise<void> {
    await posix.setxattr(this.#inodes.get(inode).path, name, value, ctx.flags);
  }

  override getxattr(inode: bigint, name: string): Promise<Buffer> {
    return posix.getxattr(this.#inodes.get(inode).path, name);
  }

  override listxattr(inode: bigint): Promise<string[]> {
    return posix.listxattr(this.#inodes.get(inode).path);
  }

  override removexattr(inode: bigint, name: string): Promise<void> {
    return posix.removexattr(this.#inodes.get(inode).path, name);
  }

  /** Attributes with the inode number and the timeouts that the kernel gets. */
  #entry({ node, stats }: Found): Attributes {
    const { ino, generation } = node;
    const { entryTimeout, attrTimeout } = this.#settings;
    return Object.assign(stats, { ino, generation, entryTimeout, attrTimeout });
  }

  #opened(fd: number): Partial<FileInfo> {
    // Others may have changed the data since the kernel cached it.
    return { fh: this.#files.add(fd), keepCache: false };
  }

  async #make(
    parent: bigint,
    name: string,
    mode: number,
    ctx: RequestContext,
    make: (path: string | Buffer) => Promise<void>,
  ): Promise<Attributes> {
    const place = { directory: this.#inodes.get(parent), mode, ctx };
    return this.#entry(await createAt(this.#inodes, name, place, make));
  }

  async #created(
    fd: number,
    parent: bigint,
    mode: number,
    ctx: RequestContext,
  ): Promise<[Partial<FileInfo>, Attributes]> {
    const place = { directory: this.#inodes.get(parent), mode, ctx };
    const found = await created(this.#inodes, fd, place);
    return [this.#opened(fd), this.#entry(found)];
  }
}
