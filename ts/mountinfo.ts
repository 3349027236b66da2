import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { fsdecode } from './names.js';

const TABLE = '/proc/self/mountinfo';

/** One mount, as the kernel's table tells it without asking the filesystem itself. */
export interface Mount {
  /** The mount's own number and its device's; the kernel gives both to others once it is gone. */
  readonly id: string;
  /** Absolute, without symbolic links. */
  readonly place: string;
  readonly isFuse: boolean;
  readonly number: string;
  /** The number of the mount that it is mounted on. */
  readonly parent: string;
}

/** Blanks, newlines and backslashes are octal in the table, all else is as it is. */
function unescaped(field: string): string {
  const bytes = field.replace(/\\([0-7]{3})/g, (_all, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return fsdecode(Buffer.from(bytes, 'latin1'));
}

function parse(table: string): Mount[] {
  const lines = table.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [mount = '', filesystem = ''] = line.split(' - ');
    const [number = '', parent = '', device = '', , place = ''] = mount.split(' ');
    const [type = ''] = filesystem.split(' ');
    return {
      id: `${number} ${device}`,
      place: unescaped(place),
      isFuse: /^fuse(blk)?(\.|$)/.test(type),
      number,
      parent,
    };
  });
}

/** All mounts that this process sees, the older ones mostly first. */
export async function mounts(): Promise<Mount[]> {
  return parse(await fs.readFile(TABLE, 'latin1'));
}

/** The same, at once. */
export function mountsSync(): Mount[] {
  return parse(readFileSync(TABLE, 'latin1'));
}

/** What is mounted right at `place`, an absolute path without symbolic links, on top of others. */
export function topmost(all: readonly Mount[], place: string): Mount | undefined {
  const here = all.filter((mount) => mount.place === place);
  return here.findLast(({ number }) => !here.some(({ parent }) => parent === number));
}

export async function mountAt(place: string): Promise<Mount | undefined> {
  return topmost(await mounts(), place);
}

/** The same, at once. */
export function mountAtSync(place: string): Mount | undefined {
  return topmost(mountsSync(), place);
}
