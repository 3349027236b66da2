import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fuseMountsUnder, type MountEntry } from './mountinfo.js';

const CONNECTIONS = '/sys/fs/fuse/connections';

function runQuietly(command: string, ...args: string[]): void {
  spawnSync('timeout', ['-k', '1', '5', command, ...args], { stdio: 'ignore' });
}

/** Ends a connection: whoever waits for the filesystem gets an error at once. False: can't be. */
export function abort({ connection }: MountEntry): boolean {
  if (!existsSync(`${CONNECTIONS}/${connection}`)) {
    runQuietly('mount', '-t', 'fusectl', 'none', CONNECTIONS);
  }
  try {
    writeFileSync(`${CONNECTIONS}/${connection}/abort`, '1');
    return true;
  } catch {
    // Already aborted, or not ours to abort: a lazy unmount still detaches it.
    return false;
  }
}

/** Frees every FUSE mount at or under `dir`, even when its server hangs; returns what was there. */
export function freeMounts(dir: string): MountEntry[] {
  const mounts = fuseMountsUnder(dir).reverse();
  for (const mount of mounts) {
    abort(mount);
    if (process.getuid?.() === 0) runQuietly('umount', '-l', mount.mountpoint);
    else runQuietly('fusermount3', '-u', '-z', mount.mountpoint);
  }
  return mounts;
}
