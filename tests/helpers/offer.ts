import { readFileSync, writeFileSync } from 'node:fs';

/** Whether the kernel offers FUSE over io_uring to those that are mounted from here on. */
export const PARAMETER = '/sys/module/fuse/parameters/enable_uring';

/** Has the kernel offer io_uring, where that is allowed, until this process ends. */
export function offerUring(): void {
  try {
    const before = readFileSync(PARAMETER, 'utf8').trim();
    writeFileSync(PARAMETER, 'Y');
    process.once('exit', () => writeFileSync(PARAMETER, before));
  } catch {
    // The tests say so, see whyNoUring.
  }
}
