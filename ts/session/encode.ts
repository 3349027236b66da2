import type { Attributes, FileLock } from '../types.js';
import { EntryAttributes, FileInfo, StatvfsData } from '../types.js';
import { count, i63, inode, nanoseconds, object, seconds, u32, u64 } from './check.js';
import { layout, linux } from './generated/layout.js';
import type { Cells, Memory, Pointer } from './memory.js';

const NS = 1_000_000_000;
const defaults: Required<Attributes> = new EntryAttributes();
const defaultFile = new FileInfo();
const defaultStatvfs = new StatvfsData();
const { stat, entryParam, fileInfo, fileInfoBits, flock, statvfs } = layout;

/** Writes seconds, rounded down, and the nanoseconds beyond. */
function putTime({ i32, i64 }: Cells, sec: Pointer, nsec: Pointer, value: unknown, what: string) {
  const ns = nanoseconds(value, what);
  const rest = ns % BigInt(NS);
  // BigInt division truncates: times before 1970 need the floor.
  const fraction = rest < 0n ? rest + BigInt(NS) : rest;
  i64[sec >>> 3] = (ns - fraction) / BigInt(NS);
  i32[nsec >>> 2] = Number(fraction);
}

/** A size as the module takes it; what it is otherwise is looked at later. */
function sizeOf(value: unknown): unknown {
  return typeof value === 'bigint' && BigInt.asUintN(53, value) === value ? Number(value) : value;
}

/** Whether the module can take it as a size. */
function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isU32(value: unknown): value is number {
  return typeof value === 'number' && value >>> 0 === value;
}

/** Whether the module can take it as a time. */
function isTime(value: unknown): value is bigint {
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
}

/** Writes attributes as a struct stat. */
export function putStat(memory: Memory, at: Pointer, given: Attributes, ino: bigint): void {
  const mode = given.mode ?? defaults.mode;
  const nlink = given.nlink ?? defaults.nlink;
  const uid = given.uid ?? defaults.uid;
  const gid = given.gid ?? defaults.gid;
  const rdev = given.rdev ?? defaults.rdev;
  const size = sizeOf(given.size ?? defaults.size);
  const blksize = given.blksize ?? defaults.blksize;
  const blocks = sizeOf(given.blocks ?? defaults.blocks);
  const atimeNs = given.atimeNs ?? defaults.atimeNs;
  const mtimeNs = given.mtimeNs ?? defaults.mtimeNs;
  const ctimeNs = given.ctimeNs ?? defaults.ctimeNs;
  if (
    memory.putStat !== undefined &&
    isU32(mode) &&
    isU32(nlink) &&
    isU32(uid) &&
    isU32(gid) &&
    isU32(rdev) &&
    isSize(size) &&
    isU32(blksize) &&
    isSize(blocks) &&
    isTime(atimeNs) &&
    isTime(mtimeNs) &&
    isTime(ctimeNs)
  ) {
    memory.putStat(
      at,
      ino,
      mode,
      nlink,
      uid,
      gid,
      rdev,
      size,
      blksize,
      blocks,
      atimeNs,
      mtimeNs,
      ctimeNs,
    );
    return;
  }
  const { cells } = memory;
  const { i32, i64 } = cells;
  i64[(at + stat.ino) >>> 3] = ino;
  i32[(at + stat.mode) >>> 2] = u32(mode, 'mode');
  i32[(at + stat.nlink) >>> 2] = u32(nlink, 'nlink');
  i32[(at + stat.uid) >>> 2] = u32(uid, 'uid');
  i32[(at + stat.gid) >>> 2] = u32(gid, 'gid');
  i32[(at + stat.rdev) >>> 2] = u32(rdev, 'rdev');
  i64[(at + stat.bytes) >>> 3] = i63(size, 'size');
  i32[(at + stat.blksize) >>> 2] = u32(blksize, 'blksize');
  i64[(at + stat.blocks) >>> 3] = i63(blocks, 'blocks');
  putTime(cells, at + stat.atimeSec, at + stat.atimeNsec, atimeNs, 'atimeNs');
  putTime(cells, at + stat.mtimeSec, at + stat.mtimeNsec, mtimeNs, 'mtimeNs');
  putTime(cells, at + stat.ctimeSec, at + stat.ctimeNsec, ctimeNs, 'ctimeNs');
}

/** Seconds for which attributes hold. */
export function attrTimeout(given: Attributes): number {
  return seconds(given.attrTimeout ?? defaults.attrTimeout, 'attrTimeout');
}

