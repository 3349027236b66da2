import { chmodSync, constants, readFileSync } from 'node:fs';
import { posix, type RequestContext } from 'wasmfuse';
import { codeOf } from './calls.js';
import type { Node } from './node.js';

const PERMISSIONS = 0o777;
const SPECIAL_BITS = 0o7000;

/** Where and for whom an inode is made. */
export interface Place {
  readonly directory: Node;
  /** With the type, as the caller's umask has left it. */
  readonly mode: number;
  readonly ctx: RequestContext;
}

const self = { uid: process.geteuid?.(), gid: process.getegid?.() };

/**
 * Who owns what a request makes: the caller when root serves, as only root may make inodes for
 * others; else the user that serves.
 */
export function ownerFor({ uid, gid }: RequestContext): posix.Owner | undefined {
  const isOther = uid !== self.uid || gid !== self.gid;
  return isOther && self.uid === 0 ? { uid, gid } : undefined;
}

/** The umask, which process.umask() changes for a moment to read it, in every thread. */
function ownUmask(): number {
  const status = readFileSync('/proc/self/status', 'latin1');
  return Number.parseInt(/^Umask:\s*([0-7]+)/m.exec(status)?.[1] ?? '0', 8);
}

/** No default ACL, or none possible there: ENOTSUP is Node's name of EOPNOTSUPP. */
const NO_ACL: readonly unknown[] = ['ENODATA', 'ENOTSUP'];

function hasDefaultAcl(directory: Node): boolean {
  try {
    posix.getxattrSync(directory.path, 'system.posix_acl_default');
    return true;
  } catch (error) {
    if (NO_ACL.includes(codeOf(error))) return false;
    throw error;
  }
}

/**
 * Gives a new inode the permissions that this process's own umask has withheld: the caller's is in
 * the mode already. What a default ACL of the directory has withheld stays withheld.
 *
 * @returns whether the attributes have changed.
 */
export function restoreMode(
  path: string,
  stats: posix.Stats,
  { mode, directory, ctx }: Place,
): boolean {
  const made = stats.mode & PERMISSIONS;
  const wanted = mode & PERMISSIONS;
  if (made === wanted) return false;
  // Another process may have replaced the name by an inode of someone else.
  const owner = ownerFor(ctx)?.uid ?? self.uid;
  const isOurs = stats.uid === owner && ((stats.mode ^ mode) & constants.S_IFMT) === 0;
  if (!isOurs || made !== (wanted & ~ownUmask())) return false;
  if (hasDefaultAcl(directory)) return false;
  chmodSync(path, (stats.mode & SPECIAL_BITS) | wanted);
  return true;
}
