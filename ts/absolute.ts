import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { fsdecode } from './names.js';

/** As path.resolve() does it, but with every byte of the working directory's name. */
export function absolute(given: string): string {
  if (path.isAbsolute(given)) return path.resolve(given);
  return path.resolve(fsdecode(readlinkSync('/proc/self/cwd', 'buffer')), given);
}
