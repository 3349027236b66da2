import type { PeerName } from '../../servers/registry.js';
import { CACHED_FILE, DIRECT_FILE } from '../../servers/served.js';
import type { Work } from '../bench.js';
import { hold } from '../contest.js';
import { type PlacementName, placement } from '../placement.js';
import { withScratch } from '../scratch.js';
import { rate } from './rate.js';

const peers: readonly PeerName[] = [
  'ours',
  'ours-uring',
  'c',
  'c-mt',
  'pyfuse3',
  'fuse-native',
  'raw',
];
const placements: readonly PlacementName[] = ['one CPU', 'free'];
const metrics = ['read-direct', 'write-direct', 'read-cached', 'write-cached'] as const;

export const sequential: Work = {
  name: 'sequential',
  metrics,
  placements,
  run: (bench) =>
    withScratch(async (scratch) => {
      for (const name of placements) {
        await hold(bench, {
          metrics,
          filesystem: 'data',
          peers,
          placement: placement(name),
          backing: async () => scratch,
          measure: async (subject) => ({
            'read-direct': await rate(bench, subject, 'read', DIRECT_FILE),
            'write-direct': await rate(bench, subject, 'write', DIRECT_FILE),
            'read-cached': await rate(bench, subject, 'read', CACHED_FILE),
            'write-cached': await rate(bench, subject, 'write', CACHED_FILE),
          }),
        });
      }
    }),
};
