import type { Attributes, FileLock } from '../types.js';
import { EntryAttributes, FileInfo, StatvfsData } from '../types.js';
import { count, i63, inode, nanoseconds, object, seconds, u32, u64 } from './check.js';
import { layout, linux } from './generated/layout.js';
import type { Memory, Pointer } from './memory.js';

const NS = 1_000_000_000n;
const defaults: Required<Attributes> = new EntryAttributes();
const defaultFile = new FileInfo();
const defaultStatvfs = new StatvfsData();
const { stat, entryParam, fileInfo, fileInfoBits, flock, statvfs } = layout;

function putTime(view: DataView, sec: Pointer, nsec: Pointer, value: unknown, what: string): void {
  const ns = nanoseconds(value, what);
  const rest = ns % NS;
  // BigInt division truncates: times before 1970 need the floor.
  const fraction = rest < 0n ? rest + NS : rest;
  view.setBigInt64(sec, (ns - fraction) / NS, true);
  view.setInt32(nsec, Number(fraction), true);
}

/** Writes attributes as a struct stat. */
export function putStat(memory: Memory, at: Pointer, given: Attributes, ino: bigint): void {
  const { view } = memory;
  view.setBigUint64(at + stat.ino, ino, true);
  view.setUint32(at + stat.mode, u32(given.mode ?? defaults.mode, 'mode'), true);
  view.setUint32(at + stat.nlink, u32(given.nlink ?? defaults.nlink, 'nlink'), true);
  view.setUint32(at + stat.uid, u32(given.uid ?? defaults.uid, 'uid'), true);
  view.setUint32(at + stat.gid, u32(given.gid ?? defaults.gid, 'gid'), true);
  view.setUint32(at + stat.rdev, u32(given.rdev ?? defaults.rdev, 'rdev'), true);
  view.setBigInt64(at + stat.bytes, i63(given.size ?? defaults.size, 'size'), true);
  view.setInt32(at + stat.blksize, u32(given.blksize ?? defaults.blksize, 'blksize'), true);
  view.setBigInt64(at + stat.blocks, i63(given.blocks ?? defaults.blocks, 'blocks'), true);
  putTime(
    view,
    at + stat.atimeSec,
    at + stat.atimeNsec,
    given.atimeNs ?? defaults.atimeNs,
    'atimeNs',
  );
  putTime(
    view,
    at + stat.mtimeSec,
    at + stat.mtimeNsec,
    given.mtimeNs ?? defaults.mtimeNs,
    'mtimeNs',
  );
  putTime(
    view,
    at + stat.ctimeSec,
    at + stat.ctimeNsec,
    given.ctimeNs ?? defaults.ctimeNs,
    'ctimeNs',
  );
}

/** Seconds for which attributes hold. */
export function attrTimeout(given: Attributes): number {
  return seconds(given.attrTimeout ?? defaults.attrTimeout, 'attrTimeout');
}

/** Writes attributes as a struct fuse_entry_param; returns the inode. */
export function putEntry(memory: Memory, at: Pointer, value: unknown): bigint {
  const given = object<EntryAttributes>(value, 'attributes') as Attributes;
  const { view } = memory;
  const ino = inode(given.ino ?? defaults.ino, 'ino');
  putStat(memory, at + entryParam.attr, given, ino);
  view.setBigUint64(at + entryParam.ino, ino, true);
  view.setBigUint64(at + entryParam.generation, u64(given.generation ?? 0n, 'generation'), true);
  view.setFloat64(at + entryParam.attrTimeout, attrTimeout(given), true);
  const timeout = seconds(given.entryTimeout ?? defaults.entryTimeout, 'entryTimeout');
  view.setFloat64(at + entryParam.entryTimeout, timeout, true);
  return ino;
}

/** Writes a FileInfo, or a bare file handle; returns the handle. */
export function putFileInfo(memory: Memory, at: Pointer, value: unknown): bigint {
  const bare = typeof value === 'bigint' || typeof value === 'number';
  const file = bare ? { fh: value } : object<FileInfo>(value, 'FileInfo');
  const { view } = memory;
  memory.bytes.fill(0, at, at + fileInfo.size);
  const put = (bit: { byte: number; mask: number }, on: boolean) => {
    if (on) view.setUint8(at + bit.byte, view.getUint8(at + bit.byte) | bit.mask);
  };
  const fh = u64(file.fh ?? defaultFile.fh, 'fh');
  view.setBigUint64(at + fileInfo.fh, fh, true);
  view.setInt32(
    at + fileInfo.backingId,
    u32(file.backingId ?? defaultFile.backingId, 'backingId'),
    true,
  );
  put(fileInfoBits.direct_io, file.directIo ?? defaultFile.directIo);
  put(fileInfoBits.keep_cache, file.keepCache ?? defaultFile.keepCache);
  put(fileInfoBits.nonseekable, file.nonseekable ?? defaultFile.nonseekable);
  put(fileInfoBits.cache_readdir, file.cacheReaddir ?? defaultFile.cacheReaddir);
  put(fileInfoBits.noflush, file.noflush ?? defaultFile.noflush);
  put(
    fileInfoBits.parallel_direct_writes,
    file.parallelDirectWrites ?? defaultFile.parallelDirectWrites,
  );
  return fh;
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