/** Writes attributes as a struct fuse_entry_param; returns the inode. */
export function putEntry(memory: Memory, at: Pointer, value: unknown): bigint {
  const given = object<EntryAttributes>(value, 'attributes') as Attributes;
  const ino = inode(given.ino ?? defaults.ino, 'ino');
  putEntryOf(memory, at, given, ino);
  return ino;
}

/** The same for an inode that has been checked. */
export function putEntryOf(memory: Memory, at: Pointer, given: Attributes, ino: bigint): void {
  const { i64, f64 } = memory.cells;
  putStat(memory, at + entryParam.attr, given, ino);
  i64[(at + entryParam.ino) >>> 3] = ino;
  i64[(at + entryParam.generation) >>> 3] = u64(given.generation ?? 0n, 'generation');
  f64[(at + entryParam.attrTimeout) >>> 3] = attrTimeout(given);
  const timeout = seconds(given.entryTimeout ?? defaults.entryTimeout, 'entryTimeout');
  f64[(at + entryParam.entryTimeout) >>> 3] = timeout;
}

/** Writes a FileInfo, or a bare file handle; returns the handle. */
export function putFileInfo({ cells }: Memory, at: Pointer, value: unknown): bigint {
  const { i32, i64 } = cells;
  for (let word = at >>> 2; word < (at + fileInfo.size) >>> 2; word++) i32[word] = 0;
  if (typeof value === 'bigint' || typeof value === 'number') {
    const fh = u64(value, 'fh');
    i64[(at + fileInfo.fh) >>> 3] = fh;
    putBit(i32, at, fileInfoBits.keep_cache, defaultFile.keepCache);
    return fh;
  }
  const file = object<FileInfo>(value, 'FileInfo');
  const fh = u64(file.fh ?? defaultFile.fh, 'fh');
  i64[(at + fileInfo.fh) >>> 3] = fh;
  const backingId = u32(file.backingId ?? defaultFile.backingId, 'backingId');
  i32[(at + fileInfo.backingId) >>> 2] = backingId;
  const bits = fileInfoBits;
  putBit(i32, at, bits.direct_io, file.directIo ?? defaultFile.directIo);
  putBit(i32, at, bits.keep_cache, file.keepCache ?? defaultFile.keepCache);
  putBit(i32, at, bits.nonseekable, file.nonseekable ?? defaultFile.nonseekable);
  putBit(i32, at, bits.cache_readdir, file.cacheReaddir ?? defaultFile.cacheReaddir);
  putBit(i32, at, bits.noflush, file.noflush ?? defaultFile.noflush);
  const parallel = file.parallelDirectWrites ?? defaultFile.parallelDirectWrites;
  putBit(i32, at, bits.parallel_direct_writes, parallel);
  return fh;
}

function putBit(
  i32: Int32Array,
  at: Pointer,
  bit: { byte: number; mask: number },
  on: boolean,
): void {
  if (on) (i32[(at + bit.byte) >>> 2] as number) |= bit.mask << ((bit.byte & 3) * 8);
}

/** Writes a StatvfsData. */
export function putStatvfs(memory: Memory, at: Pointer, value: unknown): void {
  const data = object<StatvfsData>(value, 'StatvfsData');
  const of = (field: keyof StatvfsData) => data[field] ?? defaultStatvfs[field];
  const { view } = memory;
  memory.bytes.fill(0, at, at + statvfs.size);
  view.setUint32(at + statvfs.bsize, u32(of('bsize'), 'bsize'), true);
  view.setUint32(at + statvfs.frsize, u32(of('frsize'), 'frsize'), true);
  view.setUint32(at + statvfs.namemax, u32(of('namemax'), 'namemax'), true);
  for (const field of ['blocks', 'bfree', 'bavail', 'files', 'ffree', 'favail'] as const) {
    view.setBigUint64(at + statvfs[field], u64(of(field), field), true);
  }
}

/** Writes a FileLock as a struct flock. */
export function putLock(memory: Memory, at: Pointer, value: unknown): void {
  const lock = object<FileLock>(value, 'FileLock');
  const { view } = memory;
  const type = count(lock.type, 'type', Math.max(linux.F_RDLCK, linux.F_WRLCK, linux.F_UNLCK));
  view.setInt16(at + flock.type, type, true);
  view.setBigInt64(at + flock.start, i63(lock.start ?? 0, 'start'), true);
  view.setBigInt64(at + flock.length, i63(lock.length ?? 0, 'length'), true);
  view.setUint32(at + flock.pid, u32(lock.pid ?? 0, 'pid'), true);
}
