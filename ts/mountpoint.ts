import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import { errno, errnoOf, SystemError } from './errors.js';
import { mountAt } from './mountinfo.js';
import { fsdecode, fsencode } from './names.js';
import type { SessionConfig } from './options.js';
import { LATE, within } from './session/deadline.js';
import { advice, adviceAbove, isStale, removeStale } from './stale.js';

type MountpointRules = Pick<SessionConfig, 'nonempty' | 'replaceStale'>;

/** A descriptor that a parent process opened and mounted. */
const DESCRIPTOR = /^\/dev\/fd\/\d+$/;
/** Long enough for a disk that has to wake up; a server that hangs would take for ever. */
const RESOLVE_MS = 10_000;

function failure(
  number: number | undefined,
  mountpoint: string,
  detail?: string,
  syscall = 'mount',
): SystemError {
  return new SystemError(number ?? (errno.EIO as number), syscall, mountpoint, detail);
}

/**
 * The mountpoint without symbolic links, as the kernel's mount table will show it.
 *
 * @param syscall that errors name.
 * @throws SystemError ENOENT, or what looking at it gave.
 */
export async function resolveMountpoint(mountpoint: string, syscall = 'mount'): Promise<string> {
  if (DESCRIPTOR.test(mountpoint)) return mountpoint;
  try {
    const real = fs.realpath(fsencode(mountpoint), { encoding: 'buffer' });
    const found = await within(RESOLVE_MS, real);
    if (found !== LATE) return fsdecode(found);
    throw failure(errno.EBUSY, mountpoint, 'a directory on the way to it does not answer', syscall);
  } catch (thrown) {
    if (thrown instanceof SystemError) throw thrown;
    const number = errnoOf(thrown);
    const detail = number === errno.ENOTCONN ? await adviceAbove(mountpoint) : undefined;
    throw failure(number, mountpoint, detail, syscall);
  }
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

/**
 * Checks that a filesystem can be mounted at `mountpoint`, an absolute path: it is a directory, and
 * an empty one unless `nonempty` is set or another filesystem is mounted there already. A FUSE
 * mount without a server is removed if `replaceStale` is set.
 *
 * @throws SystemError ENOENT, ENOTDIR, ENOTEMPTY, EBUSY, ENOTCONN, or what looking at it gave.
 */
export async function checkMountpointUsable(
  mountpoint: string,
  { nonempty = false, replaceStale = false }: MountpointRules,
): Promise<void> {
  if (DESCRIPTOR.test(mountpoint)) return;
  try {
    for (;;) {
      const below = await mountAt(mountpoint);
      if (below === undefined) return await checkEmptyDirectory(mountpoint, nonempty);
      if (!below.isFuse || !(await isStale(mountpoint))) return;
      if (!replaceStale) throw failure(errno.ENOTCONN, mountpoint, advice(mountpoint));
      removeStale(below);
    }
  } catch (thrown) {
    throw thrown instanceof SystemError ? thrown : failure(errnoOf(thrown), mountpoint);
  }
}
