import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { fsencode } from './names.js';

const TABLE = '/proc/self/mountinfo';

/** One mount, as the kernel's table tells it without asking the filesystem itself. */
export interface Mount {
  /** The mount's own number and its device's: what comes to the same place later differs. */
  readonly id: string;
  /** Such as `ext4`, `fuse` or `fuse.subtype`. */
  readonly type: string;
}

/** The way the table writes a path. */
function escaped(path: Buffer): string {
  return path
    .toString('latin1')
    .replace(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function find(table: string, mountpoint: string): Mount | undefined {
  const wanted = escaped(fsencode(mountpoint));
  // The last of several is the topmost.
  const line = table.split('\n').findLast((each) => each.split(' ')[4] === wanted);
  if (line === undefined) return undefined;
  const [number, , device] = line.split(' ');
  return { id: `${number} ${device}`, type: line.split(' - ')[1]?.split(' ')[0] ?? '' };
}

/** What is mounted right at `mountpoint`, an absolute path without symbolic links. */
export async function mountAt(mountpoint: string): Promise<Mount | undefined> {
  return find(await fs.readFile(TABLE, 'latin1'), mountpoint);
}

/** The same, at once. */
export function mountAtSync(mountpoint: string): Mount | undefined {
  return find(readFileSync(TABLE, 'latin1'), mountpoint);
}
