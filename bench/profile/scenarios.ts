import { join } from 'node:path';
import { type Printed, printedValue, runClient } from '../run/client.js';
import { REQUESTS_A_STAT } from '../run/works/stat.js';
import { copyTree, makeTree } from '../run/works/tree.js';
import type { FilesystemName, Running } from '../servers/registry.js';
import { STAT_FILE } from '../servers/served.js';

const LIMIT_MS = 60_000;

/** What the servers do while they are sampled. */
export interface Scenario {
  readonly filesystem: FilesystemName;
  /** What the time is counted for. */
  readonly each: string;
  /** Makes what is mirrored. */
  backing?(directory: string): Promise<void>;
  /** Before the first run. */
  prepare?(running: Running, cpu: string): Promise<unknown>;
  /** One run of a client, which prints the CPU time of the server. */
  client(running: Running, cpu: string): Promise<Printed>;
  /** How many there were of `each`. */
  count(printed: Printed): number;
}

function client(cpus: string, name: string, ...args: readonly (string | number)[]) {
  return runClient(name, args.map(String), { cpus, limitMs: LIMIT_MS });
}

function git({ pid, mountpoint }: Running, cpu: string, ...args: readonly string[]) {
  return client(cpu, 'run', pid, 'git', '-C', join(mountpoint, 'repository'), ...args);
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  stat: {
    filesystem: 'stat',
    each: 'a request (LOOKUP or GETATTR)',
    client: ({ pid, mountpoint }, cpu) => client(cpu, 'stat', join(mountpoint, STAT_FILE), 1, pid),
    count: (printed) => printedValue(printed, 'calls') * REQUESTS_A_STAT,
  },
  readdir: {
    filesystem: 'listing',
    each: 'an entry (READDIRPLUS)',
    client: ({ pid, mountpoint }, cpu) => client(cpu, 'listing', mountpoint, pid),
    count: (printed) => printedValue(printed, 'entries'),
  },
  'git-status': {
    filesystem: 'passthrough',
    each: 'a git status of 2,000 files',
    backing: async (directory) => {
      await makeTree(`${directory}-original`);
      await copyTree(`${directory}-original`, directory);
    },
    // Through each of them files have numbers of their own, which git's index has to learn.
    prepare: (running, cpu) => git(running, cpu, 'update-index', '-q', '--refresh'),
    client: (running, cpu) => git(running, cpu, 'status', '--short'),
    count: () => 1,
  },
};
