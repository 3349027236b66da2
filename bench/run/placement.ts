import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CLIENTS } from './client.js';

export type PlacementName = 'one CPU' | 'two CPUs' | 'free' | 'busy';

/** Where the server and its client run. */
export interface Placement {
  readonly name: PlacementName;
  /** CPUs as taskset(1) takes them; left out, the scheduler chooses. */
  readonly server?: string;
  readonly client?: string;
  /** CPUs that are kept busy by something else. */
  readonly busy: readonly number[];
  /** Why this machine does not have it. */
  readonly missing?: string;
}

/** The numbers of a list such as `0-2,5`. */
export function cpusOf(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The CPUs that this process may use. */
function allowedCpus(): number[] {
  const status = readFileSync('/proc/self/status', 'utf8');
  return cpusOf(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '0');
}

export function placement(name: PlacementName, cpus = allowedCpus()): Placement {
  const [first, second] = cpus;
  switch (name) {
    case 'one CPU':
      return { name, server: `${first}`, client: `${first}`, busy: [] };
    case 'two CPUs':
      return second === undefined
        ? { name, busy: [], missing: 'there is one CPU only' }
        : { name, server: `${second}`, client: `${first}`, busy: [] };
    case 'free':
      return { name, busy: [] };
    case 'busy':
      return { name, busy: cpus };
  }
}

/** Keeps CPUs busy until the function returned is called. */
export function keepBusy(cpus: readonly number[]): () => void {
  const spinners = cpus.map((cpu) =>
    spawn('taskset', ['-c', `${cpu}`, `${CLIENTS}/spin`], { stdio: 'ignore' }),
  );
  for (const spinner of spinners) spinner.on('error', () => {});
  return () => {
    for (const spinner of spinners) spinner.kill('SIGKILL');
  };
}
