import { accessSync, constants, writeFileSync } from 'node:fs';
import type { Scope } from './scope.js';

const DROP_CACHES = '/proc/sys/vm/drop_caches';
/** Asks for dentries and inodes only. */
const DENTRIES = '2';

/** Makes the kernel forget what no one uses; skips where that is not allowed. */
export function dropCaches(scope: Scope): void {
  try {
    accessSync(DROP_CACHES, constants.W_OK);
    writeFileSync(DROP_CACHES, DENTRIES);
  } catch (error) {
    scope.skip(`${DROP_CACHES}: ${(error as Error).message}`);
  }
}
