/**
 * Calls on paths that pyfuse3 offers beside the session. They block, and are no part of a
 * filesystem.
 */
import { closeSync, constants, openSync, readdirSync, readFileSync } from 'node:fs';
import { fsdecode, fsencode } from './names.js';
import { define, nothing, text as textOf } from './posix/call.js';
import * as xattr from './posix/xattr.js';

/** Where an attribute belongs on systems that ask for it apart from the name; Linux does not. */
export type XattrNamespace = 'user' | 'system';

function text(value: unknown, what: string): Buffer {
  if (typeof value !== 'string') throw new TypeError(`${what} is no string: ${String(value)}`);
  return fsencode(textOf(value, what));
}

const syncfsCall = define(
  'syncfs',
  (fd: number, _path: string) => [fd],
  nothing,
  ([, path]) => path,
);

function checkNamespace(namespace: unknown): void {
  if (namespace === 'user' || namespace === 'system') return;
  throw new RangeError(`namespace is neither 'user' nor 'system': ${String(namespace)}`);
}

/**
 * Sets an extended attribute: setxattr(2). Follows symlinks.
 *
 * @param name whole, such as `user.comment`.
 * @throws SystemError
 */
export function setxattr(
  path: string,
  name: string,
  value: Uint8Array,
  namespace: XattrNamespace = 'user',
): void {
  checkNamespace(namespace);
  xattr.setxattrSync(text(path, 'path'), text(name, 'name'), value);
}

/**
 * Value of an extended attribute: getxattr(2). Follows symlinks.
 *
 * @param sizeGuess bytes the value probably has. Every length is read in one call, whatever the
 * guess.
 * @throws SystemError
 */
export function getxattr(
  path: string,
  name: string,
  sizeGuess = 128,
  namespace: XattrNamespace = 'user',
): Buffer {
  checkNamespace(namespace);
  if (!Number.isSafeInteger(sizeGuess) || sizeGuess < 0) {
    throw new RangeError(`sizeGuess is no size: ${String(sizeGuess)}`);
  }
  return xattr.getxattrSync(text(path, 'path'), text(name, 'name'));
}

/** Names in a directory, without `.` and `..`, in no particular order. @throws an error of Node */
export function listdir(path: string): string[] {
  return readdirSync(text(path, 'path'), { encoding: 'buffer' }).map(fsdecode);
}

/**
 * Ids of the supplementary groups of a process.
 *
 * @param pid a process or thread, such as `ctx.pid`.
 * @throws an error of Node with code ENOENT when there is no such process.
 */
export function getSupGroups(pid: number): Set<number> {
  if (!Number.isSafeInteger(pid)) throw new TypeError(`pid is no integer: ${String(pid)}`);
  const groups = /^Groups:(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  if (groups === undefined) throw new Error(`/proc/${pid}/status tells no groups`);
  return new Set(groups.split(/\s+/).filter(Boolean).map(Number));
}

/**
 * Writes out the filesystem that holds a directory: syncfs(2). @throws SystemError or an error of
 * Node
 */
export function syncfs(path: string): void {
  const fd = openSync(text(path, 'path'), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    syncfsCall.now(fd, path);
  } finally {
    closeSync(fd);
  }
}
