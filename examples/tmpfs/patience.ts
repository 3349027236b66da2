import { setTimeout as sleep } from 'node:timers/promises';
import { FUSEError, type Operations } from 'wasmfuse';

/** Handlers that take room. None of them has changed anything when it fails with ENOSPC. */
const takers = [
  'write',
  'create',
  'mknod',
  'mkdir',
  'symlink',
  'tmpfile',
  'setxattr',
  'fallocate',
  'copyFileRange',
] as const satisfies (keyof Operations)[];

const TRIES = 20;
const WAIT_MS = 5;

function isFull(error: unknown): boolean {
  return error instanceof FUSEError && error.code === 'ENOSPC';
}

/** A filesystem that knows whether removed files still wait for the kernel's forget. */
interface Shrinking extends Operations {
  readonly awaitsForget: boolean;
}

async function retry(fs: Shrinking, attempt: () => unknown): Promise<unknown> {
  for (let tries = 0; tries < TRIES && fs.awaitsForget; tries++) {
    await sleep(WAIT_MS);
    try {
      return attempt();
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }
  return attempt();
}

/**
 * Makes a full filesystem wait for the room of removed files. The kernel forgets an inode after the
 * requests that wait already, so a program may come back with the next file before that.
 */
export function patient<T extends Shrinking>(fs: T): T {
  for (const name of takers) {
    const handler = fs[name].bind(fs) as (...args: unknown[]) => unknown;
    const waiting = (...args: unknown[]): unknown => {
      try {
        return handler(...args);
      } catch (error) {
        if (!isFull(error) || !fs.awaitsForget) throw error;
        return retry(fs, () => handler(...args));
      }
    };
    Object.defineProperty(fs, name, { value: waiting });
  }
  return fs;
}
