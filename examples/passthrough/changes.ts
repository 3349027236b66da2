import { type Attributes, posix, type SetattrFields } from 'wasmfuse';
import { chmod, chown, ftruncate } from './calls.js';
import type { Node } from './node.js';

const PERMISSION_BITS = 0o7777;
/** For chown(2): leave as it is. */
const SAME = -1;

/**
 * Applies what a setattr request sets. On a symlink's node each call changes the symlink itself.
 *
 * @param fd descriptor of the open file to truncate; undefined to truncate by path.
 */
export async function applyChanges(
  node: Node,
  attr: Attributes,
  fields: SetattrFields,
  fd: number | undefined,
): Promise<void> {
  const { updateMode, updateUid, updateGid, updateSize, updateAtime, updateMtime } = fields;
  // Before the mode: chown(2) clears the setuid and setgid bits, which the new mode may have.
  if (updateUid || updateGid) {
    const uid = updateUid ? Number(attr.uid) : SAME;
    await chown(node.path, uid, updateGid ? Number(attr.gid) : SAME);
  }
  if (updateMode) await chmod(node.path, Number(attr.mode) & PERMISSION_BITS);
  if (updateSize) {
    if (fd === undefined) await posix.truncate(node.path, attr.size ?? 0);
    else await ftruncate(fd, Number(attr.size));
  }
  // Last, as a truncation sets mtime.
  if (updateAtime || updateMtime) {
    await posix.utimens(node.path, {
      ...(updateAtime && { atimeNs: BigInt(attr.atimeNs ?? 0) }),
      ...(updateMtime && { mtimeNs: BigInt(attr.mtimeNs ?? 0) }),
    });
  }
}
