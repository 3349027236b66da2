import { posix } from 'wasmfuse';
import { type Found, type Inodes, THE_INODE_ITSELF } from './inodes.js';
import { pathOf } from './node.js';
import { type Place, restoreMode } from './ownership.js';

/** Makes an inode at a path and counts a lookup of it. */
export function createAt(
  inodes: Inodes,
  name: string,
  place: Place,
  make: (path: posix.Path) => void,
): Found {
  const path = place.directory.entry(name);
  make(path);
  return settled(inodes, inodes.open(path, THE_INODE_ITSELF), place);
}

/** Counts a lookup of a file just made by opening it; closes it when that fails. */
export function created(inodes: Inodes, fd: number, place: Place): Found {
  try {
    return settled(inodes, inodes.open(pathOf(fd)), place);
  } catch (error) {
    posix.closeSync(fd);
    throw error;
  }
}

/** The new inode with the mode that was asked for; forgotten when it can't have that. */
function settled(inodes: Inodes, found: Found, place: Place): Found {
  const { node, stats } = found;
  try {
    const isChanged = restoreMode(node.path, stats, place);
    return isChanged ? { node, stats: posix.statSync(node.fd) } : found;
  } catch (error) {
    inodes.forget(node, 1n);
    throw error;
  }
}
