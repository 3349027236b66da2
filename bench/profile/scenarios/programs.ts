import { join } from 'node:path';
import { placement } from '../../run/placement.js';
import { EXTRACT } from '../../run/works/programs.js';
import { copyTree, makeTree } from '../../run/works/tree.js';
import type { Running } from '../../servers/registry.js';
import type { Run, Scenario } from '../scenario.js';

async function backing(directory: string): Promise<void> {
  await makeTree(`${directory}-original`);
  await copyTree(`${directory}-original`, directory);
}

function git({ pid, mountpoint }: Running, run: Run, ...args: readonly string[]) {
  return run('run', pid, 'git', '-C', join(mountpoint, 'repository'), ...args);
}

/** Programs on passthrough. */
export const programs = {
  'git-status': {
    filesystem: 'passthrough',
    placement: placement('one CPU'),
    each: 'a git status of 2,000 files',
    backing,
    // Through each of them files have numbers of their own, which git's index has to learn.
    prepare: (running, run) => git(running, run, 'update-index', '-q', '--refresh'),
    client: (running, run) => git(running, run, 'status', '--short'),
    count: () => 1,
  },
  tar: {
    filesystem: 'passthrough',
    placement: placement('one CPU'),
    each: 'a tar x of 1,000 files and their rm -r',
    backing,
    client: ({ pid, mountpoint }, run) => {
      const script = `${EXTRACT} && rm -r out`;
      return run('run', pid, 'sh', '-ec', script, 'sh', join(mountpoint, 'archive'));
    },
    count: () => 1,
  },
} satisfies Record<string, Scenario>;
