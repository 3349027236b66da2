import { join } from 'node:path';
import type { PeerName } from '../../servers/registry.js';
import { DELAY_FILE, DELAY_MS } from '../../servers/served.js';
import type { Work } from '../bench.js';
import { printedValue } from '../client.js';
import { hold } from '../contest.js';
import { placement } from '../placement.js';

const SECONDS = 2;
const CLIENTS = 64;
const NS_A_MS = 1e6;

const peers: readonly PeerName[] = ['ours', 'ours-uring', 'c-mt', 'pyfuse3'];
const metrics = ['delay'] as const;

export const delay: Work = {
  name: 'delay',
  metrics,
  placements: ['free'],
  async run(bench) {
    await hold(bench, {
      metrics,
      filesystem: 'delay',
      peers,
      placement: placement('free'),
      async measure(subject) {
        const path = join(subject.directory, DELAY_FILE);
        const seconds = SECONDS * bench.effort.part;
        const printed = await subject.client('many', path, CLIENTS, seconds, subject.pid);
        const ideal = (CLIENTS * printedValue(printed, 'duration')) / NS_A_MS / DELAY_MS;
        return { delay: (100 * printedValue(printed, 'calls')) / ideal };
      },
    });
  },
};
