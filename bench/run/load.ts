import { readdirSync, readFileSync } from 'node:fs';

/** Ticks a second in /proc: a constant of the kernel's interface. */
const HZ = 100;
/** The place of that time in the first line of /proc/stat, whose first word is `cpu`. */
const STOLEN = 8;

/** CPU time up to a moment, in seconds. */
interface Moment {
  /** What all processes have used but this one, those that it started, and theirs. */
  readonly others: number;
  /** What the hypervisor gave to others. */
  readonly stolen: number;
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

/** The CPU time of all that do not descend from a process. */
function cpuOutside(root: number): number {
  const all = processes();
  const isIn = (pid: number): boolean =>
    pid === root || (all.has(pid) && isIn(all.get(pid)?.parent ?? 0));
  return [...all].reduce((sum, [pid, { cpu }]) => (isIn(pid) ? sum : sum + cpu), 0);
}

/**
 * Not from what the CPUs did not idle: that also has interrupts and wake-ups, which no process is
 * charged with and which are the measured one's own.
 */
function moment(): Moment {
  const [stolen = 0] = read('/proc/stat').split(/\s+/).slice(STOLEN).map(Number);
  const others = cpuOutside(process.pid);
  return { others, stolen: stolen / HZ, wall: performance.now() / 1000 };
}

/** Watches the machine from now on; the function returned tells of the time since. */
export function watchLoad(): () => Load {
  const start = moment();
  return () => {
    const now = moment();
    const wall = now.wall - start.wall;
    return {
      others: Math.max(0, now.others - start.others) / wall,
      stolen: Math.max(0, now.stolen - start.stolen) / wall,
    };
  };
}
