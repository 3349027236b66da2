import { readFileSync } from 'node:fs';
import { fsdecode } from 'wasmfuse';

export interface MountEntry {
  mountpoint: string;
  fstype: string;
  source: string;
  options: string[];
  /** Number of the connection under /sys/fs/fuse/connections: the minor of the device. */
  connection: number;
}

/** Spaces and the like are octal in mountinfo, whose fields are bytes. */
function unescapeOctal(field: string): string {
  const bytes = field.replace(/\\([0-7]{3})/g, (_, digits) =>
    String.fromCharCode(parseInt(digits, 8)),
  );
  return fsdecode(Buffer.from(bytes, 'latin1'));
}

/** Every FUSE mount this process sees. Never stats a mountpoint: a dead mount would hang it. */
export function fuseMounts(): MountEntry[] {
  const lines = readFileSync('/proc/self/mountinfo', 'latin1').trimEnd().split('\n');
  return lines.flatMap((line) => {
    const [mount = '', filesystem = ''] = line.split(' - ');
    const [, , device = '', , mountpoint = '', mountOptions = ''] = mount.split(' ');
    const [fstype = '', source = '', superOptions = ''] = filesystem.split(' ');
    if (!/^fuse(blk)?($|\.)/.test(fstype)) return [];
    return {
      mountpoint: unescapeOctal(mountpoint),
      fstype,
      source: unescapeOctal(source),
      options: [...mountOptions.split(','), ...superOptions.split(',')],
      connection: Number(device.split(':')[1]),
    };
  });
}

/** The FUSE mounts at `dir` or below it; the newest last. */
export function fuseMountsUnder(dir: string): MountEntry[] {
  return fuseMounts().filter(
    ({ mountpoint }) => mountpoint === dir || mountpoint.startsWith(`${dir}/`),
  );
}
