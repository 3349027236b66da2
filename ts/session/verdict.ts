import { errno, SystemError } from '../errors.js';

/** What a read of the device that gave no request means: there is none just now. */
export function isNone(size: number): boolean {
  return size === -(errno.EAGAIN as number) || size === -(errno.EINTR as number);
}

/**
 * Otherwise it is the end: undefined when the filesystem is unmounted, the connection aborted, or
 * the session told to exit; an unmount under load may say ECONNABORTED.
 */
export function faultOf(size: number): SystemError | undefined {
  if (size === 0 || size === -(errno.ECONNABORTED as number)) return undefined;
  return new SystemError(-size, 'read', '/dev/fuse');
}
