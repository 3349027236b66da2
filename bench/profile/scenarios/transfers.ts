import { join } from 'node:path';
import { printedValue } from '../../run/client.js';
import { placement } from '../../run/placement.js';
import { fio } from '../../run/works/fio.js';
import { CACHED_FILE, DIRECT_FILE } from '../../servers/served.js';
import type { Scenario } from '../scenario.js';

const SECONDS = 1;
const MS_A_SECOND = 1000;
const MIB = 2 ** 20;

function random(how: 'read' | 'write'): Scenario {
  return {
    filesystem: 'data',
    placement: placement('two CPUs'),
    each: `a request (${how} of 4 KiB, 16 at a time)`,
    async client({ pid, mountpoint }, run) {
      const path = join(mountpoint, DIRECT_FILE);
      const { printed, transfers } = await fio(path, how, SECONDS * MS_A_SECOND, (...command) =>
        run('run', pid, ...command),
      );
      return { ...printed, requests: transfers.total_ios };
    },
    count: (printed) => printedValue(printed, 'requests'),
  };
}

function sequential(how: 'read' | 'write', file: string): Scenario {
  return {
    filesystem: 'data',
    placement: placement('two CPUs'),
    each: `a MiB (${how}, ${file})`,
    client: ({ pid, mountpoint }, run) =>
      run('sequential', how, join(mountpoint, file), SECONDS, pid),
    count: (printed) => printedValue(printed, 'bytes') / MIB,
  };
}

/** File data. */
export const transfers = {
  'random-read': random('read'),
  'random-write': random('write'),
  'read-direct': sequential('read', DIRECT_FILE),
  'write-direct': sequential('write', DIRECT_FILE),
  'read-cached': sequential('read', CACHED_FILE),
  'write-cached': sequential('write', CACHED_FILE),
} satisfies Record<string, Scenario>;
