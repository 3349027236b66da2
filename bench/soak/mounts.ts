import { readFileSync } from 'node:fs';

export interface MountEntry {
  readonly mountpoint: string;
  /** Number of its connection under /sys/fs/fuse/connections: the minor of its device. */
  readonly connection: number;
}

function unescapeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}

/** The mounts at or below a directory, by the kernel's table: no mount is asked itself. */
export function mountsUnder(dir: string): MountEntry[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n');
  return lines
    .map((line) => {
      const [, , device = '', , mountpoint = ''] = line.split(' ');
      const connection = Number(device.split(':')[1]);
      return { mountpoint: unescapeOctal(mountpoint), connection };
    })
    .filter(({ mountpoint }) => mountpoint === dir || mountpoint.startsWith(`${dir}/`));
}

export function mountAt(dir: string): MountEntry | undefined {
  return mountsUnder(dir).find(({ mountpoint }) => mountpoint === dir);
}

/** What stat(2) shows as the device of files in the mount: makedev(0, minor). */
export function deviceOf({ connection }: MountEntry): number {
  return (connection & 0xff) + Math.floor(connection / 0x100) * 0x100000;
}
