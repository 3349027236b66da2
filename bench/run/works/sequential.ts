import { join } from 'node:path';
import type { PeerName } from '../../servers/registry.js';
import { CACHED_FILE, DIRECT_FILE } from '../../servers/served.js';
import type { Work } from '../bench.js';
import { printedValue } from '../client.js';
import { hold } from '../contest.js';
import { type PlacementName, placement } from '../placement.js';
import type { Subject } from '../subject.js';

const SECONDS = 0.6;
const MIB = 2 ** 20;
const NS_A_SECOND = 1e9;

const peers: readonly PeerName[] = [
  'ours',
  'ours-uring',
  'c',
  'c-mt',
  'c-splice',
  'pyfuse3',
  'fuse-native',
  'raw',
];
const placements: readonly PlacementName[] = ['one CPU', 'free'];
const metrics = ['read-direct', 'write-direct', 'read-cached', 'write-cached'] as const;

export const sequential: Work = {
  name: 'sequential',
  metrics,
  async run(bench) {
    const rate = async (subject: Subject, how: 'read' | 'write', file: string) => {
      const path = join(subject.directory, file);
      const seconds = SECONDS * bench.effort.part;
      const printed = await subject.client('sequential', how, path, seconds, subject.pid);
      return ((printedValue(printed, 'bytes') / MIB) * NS_A_SECOND) / printedValue(printed, 'wall');
    };
    for (const name of placements) {
      await hold(bench, {
        metrics,
        filesystem: 'data',
        peers,
        placement: placement(name),
        measure: async (subject) => ({
          'read-direct': await rate(subject, 'read', DIRECT_FILE),
          'write-direct': await rate(subject, 'write', DIRECT_FILE),
          'read-cached': await rate(subject, 'read', CACHED_FILE),
          'write-cached': await rate(subject, 'write', CACHED_FILE),
        }),
      });
    }
  },
};
