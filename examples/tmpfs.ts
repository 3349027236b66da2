import { constants } from 'node:fs';
import {
  type Attributes,
  type ConnectionInfo,
  type FileInfo,
  FUSEError,
  Operations,
  type ReaddirToken,
  type RequestContext,
  SEEK_DATA,
  SEEK_HOLE,
  type SetattrFields,
  type StatvfsData,
} from 'wasmfuse';
import { negotiate } from './tmpfs/connection.js';
import { Directory } from './tmpfs/directory.js';
import { File } from './tmpfs/file.js';
import { Handles } from './tmpfs/handles.js';
import type { Inodes } from './tmpfs/inodes.js';
import { Listing } from './tmpfs/listing.js';
import { CACHE_TIMEOUT, type Origin } from './tmpfs/node.js';
import { parseOptions, type TmpfsOptions } from './tmpfs/options.js';
import { patient } from './tmpfs/patience.js';
import { rename } from './tmpfs/rename.js';
import { Special, Symlink } from './tmpfs/special.js';
import { Volume } from './tmpfs/volume.js';

const { O_NOATIME, O_TRUNC, S_IFLNK, S_IFMT, S_IFREG } = constants;

/** Most names of one file, as ext4 has it. */
const LINK_MAX = 65_000;

/** Bytes that one copy_file_range(2) copies at most, for other requests to have their turn. */
const COPY_MAX = 16 * 1024 * 1024;

interface FileHandle {
  readonly node: File;
  readonly flags: number;
}

/** A filesystem in memory. A change is complete when its handler returns: none has to wait. */
export class TmpFs extends Operations {
  readonly #volume: Volume;
  readonly #inodes: Inodes;
  readonly #files = new Handles<FileHandle>();
  readonly #directories = new Handles<Listing>();

  /** @throws TypeError for an option that is unknown or out of range. */
  constructor(options: TmpfsOptions = {}) {
    super();
    this.#volume = new Volume(parseOptions(options));
    this.#inodes = this.#volume.inodes;
  }

  override init(connection: ConnectionInfo): void {
    if (connection.workers > 1) throw new Error('tmpfs: its files live in one worker thread');
    negotiate(connection);
  }

  /** Whether removed files take room until the kernel forgets them. */
  get awaitsForget(): boolean {
    return this.#inodes.hasOrphans;
  }

  override destroy(): void {
    this.#files.clear();
    this.#directories.clear();
    this.#inodes.clear();
  }

  override lookup(parent: bigint, name: string): Attributes {
    // `.` may be asked of any inode, for a file handle of NFS.
    if (name === '.') return this.#inodes.entry(this.#inodes.get(parent));
    const directory = this.#inodes.directory(parent);
    const node = name === '..' ? directory.parent : directory.get(name);
    if (node === undefined) return { ino: 0n, entryTimeout: CACHE_TIMEOUT };
    return this.#inodes.entry(node);
  }

  override forget(inodes: [inode: bigint, nlookup: bigint][]): void {
    for (const [inode, nlookup] of inodes) this.#inodes.forget(inode, nlookup);
  }

  override getattr(inode: bigint): Attributes {
    return this.#inodes.get(inode).attributes();
  }

  override setattr(
    inode: bigint,
    attr: Attributes,
    fields: SetattrFields,
    _fh: bigint | null,
    ctx: RequestContext,
  ): Attributes {
    const node = this.#inodes.get(inode);
    if (fields.updateSize) {
      if (!(node instanceof File)) throw new FUSEError('EINVAL');
      node.content.resize(Number(attr.size));
      node.written(ctx.uid);
    }
    if (fields.updateUid || fields.updateGid) {
      if (!(node instanceof Directory)) node.dropPrivileges();
      if (fields.updateUid) node.uid = Number(attr.uid);
      if (fields.updateGid) node.gid = Number(attr.gid);
    }
    if (fields.updateMode) node.mode = (node.mode & S_IFMT) | (Number(attr.mode) & ~S_IFMT);
    node.changed();
    if (fields.updateAtime) node.atimeNs = BigInt(attr.atimeNs ?? 0);
    if (fields.updateMtime) node.mtimeNs = BigInt(attr.mtimeNs ?? 0);
    return node.attributes();
  }

  override readlink(inode: bigint): string {
    const node = this.#inodes.get(inode);
    if (!(node instanceof Symlink)) throw new FUSEError('EINVAL');
    node.accessed();
    return node.target;
  }

