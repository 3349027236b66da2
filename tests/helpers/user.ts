import { chmodSync, constants, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { tempDir, whyNoMount } from './mount.js';
import type { Scope } from './scope.js';
import { exec, missingPrograms, type Ran } from './sh.js';

export const NOBODY = 65_534;
/** What makes a command be run by an ordinary user. */
export const AS_NOBODY = ['setpriv', '--reuid', NOBODY, '--regid', NOBODY, '--clear-groups'].map(
  String,
);
/** What makes a user be root, in a namespace of users and mounts of its own. */
export const AS_NAMESPACE_ROOT = ['unshare', '-Urm'];

/** Exit status of a script that can't change its own mounts. */
const NO_MOUNTS = 77;
const SCRIPT_MS = 30_000;

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** The first folder on the way to the library that others may not pass, or nothing. */
function closedFolder(): string {
  const parts = ROOT.split('/').slice(1);
  const folders = parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`);
  const closed = folders.find((folder) => (statSync(folder).mode & constants.S_IXOTH) === 0);
  return closed === undefined || `${tmpdir()}/`.startsWith(`${closed}/`) ? '' : closed;
}

/**
 * Lets all users open /dev/fuse, and has fusermount3 configured by $2; $1 is an empty directory.
 * Where $4 is closed to users, it is replaced by one that has nothing but the library, $3. The rest
 * is a command.
 */
const PREPARE = `
{ mount -t tmpfs none "$1" && cp -a /dev/fuse "$1/fuse" && chmod 666 "$1/fuse" &&
  mount --bind "$1/fuse" /dev/fuse && echo "$2" > "$1/fuse.conf" &&
  { mount --bind "$1/fuse.conf" /etc/fuse.conf || [ -z "$2" ]; }; } || exit ${NO_MOUNTS}
if [ -n "$4" ]; then
  { mkdir "$1/root" && mount --bind "$3" "$1/root" && mount -t tmpfs -o mode=755 none "$4" &&
    mkdir -p "$3" && mount --bind "$1/root" "$3" && cd "$3"; } || exit ${NO_MOUNTS}
fi
shift 4
exec "$@"`;

/**
 * Runs a command as an ordinary user, in a mount namespace of its own: what it leaves mounted is
 * gone with it. `conf` is what stands in /etc/fuse.conf.
 */
export async function execAsUser(scope: Scope, command: string[], conf = ''): Promise<Ran> {
  if (process.getuid?.() !== 0) scope.skip('only root can become another user');
  const missing = await missingPrograms('fusermount3', 'unshare', 'mount', 'setpriv');
  const reason = missing ?? whyNoMount();
  if (reason !== undefined) scope.skip(reason);
  // The directory of this file's own, which is closed to others.
  chmodSync(tmpdir(), 0o711);
  const script = ['sh', '-c', PREPARE, 'sh', tempDir(scope), conf, ROOT, closedFolder()];
  const args = ['-m', ...script, ...AS_NOBODY, ...command];
  const ran = await exec('unshare', args, { timeout: SCRIPT_MS });
  if (ran.status === NO_MOUNTS || /^unshare:/.test(ran.stderr)) scope.skip(ran.stderr.trim());
  if (/Cannot find module/.test(ran.stderr)) scope.skip('the library is closed to other users');
  return ran;
}
