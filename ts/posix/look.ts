import { fsdecode } from '../names.js';
import type { StatvfsData } from '../types.js';
import { buffer, define, first, int, type Path, place, type Text, text } from './call.js';

/** Texts each of which a NUL ends. */
export function splitTexts(list: Buffer): string[] {
  const all = fsdecode(list).split('\0');
  all.pop();
  return all;
}

const readlinkCall = define(
  'readlink',
  (link: Path | number) => (typeof link === 'number' ? [int(link, 'fd'), ''] : place(link, 'path')),
  buffer,
  ([link]) => (typeof link === 'number' ? undefined : link),
);

/** readlink(2), or readlinkat(2) of the symlink that an O_PATH descriptor holds. */
export const readlink = readlinkCall.later;
/** As {@link readlink}, on this thread. */
export const readlinkSync = readlinkCall.now;

const getdentsCall = define('getdents', (fd: number) => [int(fd, 'fd')], splitTexts);

/**
 * getdents(2): some more of the names in an open directory, without `.` and `..`; none at the end.
 * lseek(2) to 0 begins anew.
 */
export const getdents = getdentsCall.later;
/** As {@link getdents}, on this thread. */
export const getdentsSync = getdentsCall.now;

const statvfsCall = define(
  'statvfs',
  (path: Text) => [text(path, 'path')],
  (data: Record<keyof StatvfsData | 'fsid' | 'flag', bigint>) => data,
  first,
);

/** statvfs(3): what statfs handlers return, exact, and what the protocol does not carry. */
export const statvfs = statvfsCall.later;
/** As {@link statvfs}, on this thread. */
export const statvfsSync = statvfsCall.now;
