import { spawnSync } from 'node:child_process';
import { absolute } from '../absolute.js';
import { mountAt } from '../mountinfo.js';
import { resolveMountpoint } from '../mountpoint.js';
import { fsencode } from '../names.js';
import { onPath } from './onpath.js';

/** Unmounts as fusermount3 does, for root and for the user who mounted. */
export async function umountCommand(mountpoint: string, lazy: boolean): Promise<void> {
  const where = await resolveMountpoint(absolute(mountpoint), 'umount');
  if ((await mountAt(where)) === undefined) throw new Error(`nothing is mounted on ${where}`);
  const [file, args] = onPath('fusermount3', '-u', ...(lazy ? ['-z'] : []), '--');
  const { error, status, stderr } = spawnSync(file, args, {
    encoding: 'utf8',
    input: fsencode(where),
  });
  if (error !== undefined) throw new Error(`can't run a shell: ${error.message}`);
  if (status !== 0) throw new Error(stderr.trim() || `fusermount3 ended with status ${status}`);
}
