import {
  constant,
  define,
  first,
  int,
  long,
  nothing,
  type Path,
  place,
  type Text,
  text,
} from './call.js';

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

const utimensCall = define(
  'utimens',
  (path: Path, times: Times, follow?: boolean) => [
    ...place(path, 'path'),
    ...timespecs(times),
    Number(follow ?? true),
  ],
  nothing,
  first,
);

/** utimensat(2), exact to the nanosecond; of a symlink itself when `follow` is false. */
export const utimens = utimensCall.later;
/** As {@link utimens}, on this thread. */
export const utimensSync = utimensCall.now;

const futimensCall = define(
  'futimens',
  (fd: number, times: Times) => [int(fd, 'fd'), ...timespecs(times)],
  nothing,
);

/** futimens(3), exact to the nanosecond. */
export const futimens = futimensCall.later;
/** As {@link futimens}, on this thread. */
export const futimensSync = futimensCall.now;

const linkCall = define(
  'link',
  (existing: Path, path: Path, follow?: boolean) => [
    ...place(existing, 'existing'),
    ...place(path, 'path'),
    Number(follow ?? false),
  ],
  nothing,
);

/** linkat(2). With `follow`, an `existing` of `/proc/self/fd/N` is the inode that N holds. */
export const link = linkCall.later;
/** As {@link link}, on this thread. */
export const linkSync = linkCall.now;

const renameCall = define(
  'rename',
  (from: Path, to: Path, flags?: number) => [
    ...place(from, 'from'),
    ...place(to, 'to'),
    int(flags ?? 0, 'flags'),
  ],
  nothing,
  first,
);

/** renameat2(2). @param flags RENAME_NOREPLACE, RENAME_EXCHANGE, ... */
export const rename = renameCall.later;
/** As {@link rename}, on this thread. */
export const renameSync = renameCall.now;

const unlinkCall = define('unlink', (path: Path) => place(path, 'path'), nothing, first);

/** unlink(2) */
export const unlink = unlinkCall.later;
/** As {@link unlink}, on this thread. */
export const unlinkSync = unlinkCall.now;

const rmdirCall = define('rmdir', (path: Path) => place(path, 'path'), nothing, first);

/** rmdir(2) */
export const rmdir = rmdirCall.later;
/** As {@link rmdir}, on this thread. */
export const rmdirSync = rmdirCall.now;

const truncateCall = define(
  'truncate',
  (path: Text, length: number | bigint) => [text(path, 'path'), long(length, 'length')],
  nothing,
  first,
);

/** truncate(2): needs the right to write the file only, unlike Node's, which also reads. */
export const truncate = truncateCall.later;
/** As {@link truncate}, on this thread. */
export const truncateSync = truncateCall.now;
