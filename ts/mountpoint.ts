import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import { errno, errnoOf, SystemError } from './errors.js';
import { fsdecode, fsencode } from './names.js';

/** A descriptor that a parent process opened and mounted. */
const DESCRIPTOR = /^\/dev\/fd\/\d+$/;

/** The way /proc/self/mountinfo writes a path. */
function escaped(path: Buffer): string {
  return path
    .toString('latin1')
    .replace(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/**
 * The device number (as in `0:57`) of what is mounted right at `mountpoint`, an absolute path; the
 * topmost when there are several. Asks no filesystem, as one without a server would never answer.
 */
export async function deviceAt(mountpoint: string): Promise<string | undefined> {
  const table = await fs.readFile('/proc/self/mountinfo', 'latin1');
  const wanted = escaped(fsencode(mountpoint));
  const here = table.split('\n').filter((line) => line.split(' ')[4] === wanted);
  return here.at(-1)?.split(' ')[2];
}

/**
 * The mountpoint without symbolic links, as the kernel's mount table will show it.
 *
 * @throws SystemError ENOENT, or what looking at it gave.
 */
export async function resolveMountpoint(mountpoint: string): Promise<string> {
  if (DESCRIPTOR.test(mountpoint)) return mountpoint;
  try {
    return fsdecode(await fs.realpath(fsencode(mountpoint), { encoding: 'buffer' }));
  } catch (thrown) {
    throw new SystemError(errnoOf(thrown) ?? (errno.EIO as number), 'mount', mountpoint);
  }
}

/**
 * Checks that a filesystem can be mounted at `mountpoint`, an absolute path: it is a directory, and
 * an empty one unless `nonempty` is set or another filesystem is mounted there already.
 *
 * @throws SystemError ENOENT, ENOTDIR, ENOTEMPTY, or what looking at it gave.
 */
export async function checkMountpointUsable(mountpoint: string, nonempty: boolean): Promise<void> {
  if (DESCRIPTOR.test(mountpoint) || (await deviceAt(mountpoint)) !== undefined) return;
  const path = fsencode(mountpoint);
  try {
    const { mode } = await fs.stat(path);
    if ((mode & constants.S_IFMT) !== constants.S_IFDIR) {
      throw new SystemError(errno.ENOTDIR as number, 'mount', mountpoint);
    }
    if (nonempty) return;
    const directory = await fs.opendir(path);
    try {
      if ((await directory.read()) === null) return;
    } finally {
      await directory.close();
    }
  } catch (thrown) {
    if (thrown instanceof SystemError) throw thrown;
    throw new SystemError(errnoOf(thrown) ?? (errno.EIO as number), 'mount', mountpoint);
  }
  throw new SystemError(errno.ENOTEMPTY as number, 'mount', mountpoint);
}
