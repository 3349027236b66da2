import { define, first, int, nothing, number, type Path, place, type Text, text } from './call.js';

/**
 * The user that a new inode belongs to, instead of the process's own: from its first moment, with
 * the group that a setgid directory asks for. Needs root. The user's permissions are not checked.
 */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

function ids(owner: Owner | undefined): [uid: number, gid: number] {
  if (owner === undefined) return [-1, -1];
  return [int(owner.uid, 'uid'), int(owner.gid, 'gid')];
}

const openCall = define(
  'open',
  (path: Path, flags: number, mode?: number, owner?: Owner) => [
    ...place(path, 'path'),
    int(flags, 'flags'),
    int(mode ?? 0o666, 'mode'),
    ...ids(owner),
  ],
  number,
  first,
);

/**
 * open(2) with O_CLOEXEC. Close the descriptor with {@link close}: a worker thread of Node closes
 * by itself, and wants to be told of, only those that Node's fs has opened.
 */
export const open = openCall.later;
/** As {@link open}, on this thread. */
export const openSync = openCall.now;

const mkdirCall = define(
  'mkdir',
  (path: Path, mode?: number, owner?: Owner) => [
    ...place(path, 'path'),
    int(mode ?? 0o777, 'mode'),
    ...ids(owner),
  ],
  nothing,
  first,
);

/** mkdir(2) */
export const mkdir = mkdirCall.later;
/** As {@link mkdir}, on this thread. */
export const mkdirSync = mkdirCall.now;

const mknodCall = define(
  'mknod',
  (path: Path, mode: number, rdev?: number, owner?: Owner) => [
    ...place(path, 'path'),
    int(mode, 'mode'),
    int(rdev ?? 0, 'rdev'),
    ...ids(owner),
  ],
  nothing,
  first,
);

/**
 * mknod(2)
 *
 * @param mode with the file type, S_IFREG, S_IFIFO, ...
 * @param rdev device number, in the encoding of makedev(3).
 */
export const mknod = mknodCall.later;
/** As {@link mknod}, on this thread. */
export const mknodSync = mknodCall.now;

const symlinkCall = define(
  'symlink',
  (target: Text, path: Path, owner?: Owner) => [
    text(target, 'target'),
    ...place(path, 'path'),
    ...ids(owner),
  ],
  nothing,
  ([, path]) => path,
);

/** symlink(2) */
export const symlink = symlinkCall.later;
/** As {@link symlink}, on this thread. */
export const symlinkSync = symlinkCall.now;
