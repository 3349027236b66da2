import { call, callSync, int, type Path, textBytes } from './call.js';

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

type OpenArguments = [path: Path, flags: number, mode?: number, owner?: Owner];

function openArguments([path, flags, mode = 0o666, owner]: OpenArguments) {
  const bytes = textBytes(path, 'path');
  return [bytes, int(flags, 'flags'), int(mode, 'mode'), ...ids(owner)] as const;
}

/**
 * open(2) with O_CLOEXEC. Close the descriptor with {@link close}: a worker thread of Node closes
 * by itself, and wants to be told of, only those that Node's fs has opened.
 */
export async function open(...args: OpenArguments): Promise<number> {
  return call('open', args[0], ...openArguments(args));
}

/** As {@link open}, on this thread. */
export function openSync(...args: OpenArguments): number {
  return callSync('open', args[0], ...openArguments(args));
}

/** close(2) */
export async function close(fd: number): Promise<void> {
  await call('close', undefined, int(fd, 'fd'));
}

/** As {@link close}, on this thread. */
export function closeSync(fd: number): void {
  callSync('close', undefined, int(fd, 'fd'));
}

/** mkdir(2) */
export async function mkdir(path: Path, mode = 0o777, owner?: Owner): Promise<void> {
  await call('mkdir', path, textBytes(path, 'path'), int(mode, 'mode'), ...ids(owner));
}

/**
 * mknod(2)
 *
 * @param mode with the file type, S_IFREG, S_IFIFO, ...
 * @param rdev device number, in the encoding of makedev(3).
 */
export async function mknod(path: Path, mode: number, rdev = 0, owner?: Owner): Promise<void> {
  const bytes = textBytes(path, 'path');
  await call('mknod', path, bytes, int(mode, 'mode'), int(rdev, 'rdev'), ...ids(owner));
}

/** symlink(2) */
export async function symlink(target: Path, path: Path, owner?: Owner): Promise<void> {
  await call('symlink', path, textBytes(target, 'target'), textBytes(path, 'path'), ...ids(owner));
}
