import { chmodSync, chownSync } from 'node:fs';
import { type Attributes, posix, type SetattrFields } from 'wasmfuse';
import type { Node } from './node.js';

const PERMISSION_BITS = 0o7777;
/** For chown(2): leave as it is. */
const SAME = -1;

/**
 * Applies what a setattr request sets, but for the size. On a symlink's node each call changes the
 * symlink itself.
 */
export function applyChanges(node: Node, attr: Attributes, fields: SetattrFields): void {
  const { updateMode, updateUid, updateGid, updateAtime, updateMtime } = fields;
  // Before the mode: chown(2) clears the setuid and setgid bits, which the new mode may have.
  if (updateUid || updateGid) {
    const uid = updateUid ? Number(attr.uid) : SAME;
    chownSync(node.path, uid, updateGid ? Number(attr.gid) : SAME);
  }
  if (updateMode) chmodSync(node.path, Number(attr.mode) & PERMISSION_BITS);
  if (updateAtime || updateMtime) {
    posix.utimensSync(node.path, {
      ...(updateAtime && { atimeNs: BigInt(attr.atimeNs ?? 0) }),
      ...(updateMtime && { mtimeNs: BigInt(attr.mtimeNs ?? 0) }),
    });
  }
}

/**
 * Sets the size: what is cut off has to be given back, which takes long when it is much.
 *
 * @param fd descriptor of the open file; undefined to truncate by path.
 */
export function resize(node: Node, attr: Attributes, fd: number | undefined): Promise<void> {
  const size = attr.size ?? 0;
  return fd === undefined ? posix.truncate(node.path, size) : posix.ftruncate(fd, size);
}
