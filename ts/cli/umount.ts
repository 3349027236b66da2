import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { mountAt } from '../mountinfo.js';
import { resolveMountpoint } from '../mountpoint.js';

/** Unmounts as fusermount3 does, for root and for the user who mounted. */
export async function umountCommand(mountpoint: string, lazy: boolean): Promise<void> {
  const where = await resolveMountpoint(path.resolve(mountpoint));
  if ((await mountAt(where)) === undefined) throw new Error(`nothing is mounted on ${where}`);
  const args = ['-u', ...(lazy ? ['-z'] : []), '--', where];
  const { error, status, stderr } = spawnSync('fusermount3', args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`can't run fusermount3: ${error.message}`);
  if (status !== 0) throw new Error(stderr.trim() || `fusermount3 ended with status ${status}`);
}
