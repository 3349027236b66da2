import { posix } from 'wasmfuse';
import { fstat } from './calls.js';
import type { Found, Inodes } from './inodes.js';
import { pathOf } from './node.js';
import { type Place, restoreMode } from './ownership.js';

/** Makes an inode at a path and counts a lookup of it. */
export async function createAt(
  inodes: Inodes,
  name: string,
  place: Place,
  make: (path: string | Buffer) => Promise<void>,
): Promise<Found> {
  const path = place.directory.child(name);
  await make(path);
  return settled(inodes, await inodes.find(path), place);
}

/** Counts a lookup of a file just made by opening it; closes it when that fails. */
export async function created(inodes: Inodes, fd: number, place: Place): Promise<Found> {
  try {
    return await settled(inodes, await inodes.open(pathOf(fd)), place);
  } catch (error) {
    await posix.close(fd);
    throw error;
  }
}

/** The new inode with the mode that was asked for; forgotten when it can't have that. */
async function settled(inodes: Inodes, found: Found, place: Place): Promise<Found> {
  const { node, stats } = found;
  try {
    const isChanged = await restoreMode(node.path, stats, place);
    return isChanged ? { node, stats: await fstat(node.fd) } : found;
  } catch (error) {
    inodes.forget(node, 1n);
    throw error;
  }
}
