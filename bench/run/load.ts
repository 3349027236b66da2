import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';

/** Ticks a second in /proc: a constant of the kernel's interface. */
const HZ = 100;

/** CPU time up to a moment, in seconds. */
interface Moment {
  /** All that the CPUs did not idle. */
  readonly busy: number;
  /** What the hypervisor gave to others. */
  readonly stolen: number;
  /** What this process, those that it started, and theirs have used. */
  readonly ours: number;
  readonly wall: number;
}

/** What went on beside the measurements, in CPUs. */
export interface Load {
  readonly others: number;
  readonly stolen: number;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process has ended meanwhile.
    return '';
  }
}

interface Process {
  readonly parent: number;
  readonly cpu: number;
}

/** Never fails or blocks: no field of these needs the memory of the process. */
function processes(): Map<number, Process> {
  const found = new Map<number, Process>();
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const fields = read(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ');
    // Its own user and system time, and that of the children it has waited for.
    const cpu = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / HZ;
    if (fields.length > 15) found.set(Number(pid), { parent: Number(fields[1]), cpu });
  }
  return found;
}

/** The CPU time of a process and of all that descend from it. */
function cpuOfTree(root: number): number {
  const all = processes();
  const isIn = (pid: number): boolean =>
    pid === root || (all.has(pid) && isIn(all.get(pid)?.parent ?? 0));
  return [...all].reduce((sum, [pid, { cpu }]) => (isIn(pid) ? sum + cpu : sum), 0);
}

/** Idle time is exact, other times are guessed by ticks: so busy is what was not idle. */
function moment(): Moment {
  const [, , , , idle = 0, waiting = 0, , , stolen = 0] = read('/proc/stat')
    .slice(0, read('/proc/stat').indexOf('\n'))
    .split(/\s+/)
    .map((ticks) => Number(ticks) / HZ);
  const wall = performance.now() / 1000;
  return {
    busy: wall * os.cpus().length - idle - waiting,
    stolen,
    ours: cpuOfTree(process.pid),
    wall,
  };
}

function between(from: Moment, to: Moment): Load {
  const wall = to.wall - from.wall;
  const stolen = (to.stolen - from.stolen) / wall;
  const busy = (to.busy - from.busy) / wall;
  const ours = (to.ours - from.ours) / wall;
  return { others: Math.max(0, busy - stolen - ours), stolen: Math.max(0, stolen) };
}

/** Watches the machine from now on; the function returned tells of the time since. */
export function watchLoad(): () => Load {
  const start = moment();
  return () => between(start, moment());
}
