import { fsdecode } from '../names.js';
import { call, data, int, type Path, textBytes } from './call.js';

/** The names in the answer of listxattr(2), each of which a NUL ends. */
function splitNames(list: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < list.length; ) {
    const end = list.indexOf(0, at);
    names.push(fsdecode(list.subarray(at, end)));
    at = end + 1;
  }
  return names;
}

/** getxattr(2), whatever the length of the value. Follows a symlink at the end of the path. */
export async function getxattr(path: Path, name: Path): Promise<Buffer> {
  return call('getxattr', path, textBytes(path, 'path'), textBytes(name, 'name'));
}

/**
 * setxattr(2). Follows a symlink at the end of the path.
 *
 * @param value must stay as it is until the promise has settled.
 * @param flags 0, XATTR_CREATE or XATTR_REPLACE, which the kernel checks atomically.
 */
export async function setxattr(
  path: Path,
  name: Path,
  value: Uint8Array,
  flags = 0,
): Promise<void> {
  const where = [textBytes(path, 'path'), textBytes(name, 'name')] as const;
  await call('setxattr', path, ...where, data(value, 'value'), int(flags, 'flags'));
}

/** listxattr(2). Follows a symlink at the end of the path. */
export async function listxattr(path: Path): Promise<string[]> {
  return splitNames(await call('listxattr', path, textBytes(path, 'path')));
}

/** removexattr(2). Follows a symlink at the end of the path. */
export async function removexattr(path: Path, name: Path): Promise<void> {
  await call('removexattr', path, textBytes(path, 'path'), textBytes(name, 'name'));
}
