import { join } from 'node:path';
import type { PeerName } from '../../servers/registry.js';
import type { Bench, Work } from '../bench.js';
import { printedValue } from '../client.js';
import { hold } from '../contest.js';
import { placement } from '../placement.js';
import { withScratch } from '../scratch.js';
import type { Subject } from '../subject.js';
import { copyTree, makeTree } from './tree.js';

const NS_A_MS = 1e6;

const peers: readonly PeerName[] = [
  'ours',
  'ours-uring',
  'c',
  'c-mt',
  'c-splice',
  'pyfuse3',
  'raw',
];
const metrics = ['git-status', 'tar', 'gcc'] as const;

const BUILD = 'cd "$1" && rm -f *.o program && cc -O1 -c *.c && cc -o program *.o && ./program';
const REMOVE = 'rm -r "$1"';
/** A script, given the directory of the archive. */
export const EXTRACT = 'cd "$1" && mkdir out && tar -xf archive.tar -C out';

async function run(bench: Bench, scratch: string): Promise<void> {
  const original = join(scratch, 'original');
  await makeTree(original);
  const ms = async (subject: Subject, ...command: readonly string[]) =>
    printedValue(await subject.client('run', subject.pid, ...command), 'wall') / NS_A_MS;
  const script = (subject: Subject, text: string, directory: string) =>
    ms(subject, 'sh', '-ec', text, 'sh', join(subject.directory, directory));
  const status = (subject: Subject) =>
    ms(subject, 'git', '-C', join(subject.directory, 'repository'), 'status', '--short');

  await hold(bench, {
    metrics,
    filesystem: 'passthrough',
    peers,
    placement: placement('free'),
    async backing(peer) {
      const copy = join(scratch, peer);
      await copyTree(original, copy);
      return copy;
    },
    async warmUp(subject) {
      // Through each of them files have numbers of their own, which git's index has to learn.
      await subject.client(
        'run',
        subject.pid,
        'git',
        '-C',
        join(subject.directory, 'repository'),
        'update-index',
        '-q',
        '--refresh',
      );
      await status(subject);
      await script(subject, BUILD, 'build');
      await script(subject, EXTRACT, 'archive');
      await script(subject, REMOVE, 'archive/out');
    },
    async measure(subject) {
      const sample = {
        'git-status': await status(subject),
        tar: await script(subject, EXTRACT, 'archive'),
        gcc: await script(subject, BUILD, 'build'),
      };
      await script(subject, REMOVE, 'archive/out');
      return sample;
    },
  });
}

export const programs: Work = {
  name: 'programs',
  metrics,
  placements: ['free'],
  run: (bench) => withScratch((scratch) => run(bench, scratch)),
};
