import { ENOATTR } from '../errors.js';
import { buffer, data, define, first, int, nothing, type Text, text } from './call.js';
import { splitTexts } from './look.js';

const getxattrCall = define(
  'getxattr',
  (path: Text, name: Text) => [text(path, 'path'), text(name, 'name')],
  buffer,
  first,
);

/** getxattr(2), whatever the length of the value. Follows a symlink at the end of the path. */
export const getxattr = getxattrCall.later;

export interface GetxattrSyncOptions {
  /** When false, a missing attribute gives undefined, cheaper than an error. Default true. */
  readonly throwIfNoAttr?: boolean;
}

const defaults: GetxattrSyncOptions = {};

/** As {@link getxattr}, on this thread. */
export function getxattrSync(
  path: Text,
  name: Text,
  options?: GetxattrSyncOptions & { throwIfNoAttr?: true },
): Buffer;
export function getxattrSync(
  path: Text,
  name: Text,
  options: GetxattrSyncOptions,
): Buffer | undefined;
export function getxattrSync(
  path: Text,
  name: Text,
  { throwIfNoAttr = true } = defaults,
): Buffer | undefined {
  const result = getxattrCall.attempt(path, name);
  if (typeof result !== 'number') return result as Buffer;
  if (result === -ENOATTR && !throwIfNoAttr) return undefined;
  throw getxattrCall.failure(result, [path, name]);
}

const setxattrCall = define(
  'setxattr',
  (path: Text, name: Text, value: Uint8Array, flags?: number) => [
    text(path, 'path'),
    text(name, 'name'),
    data(value, 'value'),
    int(flags ?? 0, 'flags'),
  ],
  nothing,
  first,
);

/**
 * setxattr(2). Follows a symlink at the end of the path.
 *
 * @param value must stay as it is until the promise has settled.
 * @param flags 0, XATTR_CREATE or XATTR_REPLACE, which the kernel checks atomically.
 */
export const setxattr = setxattrCall.later;
/** As {@link setxattr}, on this thread. */
export const setxattrSync = setxattrCall.now;

const listxattrCall = define('listxattr', (path: Text) => [text(path, 'path')], splitTexts, first);

/** listxattr(2). Follows a symlink at the end of the path. */
export const listxattr = listxattrCall.later;
/** As {@link listxattr}, on this thread. */
export const listxattrSync = listxattrCall.now;

const removexattrCall = define(
  'removexattr',
  (path: Text, name: Text) => [text(path, 'path'), text(name, 'name')],
  nothing,
  first,
);

/** removexattr(2). Follows a symlink at the end of the path. */
export const removexattr = removexattrCall.later;
/** As {@link removexattr}, on this thread. */
export const removexattrSync = removexattrCall.now;
