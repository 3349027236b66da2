import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Waits for the end of its standard input, which comes with the end of whoever holds the other
 * side. The server is known by its mountpoint, as its number may have become another process's.
 */
const SCRIPT = `
cat > /dev/null
if tr '\\0' '\\n' < "/proc/$1/cmdline" | grep -qxF -- "$2"; then kill -KILL "$1"; fi
umount -l "$2" || fusermount3 -uz "$2"
rmdir "$2"
`;

/** A process that outlives this one, to end a server and its mount when they are still there. */
export class Keeper {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(pid: number, mountpoint: string) {
    // A signal for the whole group is not for it: it has yet to clean up.
    this.#child = spawn('sh', ['-c', SCRIPT, 'keeper', `${pid}`, mountpoint], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#ended = once(this.#child, 'close');
    this.#ended.catch(() => {});
    this.#child.stdin?.on('error', () => {});
  }

  /** Ends what is left of the server and its mount. */
  async release(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }
}
