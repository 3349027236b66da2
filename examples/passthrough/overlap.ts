import path from 'node:path';

/**
 * A mountpoint inside the source would show the mount in itself without end, and whoever walks it
 * would wait for the server, which waits for itself.
 *
 * @param source, mountpoint absolute paths without symbolic links; they may be the same.
 */
export function refuseLoop(source: string, mountpoint: string): void {
  const below = path.relative(source, mountpoint);
  if (below === '' || below === '..' || below.startsWith(`..${path.sep}`)) return;
  throw new Error(`passthrough: the mountpoint ${mountpoint} lies in the source ${source}`);
}
