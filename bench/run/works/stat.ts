import { join } from 'node:path';
import type { PeerName } from '../../servers/registry.js';
import { STAT_FILE } from '../../servers/served.js';
import type { Work } from '../bench.js';
import { printedValue } from '../client.js';
import { hold } from '../contest.js';
import { type PlacementName, placement } from '../placement.js';
import type { Subject } from '../subject.js';

const SECONDS = 1;
/** Until then what is written in JavaScript is compiled, whatever the time that each call takes. */
const WARM_UP_CALLS = 5000;
const compiled: readonly PeerName[] = ['ours', 'ours-uring', 'fuse-native'];
/** What one stat(2) asks when nothing may be cached: LOOKUP and GETATTR. */
export const REQUESTS_A_STAT = 2;
const NS_A_US = 1000;

const peers: readonly PeerName[] = ['ours', 'ours-uring', 'c', 'c-mt', 'pyfuse3', 'fuse-native'];
const placements: readonly PlacementName[] = ['one CPU', 'two CPUs', 'free', 'busy'];
const metrics = ['stat', 'stat-cpu'] as const;

export const stat: Work = {
  name: 'stat',
  metrics,
  placements,
  async run(bench) {
    const client = (subject: Subject, least: number) => {
      const path = join(subject.directory, STAT_FILE);
      return subject.client('stat', path, SECONDS * bench.effort.part, subject.pid, least);
    };
    for (const name of placements) {
      await hold(bench, {
        metrics,
        filesystem: 'stat',
        peers,
        placement: placement(name),
        warmUp: (subject) => client(subject, compiled.includes(subject.peer) ? WARM_UP_CALLS : 0),
        async measure(subject) {
          const printed = await client(subject, 0);
          const us = (name: string) =>
            printedValue(printed, name) / NS_A_US / printedValue(printed, 'calls');
          return { stat: us('wall'), 'stat-cpu': us('server') / REQUESTS_A_STAT };
        },
      });
    }
  },
};
