/** Node's calls that may wait long, as promises on descriptors instead of FileHandle objects. */
import fs from 'node:fs';
import { promisify } from 'node:util';

export const fdatasync = promisify(fs.fdatasync);
export const fsync = promisify(fs.fsync);

/** The errno name of an error of Node or of wasmfuse. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
