import { constants, realpathSync } from 'node:fs';
import {
  type Attributes,
  type ConnectionInfo,
  ENOATTR,
  type FileInfo,
  FUSEError,
  type MaybePromise,
  Operations,
  posix,
  type ReaddirToken,
  type RequestContext,
  type SetattrFields,
  type StatvfsData,
} from 'wasmfuse';
import * as calls from './passthrough/calls.js';
import { applyChanges, resize } from './passthrough/changes.js';
import { createAt, created } from './passthrough/creation.js';
import { Files, KEPT_FLAGS } from './passthrough/files.js';
import { Handles } from './passthrough/handles.js';
import { type Found, Inodes, THE_INODE_ITSELF } from './passthrough/inodes.js';
import { Listing } from './passthrough/listing.js';
import type { Node } from './passthrough/node.js';
import { type PassthroughOptions, parseOptions, type Settings } from './passthrough/options.js';
import { refuseLoop } from './passthrough/overlap.js';
import { ownerFor } from './passthrough/ownership.js';
import { readAll, writeAll } from './passthrough/transfer.js';

const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_RDONLY, O_TRUNC } = constants;

const QUIETLY = { throwIfNoAttr: false } as const;

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
 * source, but may be the source itself.
 *
 * Calls that the source answers from memory, as a local filesystem answers most, are made by the
 * thread that serves: to ask another one takes several times as long. So a source that hangs, on a
 * network perhaps, holds up every request, and one that this same thread serves never answers.
 * What may wait for a disk runs on libuv's thread pool (UV_THREADPOOL_SIZE): reads of what is not
 * cached, large or synchronous writes, truncation, fsync, fallocate, copy_file_range. The process
 * that serves must not use the mount by asynchronous calls of its own, for which these would wait.
 */
