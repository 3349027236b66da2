import type { PeerName } from '../../servers/registry.js';
import type { Work } from '../bench.js';
import { printedValue } from '../client.js';
import { hold } from '../contest.js';
import { placement } from '../placement.js';
import type { Subject } from '../subject.js';

const FILES = 10_000;
const WARM_UP_FILES = 2000;
const NS_A_US = 1000;

const peers: readonly PeerName[] = [
  'ours',
  'ours-uring',
  'c',
  'c-mt',
  'pyfuse3',
  'fuse-native',
  'raw',
];
const metrics = ['files'] as const;

export const files: Work = {
  name: 'files',
  metrics,
  placements: ['free'],
  async run(bench) {
    const us = async (subject: Subject, count: number) => {
      const printed = await subject.client('files', subject.directory, count, 1, subject.pid);
      return { files: printedValue(printed, 'wall') / NS_A_US / count };
    };
    await hold(bench, {
      metrics,
      filesystem: 'memory',
      peers,
      placement: placement('free'),
      warmUp: (subject) => us(subject, WARM_UP_FILES),
      measure: (subject) => us(subject, FILES * bench.effort.part),
    });
  },
};
