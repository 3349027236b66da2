import { existsSync, mkdtempSync, realpathSync, rmSync, statfsSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

const SHARED_MEMORY = '/dev/shm';
const NEEDED_BYTES = 2 ** 30;

function hasRoom(directory: string): boolean {
  if (!existsSync(directory)) return false;
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize >= NEEDED_BYTES;
}

/** Where files are that are measured: in memory, where that is possible, as disks add noise. */
export function scratchBase(): string {
  return hasRoom(SHARED_MEMORY) ? SHARED_MEMORY : realpathSync(os.tmpdir());
}

/** A directory of the work's own, gone with it, also when the whole run is ended. */
export async function withScratch<T>(
  work: (directory: string) => Promise<T>,
  base = scratchBase(),
): Promise<T> {
  const directory = mkdtempSync(join(base, 'bench-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.on('exit', remove);
  try {
    return await work(directory);
  } finally {
    process.off('exit', remove);
    remove();
  }
}
