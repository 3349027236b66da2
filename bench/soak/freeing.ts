import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import { type MountEntry, mountsUnder } from './mounts.js';
import { processesMentioning } from './processes.js';
import { run } from './programs.js';

const CONNECTIONS = '/sys/fs/fuse/connections';

/** Makes connections visible. Returns what takes that back; undefined when it can't be done. */
export async function showConnections(): Promise<(() => Promise<unknown>) | undefined> {
  const isMounted = () => mountsUnder(CONNECTIONS).length > 0;
  if (isMounted()) return async () => {};
  await run('mount', '-t', 'fusectl', 'none', CONNECTIONS);
  return isMounted() ? () => run('umount', CONNECTIONS) : undefined;
}

/** Cuts a connection off: whoever waits for the filesystem gets an error. */
export async function abort({ connection }: MountEntry): Promise<void> {
  await fs.writeFile(`${CONNECTIONS}/${connection}/abort`, '1');
}

/** Frees a mount and its callers, whatever state its server is in. */
export async function free(mount: MountEntry): Promise<void> {
  // It may be gone from the table but still be in use.
  if (existsSync(`${CONNECTIONS}/${mount.connection}`)) await abort(mount).catch(() => {});
  if (mountsUnder(mount.mountpoint).length > 0) await run('umount', '-l', mount.mountpoint);
}

/** Frees every mount below `base`, and ends all processes that were started on one. */
export async function freeAll(base: string, except: readonly number[] = []): Promise<void> {
  for (const mount of mountsUnder(base)) await free(mount).catch(() => {});
  for (const pid of processesMentioning(`${base}/`)) {
    if (except.includes(pid)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
