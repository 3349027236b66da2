import type { StatvfsData } from '../types.js';
import { call, constant, int, long, type Path, textBytes } from './call.js';

const NS = 1_000_000_000n;
const UTIME_OMIT = constant('UTIME_OMIT');

/** What open(2) takes beyond Node's `fs.constants`. */
export const O_PATH = constant('O_PATH');
export const O_TMPFILE = constant('O_TMPFILE');

/** Times to set, ns since 1970, negative before; one that is left out stays as it is. */
export interface Times {
  readonly atimeNs?: bigint;
  readonly mtimeNs?: bigint;
}

function timespec(ns: bigint | undefined, what: string): [seconds: bigint, ns: number] {
  if (ns === undefined) return [0n, UTIME_OMIT];
  if (typeof ns !== 'bigint') throw new TypeError(`${what} is no bigint: ${String(ns)}`);
  const rest = ns % NS;
  // BigInt division truncates: times before 1970 need the floor.
  const fraction = rest < 0n ? rest + NS : rest;
  return [long((ns - fraction) / NS, what) as bigint, Number(fraction)];
}

function timespecs({ atimeNs, mtimeNs }: Times): [bigint, number, bigint, number] {
  return [...timespec(atimeNs, 'atimeNs'), ...timespec(mtimeNs, 'mtimeNs')];
}

/** utimensat(2), exact to the nanosecond; of the symlink itself unless `follow`. */
export async function utimens(path: Path, times: Times, follow = true): Promise<void> {
  await call('utimens', path, textBytes(path, 'path'), ...timespecs(times), Number(follow));
}

/** futimens(3), exact to the nanosecond. */
export async function futimens(fd: number, times: Times): Promise<void> {
  await call('futimens', undefined, int(fd, 'fd'), ...timespecs(times));
}

/** linkat(2). With `follow`, an `existing` of `/proc/self/fd/N` is the inode that N holds. */
export async function link(existing: Path, path: Path, follow = false): Promise<void> {
  const from = textBytes(existing, 'existing');
  await call('link', existing, from, textBytes(path, 'path'), Number(follow));
}

/** renameat2(2). @param flags RENAME_NOREPLACE, RENAME_EXCHANGE, ... */
export async function rename(from: Path, to: Path, flags = 0): Promise<void> {
  await call('rename', from, textBytes(from, 'from'), textBytes(to, 'to'), int(flags, 'flags'));
}

/** truncate(2): needs the right to write the file only, unlike Node's, which also reads. */
export async function truncate(path: Path, length: number | bigint): Promise<void> {
  await call('truncate', path, textBytes(path, 'path'), long(length, 'length'));
}

/** readlink(2), or readlinkat(2) of the symlink that an O_PATH descriptor holds. */
export async function readlink(link: Path | number): Promise<Buffer> {
  if (typeof link === 'number')
    return call('readlink', undefined, int(link, 'fd'), Buffer.alloc(0));
  return call('readlink', link, -1, textBytes(link, 'path'));
}

/** statvfs(3): what statfs handlers return, exact, and what the protocol does not carry. */
export async function statvfs(
  path: Path,
): Promise<Record<keyof StatvfsData | 'fsid' | 'flag', bigint>> {
  return call('statvfs', path, textBytes(path, 'path'));
}
