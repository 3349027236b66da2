import { errno, FUSEError } from '../errors.js';
import { EntryAttributes, type FileLock, SetattrFields } from '../types.js';
import { constant, layout } from './generated/layout.js';
import type { Memory, Pointer } from './memory.js';

const NS = 1_000_000_000n;
const { bufvec, flock, forgetData, stat } = layout;

/** 64-bit arguments arrive signed; identities are unsigned. */
export function unsigned(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/**
 * An offset or length as a number; what a number can't hold exactly fails with EFBIG or EOVERFLOW.
 */
export function offset(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new FUSEError(value > 0n ? (errno.EFBIG as number) : (errno.EOVERFLOW as number));
}

function nanosecondsNow(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function time(view: DataView, sec: Pointer, nsec: Pointer): bigint {
  return view.getBigInt64(sec, true) * NS + BigInt(view.getInt32(nsec, true));
}

/** The new attributes of a setattr request, zero where nothing is set, and which ones are. */
export function setattrOf(
  memory: Memory,
  at: Pointer,
  toSet: number,
): [EntryAttributes, SetattrFields] {
  const { view } = memory;
  const attr = new EntryAttributes();
  const fields = new SetattrFields();
  const has = (bit: number) => (toSet & bit) !== 0;
  attr.mode = 0;
  attr.nlink = 0;
  attr.blksize = 0;
  if (has(constant.FUSE_SET_ATTR_MODE)) {
    fields.updateMode = true;
    attr.mode = view.getUint32(at + stat.mode, true);
  }
  if (has(constant.FUSE_SET_ATTR_UID)) {
    fields.updateUid = true;
    attr.uid = view.getUint32(at + stat.uid, true);
  }
  if (has(constant.FUSE_SET_ATTR_GID)) {
    fields.updateGid = true;
    attr.gid = view.getUint32(at + stat.gid, true);
  }
  if (has(constant.FUSE_SET_ATTR_SIZE)) {
    fields.updateSize = true;
    attr.size = offset(view.getBigInt64(at + stat.bytes, true));
  }
  // With both bits set, the time that came with the request is the kernel's own "now".
  if (has(constant.FUSE_SET_ATTR_ATIME)) {
    attr.atimeNs = time(view, at + stat.atimeSec, at + stat.atimeNsec);
  } else if (has(constant.FUSE_SET_ATTR_ATIME_NOW)) attr.atimeNs = nanosecondsNow();
  fields.updateAtime = has(constant.FUSE_SET_ATTR_ATIME | constant.FUSE_SET_ATTR_ATIME_NOW);
  if (has(constant.FUSE_SET_ATTR_MTIME)) {
    attr.mtimeNs = time(view, at + stat.mtimeSec, at + stat.mtimeNsec);
  } else if (has(constant.FUSE_SET_ATTR_MTIME_NOW)) attr.mtimeNs = nanosecondsNow();
  fields.updateMtime = has(constant.FUSE_SET_ATTR_MTIME | constant.FUSE_SET_ATTR_MTIME_NOW);
  if (has(constant.FUSE_SET_ATTR_CTIME)) {
    fields.updateCtime = true;
    attr.ctimeNs = time(view, at + stat.ctimeSec, at + stat.ctimeNsec);
  }
  return [attr, fields];
}

/**
 * The inodes of a forget request, with how many lookups each loses.
 *
 * @throws RangeError for more than there can be: libfuse takes the count as it comes.
 */
export function forgetsOf({ cells }: Memory, at: Pointer, count: number): [bigint, bigint][] {
  const { u64 } = cells;
  if (at + count * forgetData.size > u64.byteLength) throw new RangeError(`${count} forgets`);
  const forgets: [bigint, bigint][] = [];
  for (let one = at; forgets.length < count; one += forgetData.size) {
    const ino = u64[(one + forgetData.ino) >>> 3] as bigint;
    forgets.push([ino, u64[(one + forgetData.nlookup) >>> 3] as bigint]);
  }
  return forgets;
}

/** The data of a struct fuse_bufvec with one buffer, as a view. */
export function dataOf(memory: Memory, at: Pointer): Buffer {
  const { u32 } = memory.cells;
  const start = u32[(at + bufvec.mem) >>> 2] as number;
  return memory.slice(start, u32[(at + bufvec.bytes) >>> 2] as number);
}

/** A struct flock. */
export function lockOf(memory: Memory, at: Pointer): FileLock {
  const { view } = memory;
  return {
    type: view.getInt16(at + flock.type, true),
    start: view.getBigUint64(at + flock.start, true),
    length: view.getBigUint64(at + flock.length, true),
    pid: view.getUint32(at + flock.pid, true),
  };
}
