import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import { errno, errnoOf, SystemError } from './errors.js';
import { type Mount, mountAt } from './mountinfo.js';
import { fsdecode, fsencode } from './names.js';
import { LATE, within } from './session/deadline.js';

/** A descriptor that a parent process opened and mounted. */
const DESCRIPTOR = /^\/dev\/fd\/\d+$/;
/** A filesystem that takes longer to show its root is taken for one that nobody serves. */
const ANSWER_MS = 1000;

function failure(number: number | undefined, mountpoint: string, detail?: string): SystemError {
  return new SystemError(number ?? (errno.EIO as number), 'mount', mountpoint, detail);
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
    throw failure(errnoOf(thrown), mountpoint);
  }
}

/** libfuse will look at the mountpoint, and wait for ever for a filesystem that nobody serves. */
async function checkAnswers(mountpoint: string): Promise<void> {
  const answer = await within(ANSWER_MS, fs.stat(fsencode(mountpoint)));
  if (answer === LATE)
    throw failure(errno.EBUSY, mountpoint, 'what is mounted there does not answer');
}

async function checkEmptyDirectory(mountpoint: string, nonempty: boolean): Promise<void> {
  const path = fsencode(mountpoint);
  const { mode } = await fs.stat(path);
  if ((mode & constants.S_IFMT) !== constants.S_IFDIR) throw failure(errno.ENOTDIR, mountpoint);
  if (nonempty) return;
  const directory = await fs.opendir(path);
  try {
    if ((await directory.read()) !== null) throw failure(errno.ENOTEMPTY, mountpoint);
  } finally {
    await directory.close();
  }
}

function isFuse(mount: Mount): boolean {
  return /^fuse(blk)?(\.|$)/.test(mount.type);
}

/**
 * Checks that a filesystem can be mounted at `mountpoint`, an absolute path: it is a directory, and
 * an empty one unless `nonempty` is set or another filesystem is mounted there already.
 *
 * @throws SystemError ENOENT, ENOTDIR, ENOTEMPTY, EBUSY, or what looking at it gave.
 */
export async function checkMountpointUsable(mountpoint: string, nonempty: boolean): Promise<void> {
  if (DESCRIPTOR.test(mountpoint)) return;
  const below = await mountAt(mountpoint);
  try {
    if (below === undefined) await checkEmptyDirectory(mountpoint, nonempty);
    else if (isFuse(below)) await checkAnswers(mountpoint);
  } catch (thrown) {
    throw thrown instanceof SystemError ? thrown : failure(errnoOf(thrown), mountpoint);
  }
}
