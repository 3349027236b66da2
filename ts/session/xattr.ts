import { ENOATTR, errno, errnoOf, FUSEError } from '../errors.js';
import type { Operations } from '../operations.js';
import type { MaybePromise } from '../types.js';
import { linux } from './generated/layout.js';
import type { Request } from './request.js';
import { isThenable } from './thenable.js';

/**
 * setxattr with its flags: XATTR_CREATE and XATTR_REPLACE are answered by asking getxattr first, so
 * that a handler which ignores flags still does what the caller asked. Not atomic by itself.
 */
export function setxattrChecked(
  fs: Operations,
  request: Request,
  inode: bigint,
  name: string,
  value: Buffer,
): MaybePromise<void> {
  const { flags } = request;
  const set = () => fs.setxattr(inode, name, value, request);
  if (flags === 0) return set();
  if (flags !== linux.XATTR_CREATE && flags !== linux.XATTR_REPLACE) {
    throw new FUSEError(errno.EINVAL as number);
  }
  const found = () => {
    if (flags === linux.XATTR_CREATE) throw new FUSEError(errno.EEXIST as number);
    return set();
  };
  const missing = (thrown: unknown) => {
    if (flags === linux.XATTR_CREATE && errnoOf(thrown) === ENOATTR) return set();
    throw thrown;
  };
  let existing: unknown;
  try {
    existing = fs.getxattr(inode, name, request);
  } catch (thrown) {
    return missing(thrown);
  }
  return isThenable(existing) ? Promise.resolve(existing).then(found, missing) : found();
}
