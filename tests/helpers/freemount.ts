import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fsencode } from 'wasmfuse';
import { onPath } from '#dist/cli/onpath.js';
import { fuseMountsUnder, type MountEntry } from './mountinfo.js';

const CONNECTIONS = '/sys/fs/fuse/connections';

function runQuietly(path: string, ...command: string[]): void {
  const [file, args] = onPath('timeout', '-k', '1', '5', ...command);
  spawnSync(file, args, { stdio: ['pipe', 'ignore', 'ignore'], input: fsencode(path) });
}

/** Where the kernel shows a connection; undefined when it can't be seen. */
export function connectionOf({ connection }: MountEntry): string | undefined {
  const folder = `${CONNECTIONS}/${connection}`;
  if (!existsSync(folder)) runQuietly(CONNECTIONS, 'mount', '-t', 'fusectl', 'none');
  return existsSync(folder) ? folder : undefined;
}

/** Ends a connection: whoever waits for the filesystem gets an error at once. False: can't be. */
export function abort(mount: MountEntry): boolean {
  try {
    writeFileSync(`${connectionOf(mount)}/abort`, '1');
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
    if (process.getuid?.() === 0) runQuietly(mount.mountpoint, 'umount', '-l');
    else runQuietly(mount.mountpoint, 'fusermount3', '-u', '-z');
  }
  return mounts;
}
