import { join } from 'node:path';
import { printedValue } from '../../run/client.js';
import { placement } from '../../run/placement.js';
import { REQUESTS_A_STAT } from '../../run/works/stat.js';
import { STAT_FILE } from '../../servers/served.js';
import type { Scenario } from '../scenario.js';

const stat: Scenario = {
  filesystem: 'stat',
  placement: placement('one CPU'),
  each: 'a request (LOOKUP or GETATTR)',
  client: ({ pid, mountpoint }, run) => run('stat', join(mountpoint, STAT_FILE), 1, pid),
  count: (printed) => printedValue(printed, 'calls') * REQUESTS_A_STAT,
};

/** Small requests, one at a time. */
export const requests = {
  stat,
  'two-cpus': { ...stat, placement: placement('two CPUs') },
  uring: { ...stat, peers: ['ours', 'ours-uring', 'c'] },
  busy: { ...stat, placement: placement('busy') },
  readdir: {
    filesystem: 'listing',
    placement: placement('one CPU'),
    each: 'an entry (READDIRPLUS)',
    client: ({ pid, mountpoint }, run) => run('listing', mountpoint, pid),
    count: (printed) => printedValue(printed, 'entries'),
  },
} satisfies Record<string, Scenario>;
