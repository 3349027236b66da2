import fs from 'node:fs/promises';
import path from 'node:path';
import { errno, errnoOf, SystemError } from './errors.js';
import { type Mount, mountAtSync, mounts, topmost } from './mountinfo.js';
import { fsencode } from './names.js';
import { LATE, within } from './session/deadline.js';
import { unmount } from './session/unmount.js';

/** A filesystem that takes longer to show its root is taken for one that nobody serves. */
const ANSWER_MS = 1000;

async function ask(mountpoint: Buffer): Promise<void> {
  // The kernel may know the root's attributes still; the free space it always asks for.
  await fs.statfs(mountpoint).catch((thrown) => {
    if (errnoOf(thrown) === errno.ENOTCONN) throw thrown;
  });
  await fs.stat(mountpoint);
}

/**
 * Whether the server of the FUSE mount on top at `mountpoint` is gone, and nobody will ever answer.
 *
 * @throws SystemError EBUSY when there is a server that does not answer; what looking at it gave.
 */
export async function isStale(mountpoint: string): Promise<boolean> {
  try {
    if ((await within(ANSWER_MS, ask(fsencode(mountpoint)))) !== LATE) return false;
  } catch (thrown) {
    if (errnoOf(thrown) === errno.ENOTCONN) return true;
    throw thrown;
  }
  const number = errno.EBUSY as number;
  throw new SystemError(number, 'mount', mountpoint, 'what is mounted there does not answer');
}

/** What to do about the stale mount at `place`. */
export function advice(place: string): string {
  const how = 'or set replaceStale (--replace-stale on the command line)';
  return `its server is gone; unmount it with "fusermount3 -u ${place}", ${how}`;
}

/** What to do about a stale mount on the way to `mountpoint`; undefined when none is seen. */
export async function adviceAbove(mountpoint: string): Promise<string | undefined> {
  const all = await mounts();
  for (let above = path.dirname(mountpoint); above !== '/'; above = path.dirname(above)) {
    if (topmost(all, above)?.isFuse) {
      return `the server of ${above} is gone; unmount that with "fusermount3 -u ${above}"`;
    }
  }
  return undefined;
}

/**
 * Unmounts a stale mount, if it is still there and on top.
 *
 * @throws SystemError EPERM when it can't be, as it is somebody else's.
 */
export function removeStale({ id, place }: Mount): void {
  if (mountAtSync(place)?.id !== id) return;
  const words = ['the dead mount there can not be removed'];
  unmount(place, (_level, line) => words.push(line.trim()));
  if (mountAtSync(place)?.id !== id) return;
  throw new SystemError(errno.EPERM as number, 'umount', place, words.join(': '));
}
