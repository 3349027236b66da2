import { join } from 'node:path';
import { STAT_FILE } from '../../servers/served.js';
import type { Work } from '../bench.js';
import { printedValue } from '../client.js';
import { hold } from '../contest.js';
import { type PlacementName, placement } from '../placement.js';

const SECONDS = 1;
const NS_A_US = 1000;
const placements: readonly PlacementName[] = ['one CPU', 'free'];
const metrics = ['comlink'] as const;

export const comlink: Work = {
  name: 'comlink',
  metrics,
  placements,
  async run(bench) {
    for (const name of placements) {
      await hold(bench, {
        metrics,
        filesystem: 'comlink',
        peers: ['ours'],
        placement: placement(name),
        async measure(subject) {
          const seconds = SECONDS * bench.effort.part;
          const path = join(subject.directory, STAT_FILE);
          const printed = await subject.client('stat', path, seconds, subject.pid);
          return {
            comlink: printedValue(printed, 'wall') / NS_A_US / printedValue(printed, 'calls'),
          };
        },
      });
    }
  },
};
