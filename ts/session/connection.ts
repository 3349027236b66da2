import type { Operations } from '../operations.js';
import type { ConnectionInfo } from '../types.js';
import { u32, u64 } from './check.js';
import { supports } from './dispatch.js';
import { capability, constant, layout } from './generated/layout.js';
import type { Pointer } from './memory.js';
import type { Module } from './module.js';

const { connInfo } = layout;

const MIN_WRITE = constant.FUSE_MIN_READ_BUFFER - constant.FUSE_BUFFER_HEADER_SIZE;

/** Fields of 32 bits that a filesystem may change. */
const adjustable = [
  'maxWrite',
  'maxReadahead',
  'maxBackground',
  'congestionThreshold',
  'timeGran',
] as const;

/** What a filesystem's switches and handlers ask for, given what the kernel can do. */
function wantedBy(fs: Operations, capable: bigint, want: bigint): bigint {
  let wanted = want;
  const add = (flag: bigint) => {
    wanted |= capable & flag;
  };
  const drop = (flag: bigint) => {
    wanted &= ~flag;
  };
  if (fs.supportsDotLookup) add(capability.FUSE_CAP_EXPORT_SUPPORT);
  if (fs.enableWritebackCache) add(capability.FUSE_CAP_WRITEBACK_CACHE);
  if (fs.enableAcl) add(capability.FUSE_CAP_POSIX_ACL);
  // Every listing carries attributes, as pyfuse3 has it.
  drop(capability.FUSE_CAP_READDIRPLUS_AUTO);
  // Without handlers for them, locks are the kernel's own business.
  if (!(supports(fs, 'getlk') && supports(fs, 'setlk'))) drop(capability.FUSE_CAP_POSIX_LOCKS);
  if (!supports(fs, 'flock')) drop(capability.FUSE_CAP_FLOCK_LOCKS);
  return wanted;
}

/** What init is told of its session. */
export type Place = Pick<ConnectionInfo, 'mountpoint' | 'workers'>;

/** What the kernel offers, and what the mount options and the filesystem's switches make of it. */
export function readConnection(
  module: Module,
  fs: Operations,
  { mountpoint, workers }: Place,
  conn: Pointer,
): ConnectionInfo {
  module.exports.fw_apply_connection_options(conn);
  const { view } = module.memory;
  const capable = view.getBigUint64(conn + connInfo.capableExt, true);
  const info = {
    mountpoint,
    workers,
    protoMajor: view.getUint32(conn + connInfo.protoMajor, true),
    protoMinor: view.getUint32(conn + connInfo.protoMinor, true),
    capable,
    want: wantedBy(fs, capable, view.getBigUint64(conn + connInfo.wantExt, true)),
  } as ConnectionInfo;
  for (const field of adjustable) info[field] = view.getUint32(conn + connInfo[field], true);
  return info;
}

/** Tells libfuse what the filesystem's own init has made of it. @throws RangeError, TypeError */
export function writeConnection(module: Module, info: ConnectionInfo, conn: Pointer): void {
  const { exports, memory } = module;
  exports.fw_apply_connection_options(conn);
  const { view } = memory;
  const want = u64(info.want, 'want') & view.getBigUint64(conn + connInfo.capableExt, true);
  view.setBigUint64(conn + connInfo.wantExt, want, true);
  // libfuse compares the old 32-bit field with the new one.
  view.setUint32(conn + connInfo.want, Number(BigInt.asUintN(32, want)), true);
  for (const field of adjustable) {
    view.setUint32(conn + connInfo[field], u32(info[field], field), true);
  }
  // With a smaller buffer the kernel refuses every read of the device.
  const maxWrite = Math.max(info.maxWrite, MIN_WRITE);
  view.setUint32(conn + connInfo.maxWrite, maxWrite, true);
}