  override mknod(
    parent: bigint,
    name: string,
    mode: number,
    rdev: number,
    ctx: RequestContext,
  ): Attributes {
    const directory = this.#inodes.directory(parent);
    const regular = (mode & S_IFMT) === S_IFREG;
    const node = this.#volume.create(directory, name, mode, ctx, (origin) =>
      regular ? new File(origin) : new Special(origin, rdev),
    );
    return this.#inodes.entry(node);
  }

  override mkdir(parent: bigint, name: string, mode: number, ctx: RequestContext): Attributes {
    const directory = this.#inodes.directory(parent);
    const build = (origin: Origin) => new Directory(origin, directory);
    return this.#inodes.entry(this.#volume.create(directory, name, mode, ctx, build));
  }

  override symlink(parent: bigint, name: string, target: string, ctx: RequestContext): Attributes {
    const directory = this.#inodes.directory(parent);
    const build = (origin: Origin) => new Symlink(origin, target);
    const mode = S_IFLNK | 0o777;
    return this.#inodes.entry(this.#volume.create(directory, name, mode, ctx, build));
  }

  override create(
    parent: bigint,
    name: string,
    mode: number,
    flags: number,
    ctx: RequestContext,
  ): [Partial<FileInfo>, Attributes] {
    const directory = this.#inodes.directory(parent);
    const node = this.#volume.create(directory, name, mode, ctx, (origin) => new File(origin));
    return [{ fh: this.#files.open({ node, flags }) }, this.#inodes.entry(node)];
  }

  override tmpfile(
    parent: bigint,
    mode: number,
    flags: number,
    ctx: RequestContext,
  ): [Partial<FileInfo>, Attributes] {
    const directory = this.#inodes.directory(parent);
    const node = this.#volume.make(directory, mode, ctx, (origin) => new File(origin));
    return [{ fh: this.#files.open({ node, flags }) }, this.#inodes.entry(node)];
  }

  override link(inode: bigint, newParent: bigint, newName: string): Attributes {
    const node = this.#inodes.get(inode);
    const directory = this.#inodes.directory(newParent);
    if (node instanceof Directory) throw new FUSEError('EPERM');
    directory.requireVacant(newName);
    if (node.names >= LINK_MAX) throw new FUSEError('EMLINK');
    directory.set(newName, node);
    directory.modified();
    node.changed();
    return this.#inodes.entry(node);
  }

  override unlink(parent: bigint, name: string): void {
    const directory = this.#inodes.directory(parent);
    const node = directory.find(name);
    if (node instanceof Directory) throw new FUSEError('EISDIR');
    this.#volume.remove(directory, name, node);
  }

  override rmdir(parent: bigint, name: string): void {
    const directory = this.#inodes.directory(parent);
    const node = directory.find(name);
    if (!(node instanceof Directory)) throw new FUSEError('ENOTDIR');
    if (!node.isEmpty) throw new FUSEError('ENOTEMPTY');
    this.#volume.remove(directory, name, node);
  }

  override rename(
    parentOld: bigint,
    nameOld: string,
    parentNew: bigint,
    nameNew: string,
    flags: number,
  ): void {
    const from = { directory: this.#inodes.directory(parentOld), name: nameOld };
    const to = { directory: this.#inodes.directory(parentNew), name: nameNew };
    const displaced = to.directory.get(nameNew);
    rename(from, to, flags);
    if (displaced !== undefined) this.#inodes.reclaim(displaced);
  }

  override open(inode: bigint, flags: number, ctx: RequestContext): Partial<FileInfo> {
    const node = this.#inodes.get(inode);
    if (!(node instanceof File)) throw new FUSEError('EINVAL');
    if (flags & O_TRUNC) {
      node.content.resize(0);
      node.written(ctx.uid);
    }
    return { fh: this.#files.open({ node, flags }) };
  }

  override read(fh: bigint, offset: number, _size: number, into: Buffer): number {
    const { node, flags } = this.#files.get(fh);
    if ((flags & O_NOATIME) === 0) node.accessed();
    return node.content.read(offset, into);
  }

  // The kernel has turned O_APPEND into the offset of the end.
  override write(fh: bigint, offset: number, data: Buffer, ctx: RequestContext): number {
    const { node } = this.#files.get(fh);
    node.content.write(offset, data);
    node.written(ctx.uid);
    return data.length;
  }

  override release(fh: bigint): void {
    this.#inodes.reclaim(this.#files.close(fh));
  }

  override fallocate(
    fh: bigint,
    mode: number,
    offset: number,
    length: number,
    ctx: RequestContext,
  ): void {
    const { node } = this.#files.get(fh);
    node.allocate(mode, offset, length);
    node.written(ctx.uid);
  }

  override copyFileRange(
    fhIn: bigint,
    offsetIn: number,
    fhOut: bigint,
    offsetOut: number,
    length: number,
    _flags: number,
    ctx: RequestContext,
  ): number {
    const source = this.#files.get(fhIn).node;
    const { node } = this.#files.get(fhOut);
    const most = Math.min(length, COPY_MAX);
    const copied = node.content.copyFrom(source.content, offsetIn, offsetOut, most);
    if (copied > 0) {
      source.accessed();
      node.written(ctx.uid);
    }
    return copied;
  }

  override lseek(fh: bigint, offset: number, whence: number): number {
    const { content } = this.#files.get(fh).node;
    if (whence !== SEEK_DATA && whence !== SEEK_HOLE) throw new FUSEError('EINVAL');
    const inside = offset < content.size;
    const found = whence === SEEK_DATA ? content.nextData(offset) : content.nextHole(offset);
    if (!inside || found === undefined) throw new FUSEError('ENXIO');
    return found;
  }

  override opendir(inode: bigint): bigint {
    return this.#directories.open(new Listing(this.#inodes.directory(inode)));
  }

  override readdir(fh: bigint, startId: bigint, token: ReaddirToken): void {
    const listing = this.#directories.get(fh);
    listing.node.accessed();
    listing.fill(Number(startId), token);
  }

  override releasedir(fh: bigint): void {
    this.#inodes.reclaim(this.#directories.close(fh));
  }

  override statfs(): Partial<StatvfsData> {
    return this.#volume.usage();
  }

  override setxattr(inode: bigint, name: string, value: Buffer, ctx: RequestContext): void {
    const node = this.#inodes.get(inode);
    node.xattrs.set(name, value, ctx.flags);
    node.changed();
  }

  override getxattr(inode: bigint, name: string): Buffer {
    return this.#inodes.get(inode).xattrs.get(name);
  }

  override listxattr(inode: bigint): string[] {
    return this.#inodes.get(inode).xattrs.names();
  }

  override removexattr(inode: bigint, name: string): void {
    const node = this.#inodes.get(inode);
    node.xattrs.delete(name);
    node.changed();
  }
}

/** The filesystem as it is mounted: see {@link TmpFs} for the options. */
export default function tmpfs(options?: TmpfsOptions): TmpFs {
  return patient(new TmpFs(options));
}
