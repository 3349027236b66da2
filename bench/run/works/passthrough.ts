import { randomFillSync } from 'node:crypto';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import type { PeerName } from '../../servers/registry.js';
import type { Work } from '../bench.js';
import { hold } from '../contest.js';
import { placement } from '../placement.js';
import { withScratch } from '../scratch.js';
import { rate } from './rate.js';

const NAME = 'file';
const PART_BYTES = 2 ** 20;
const PARTS = 256;

const peers: readonly PeerName[] = [
  'ours',
  'ours-uring',
  'c',
  'c-mt',
  'c-splice',
  'pyfuse3',
  'raw',
];
const metrics = ['read-passthrough', 'write-passthrough'] as const;

async function makeFile(path: string): Promise<void> {
  await using file = await fs.open(path, 'w');
  const part = randomFillSync(Buffer.alloc(PART_BYTES));
  for (let i = 0; i < PARTS; i++) await file.write(part);
}

export const passthrough: Work = {
  name: 'passthrough',
  metrics,
  placements: ['free'],
  run: (bench) =>
    withScratch(async (scratch) => {
      await makeFile(join(scratch, NAME));
      await hold(bench, {
        metrics,
        filesystem: 'passthrough',
        peers,
        placement: placement('free'),
        backing: async () => scratch,
        measure: async (subject) => ({
          'read-passthrough': await rate(bench, subject, 'read', NAME),
          'write-passthrough': await rate(bench, subject, 'write', NAME),
        }),
      });
    }),
};
