import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerName } from '../../servers/registry.js';
import { DIRECT_FILE } from '../../servers/served.js';
import type { Work } from '../bench.js';
import { hold } from '../contest.js';
import { placement } from '../placement.js';
import { withScratch } from '../scratch.js';
import type { Subject } from '../subject.js';

const SECONDS = 1.2;
const DEPTH = 16;
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

/** What of fio's report is used. */
interface Report {
  readonly jobs: readonly { readonly read: { iops: number }; readonly write: { iops: number } }[];
}

export const random: Work = {
  name: 'random',
  metrics,
  placements: ['free'],
  run: (bench) =>
    withScratch(async (scratch) => {
      const iops = async (subject: Subject, how: 'read' | 'write') => {
        const output = join(scratch, 'fio.json');
        await subject.client(
          'run',
          subject.pid,
          'fio',
          '--name=random',
          `--filename=${join(subject.directory, DIRECT_FILE)}`,
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
          `--runtime=${Math.round(SECONDS * bench.effort.part * 1000)}ms`,
          '--output-format=json',
          `--output=${output}`,
        );
        const { jobs } = JSON.parse(readFileSync(output, 'utf8')) as Report;
        const found = jobs[0]?.[how].iops;
        if (found === undefined || !(found > 0)) throw new Error('fio reports no IOPS');
        return found;
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
