import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Printed } from '../client.js';
import { withScratch } from '../scratch.js';

const DEPTH = 16;

/** What of fio's report is used. */
export interface Transfers {
  /** A second. */
  readonly iops: number;
  readonly total_ios: number;
}

interface Report {
  readonly jobs: readonly { readonly read: Transfers; readonly write: Transfers }[];
}

/**
 * Reads or writes 4 KiB at random places of a file of at least 1 GiB, past the page cache.
 *
 * @param run runs the client `run`, given what follows the server.
 */
export function fio(
  path: string,
  how: 'read' | 'write',
  ms: number,
  run: (...command: string[]) => Promise<Printed>,
): Promise<{ printed: Printed; transfers: Transfers }> {
  return withScratch(async (scratch) => {
    const output = join(scratch, 'fio.json');
    const printed = await run(
      'fio',
      '--name=random',
      `--filename=${path}`,
      `--rw=rand${how}`,
      '--bs=4k',
      '--size=1g',
      '--ioengine=libaio',
      `--iodepth=${DEPTH}`,
      '--direct=1',
      '--numjobs=1',
      '--norandommap',
      '--invalidate=0',
      '--fallocate=none',
      '--time_based',
      `--runtime=${Math.round(ms)}ms`,
      '--output-format=json',
      `--output=${output}`,
    );
    const { jobs } = JSON.parse(readFileSync(output, 'utf8')) as Report;
    const transfers = jobs[0]?.[how];
    if (transfers === undefined || !(transfers.iops > 0)) throw new Error('fio reports no IOPS');
    return { printed, transfers };
  });
}
