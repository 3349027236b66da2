import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerName } from '../../servers/registry.js';
import { LISTING_DIRECTORIES, LISTING_FILES, LISTING_TIMEOUT } from '../../servers/served.js';
import type { Work } from '../bench.js';
import { type Printed, printedValue } from '../client.js';
import { hold } from '../contest.js';
import { placement } from '../placement.js';
import type { Subject } from '../subject.js';

const NS_A_MS = 1e6;
/** By then the kernel trusts nothing that it was told the last time. */
const FORGOTTEN_MS = LISTING_TIMEOUT * 1000 + 100;
const ENTRIES = LISTING_DIRECTORIES * (LISTING_FILES + 1);

const peers: readonly PeerName[] = ['ours', 'ours-uring', 'c', 'c-mt', 'pyfuse3', 'fuse-native'];
const metrics = ['ls-lR', 'readdir'] as const;

export const listing: Work = {
  name: 'listing',
  metrics,
  placements: ['free'],
  async run(bench) {
    const ends = new WeakMap<Subject, number>();
    const ms = async (subject: Subject, client: () => Promise<Printed>) => {
      const since = performance.now() - (ends.get(subject) ?? -FORGOTTEN_MS);
      await sleep(Math.max(0, FORGOTTEN_MS - since));
      const printed = await client();
      ends.set(subject, performance.now());
      return { printed, ms: printedValue(printed, 'wall') / NS_A_MS };
    };
    const ls = (subject: Subject) =>
      ms(subject, () => subject.client('run', subject.pid, 'ls', '-lR', subject.directory));
    const readdir = async (subject: Subject) => {
      const read = await ms(subject, () =>
        subject.client('listing', subject.directory, subject.pid),
      );
      const entries = printedValue(read.printed, 'entries');
      if (entries === ENTRIES) return read;
      throw new Error(`${entries} entries in place of ${ENTRIES}`);
    };
    await hold(bench, {
      metrics,
      filesystem: 'listing',
      peers,
      placement: placement('free'),
      async warmUp(subject) {
        await ls(subject);
        await readdir(subject);
      },
      measure: async (subject) => ({
        'ls-lR': (await ls(subject)).ms,
        readdir: (await readdir(subject)).ms,
      }),
    });
  },
};
