import { setTimeout as sleep } from 'node:timers/promises';
import { constant } from './generated/layout.js';
import { closeFd, type ShimCall, shim } from './shim.js';

const REAP_EVERY_MS = 5;
const REAP_TRIES = 200;
const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT;

/** The fusermount3 that unmounts when this process dies (auto_unmount). */
export interface Unmounter {
  readonly pid: number;
  /** What keeps it waiting; -1 when there is none. */
  readonly fd: number;
}

/**
 * Lets go of it, and reaps it; without blocking, as it may look at a mount that this very thread
 * serves before it ends.
 */
export async function releaseAutoUnmount({ pid, fd }: Unmounter): Promise<void> {
  if (fd < 0) return;
  closeFd(fd);
  if (pid > 0) await reap(pid);
}

async function reap(pid: number): Promise<void> {
  const status = new Uint8Array(WORD_BYTES);
  const waitpid = shim.waitpid as ShimCall;
  for (let tries = 0; tries < REAP_TRIES; tries++) {
    if (waitpid(status, pid, 0, constant.WNOHANG) !== 0) return;
    await sleep(REAP_EVERY_MS);
  }
}
