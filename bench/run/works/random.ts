import { join } from 'node:path';
import type { PeerName } from '../../servers/registry.js';
import { DIRECT_FILE } from '../../servers/served.js';
import type { Work } from '../bench.js';
import { hold } from '../contest.js';
import { placement } from '../placement.js';
import { withScratch } from '../scratch.js';
import type { Subject } from '../subject.js';
import { fio } from './fio.js';

const MS = 1200;
const metrics = ['random-read', 'random-write'] as const;
const peers: readonly PeerName[] = [
  'ours',
  'ours-uring',
  'c',
  'c-mt',
  'pyfuse3',
  'fuse-native',
  'raw',
];

export const random: Work = {
  name: 'random',
  metrics,
  placements: ['free'],
  run: (bench) =>
    withScratch(async (scratch) => {
      const iops = async (subject: Subject, how: 'read' | 'write') => {
        const path = join(subject.directory, DIRECT_FILE);
        const { transfers } = await fio(path, how, MS * bench.effort.part, (...command) =>
          subject.client('run', subject.pid, ...command),
        );
        return transfers.iops;
      };
      await hold(bench, {
        metrics,
        filesystem: 'data',
        peers,
        placement: placement('free'),
        backing: async () => scratch,
        measure: async (subject) => ({
          'random-read': await iops(subject, 'read'),
          'random-write': await iops(subject, 'write'),
        }),
      });
    }),
};