export default class Passthrough extends Operations {
  readonly #settings: Settings;
  readonly #inodes: Inodes;
  readonly #source: string;
  readonly #files = new Files();
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
    for (const { fd } of this.#files.takeAll()) posix.closeSync(fd);
    for (const { fd } of this.#directories.takeAll()) posix.closeSync(fd);
    this.#inodes.clear();
  }

  override lookup(parent: bigint, name: string): Attributes {
    const found = this.#find(this.#inodes.get(parent), name);
    if (found !== undefined) return this.#entry(found);
    // That there is no such name holds as long as that there is one.
    return { ino: 0n, entryTimeout: this.#settings.entryTimeout };
  }

  override forget(inodes: [inode: bigint, nlookup: bigint][]): void {
    for (const [inode, nlookup] of inodes) this.#inodes.forget(this.#inodes.get(inode), nlookup);
  }

  override getattr(inode: bigint): Attributes {
    const node = this.#inodes.get(inode);
    return this.#entry({ node, stats: this.#inodes.stat(node) });
  }

  override setattr(
    inode: bigint,
    attr: Attributes,
    fields: SetattrFields,
    fh: bigint | null,
  ): MaybePromise<Attributes> {
    const node = this.#inodes.get(inode);
    const change = () => {
      applyChanges(node, attr, fields);
      return this.getattr(inode);
    };
    if (!fields.updateSize) return change();
    // First, as it sets mtime.
    return resize(node, attr, fh === null ? undefined : this.#files.get(fh).fd).then(change);
  }

  override readlink(inode: bigint): Buffer {
    return posix.readlinkSync(this.#inodes.get(inode).fd);
  }

  override mknod(
    parent: bigint,
    name: string,
    mode: number,
    rdev: number,
    ctx: RequestContext,
  ): Attributes {
    const make = (path: posix.Path) => posix.mknodSync(path, mode, rdev, ownerFor(ctx));
    return this.#make(parent, name, mode, ctx, make);
  }

  override mkdir(parent: bigint, name: string, mode: number, ctx: RequestContext): Attributes {
    const make = (path: posix.Path) => posix.mkdirSync(path, mode, ownerFor(ctx));
    return this.#make(parent, name, mode, ctx, make);
  }

  override symlink(parent: bigint, name: string, target: string, ctx: RequestContext): Attributes {
    const path = this.#inodes.get(parent).entry(name);
    posix.symlinkSync(target, path, ownerFor(ctx));
    return this.#entry(this.#inodes.open(path, THE_INODE_ITSELF));
  }

  override link(inode: bigint, newParent: bigint, newName: string): Attributes {
    const node = this.#inodes.get(inode);
    posix.linkSync(node.path, this.#inodes.get(newParent).entry(newName), true);
    return this.#entry(this.#inodes.again(node));
  }

  override unlink(parent: bigint, name: string): void {
    posix.unlinkSync(this.#inodes.get(parent).entry(name));
  }

  override rmdir(parent: bigint, name: string): void {
    posix.rmdirSync(this.#inodes.get(parent).entry(name));
  }

  override rename(
    parentOld: bigint,
    nameOld: string,
    parentNew: bigint,
    nameNew: string,
    flags: number,
  ): void {
    const from = this.#inodes.get(parentOld).entry(nameOld);
    posix.renameSync(from, this.#inodes.get(parentNew).entry(nameNew), flags);
  }

  override open(inode: bigint, flags: number): MaybePromise<Partial<FileInfo>> {
    const { path } = this.#inodes.get(inode);
    const kept = flags & KEPT_FLAGS;
    if ((kept & O_TRUNC) === 0) return this.#files.opened(posix.openSync(path, kept), kept);
    return posix.open(path, kept).then((fd) => this.#files.opened(fd, kept));
  }

  override create(
    parent: bigint,
    name: string,
    mode: number,
    flags: number,
    ctx: RequestContext,
  ): [Partial<FileInfo>, Attributes] {
    const path = this.#inodes.get(parent).entry(name);
    const kept = flags & KEPT_FLAGS;
    let fd: number;
    try {
      fd = posix.openSync(path, kept | O_CREAT | O_EXCL, mode, ownerFor(ctx));
    } catch (error) {
      // Someone made the file after the kernel's lookup: ESTALE makes it look again, and open.
      const isRace = calls.codeOf(error) === 'EEXIST' && (flags & O_EXCL) === 0;
      throw isRace ? new FUSEError('ESTALE') : error;
    }
    return this.#created(fd, kept, parent, mode, ctx);
  }

  override tmpfile(
    parent: bigint,
    mode: number,
    flags: number,
    ctx: RequestContext,
  ): [Partial<FileInfo>, Attributes] {
    const { path } = this.#inodes.get(parent);
    const kept = (flags & (KEPT_FLAGS | O_EXCL)) | posix.O_TMPFILE;
    const fd = posix.openSync(path, kept, mode, ownerFor(ctx));
    return this.#created(fd, kept, parent, mode, ctx);
  }

  override read(fh: bigint, offset: number, _size: number, into: Buffer): MaybePromise<number> {
    return readAll(this.#files.get(fh).fd, into, offset);
  }

  override write(
    fh: bigint,
    offset: number,
    data: Buffer,
    ctx: RequestContext,
  ): MaybePromise<number> {
    const { fd, waits } = this.#files.get(fh);
    const isAppend = (ctx.flags & O_APPEND) !== 0;
    return writeAll(fd, data, isAppend ? undefined : offset, waits);
  }

  override flush(fh: bigint): void {
    posix.flushSync(this.#files.get(fh).fd);
  }

  override release(fh: bigint): void {
    posix.closeSync(this.#files.take(fh).fd);
  }

  override fsync(fh: bigint, datasync: boolean): Promise<void> {
    return (datasync ? calls.fdatasync : calls.fsync)(this.#files.get(fh).fd);
  }

  override async fallocate(
    fh: bigint,
    mode: number,
    offset: number,
    length: number,
  ): Promise<void> {
    await posix.fallocate(this.#files.get(fh).fd, mode, offset, length);
  }

  override lseek(fh: bigint, offset: number, whence: number): number {
    return posix.lseekSync(this.#files.get(fh).fd, offset, whence);
  }

  override copyFileRange(
    fhIn: bigint,
    offsetIn: number,
    fhOut: bigint,
    offsetOut: number,
    length: number,
    flags: number,
  ): Promise<number> {
    const [from, to] = [this.#files.get(fhIn).fd, this.#files.get(fhOut).fd];
    return posix.copyFileRange(from, offsetIn, to, offsetOut, length, flags);
  }

  override opendir(inode: bigint): bigint {
    const node = this.#inodes.get(inode);
    const fd = posix.openSync(node.path, O_RDONLY | O_DIRECTORY);
    return this.#directories.add(
      new Listing(node, fd, this.#inodes, (found) => this.#entry(found)),
    );
  }

  override readdir(fh: bigint, startId: bigint, token: ReaddirToken): void {
    this.#directories.get(fh).fill(Number(startId), token);
  }

  override releasedir(fh: bigint): void {
    posix.closeSync(this.#directories.take(fh).fd);
  }

  override fsyncdir(fh: bigint, datasync: boolean): Promise<void> {
    return (datasync ? calls.fdatasync : calls.fsync)(this.#directories.get(fh).fd);
  }

  override statfs(ctx: RequestContext): StatvfsData {
    return posix.statvfsSync(this.#inodes.get(ctx.inode).path);
  }

  override setxattr(inode: bigint, name: string, value: Buffer, ctx: RequestContext): void {
    posix.setxattrSync(this.#inodes.get(inode).path, name, value, ctx.flags);
  }

  override getxattr(inode: bigint, name: string): Buffer {
    const value = posix.getxattrSync(this.#inodes.get(inode).path, name, QUIETLY);
    // The kernel asks before each write whether there are capabilities, which files hardly have.
    if (value === undefined) throw new FUSEError(ENOATTR);
    return value;
  }

  override listxattr(inode: bigint): string[] {
    return posix.listxattrSync(this.#inodes.get(inode).path);
  }

  override removexattr(inode: bigint, name: string): void {
    posix.removexattrSync(this.#inodes.get(inode).path, name);
  }

  #find(directory: Node, name: string): Found | undefined {
    if (name !== '.' && name !== '..') return this.#inodes.find(directory.entry(name));
    // Above the source's root there is nothing.
    const isTop = directory === this.#inodes.root;
    return isTop ? this.#inodes.again(directory) : this.#inodes.find(directory.entry(name));
  }

  /** For the kernel. Not `...stats`: adding to that makes V8 a new hidden class each time. */
  #entry({ node, stats }: Found): Attributes {
    return {
      ino: node.ino,
      generation: node.generation,
      entryTimeout: this.#settings.entryTimeout,
      attrTimeout: this.#settings.attrTimeout,
      mode: stats.mode,
      nlink: stats.nlink,
      uid: stats.uid,
      gid: stats.gid,
      rdev: stats.rdev,
      size: stats.size,
      blksize: stats.blksize,
      blocks: stats.blocks,
      atimeNs: stats.atimeNs,
      mtimeNs: stats.mtimeNs,
      ctimeNs: stats.ctimeNs,
    };
  }

  #make(
    parent: bigint,
    name: string,
    mode: number,
    ctx: RequestContext,
    make: (path: posix.Path) => void,
  ): Attributes {
    const place = { directory: this.#inodes.get(parent), mode, ctx };
    return this.#entry(createAt(this.#inodes, name, place, make));
  }

  #created(
    fd: number,
    flags: number,
    parent: bigint,
    mode: number,
    ctx: RequestContext,
  ): [Partial<FileInfo>, Attributes] {
    const place = { directory: this.#inodes.get(parent), mode, ctx };
    const found = created(this.#inodes, fd, place);
    return [this.#files.opened(fd, flags), this.#entry(found)];
  }
}
