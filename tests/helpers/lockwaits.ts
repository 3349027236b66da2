import { readdirSync, readFileSync } from 'node:fs';

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Whether a system call on this path waits for a lock of the kernel's, such as that of its
 * directory: unlike a wait for an answer, that one is uninterruptible.
 *
 * @param path an argument of the process that makes the call.
 */
export function waitsForLock(path: string): boolean {
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid) || !contentOf(`/proc/${pid}/cmdline`).includes(path)) return false;
    return /^State:\s*D/m.test(contentOf(`/proc/${pid}/status`));
  });
}
