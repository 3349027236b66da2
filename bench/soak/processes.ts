import { readdirSync, readFileSync } from 'node:fs';

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    // It has ended meanwhile, or is not ours to look at.
    return '';
  }
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Where each thread of a process is in the kernel. */
export function whereabouts(pid: number): string {
  return threads(pid)
    .map((tid) => {
      const place = `/proc/${pid}/task/${tid}`;
      const state = /^State:\s*(.*)$/m.exec(read(`${place}/status`))?.[1] ?? 'gone';
      return `${tid} ${state}, ${read(`${place}/wchan`)}\n${read(`${place}/stack`)}`;
    })
    .join('\n');
}

/** Zombies that nobody has waited for yet have no command line. */
export function processesMentioning(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => read(`/proc/${name}/cmdline`).includes(text))
    .map(Number);
}

/** What a process is, for people. */
export function describeProcess(pid: number): string {
  return `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`;
}

/** Children of this process, zombies included. */
export function children(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const [, parent] = /\) \S (\d+) /.exec(read(`/proc/${pid}/stat`)) ?? [];
      return Number(parent) === process.pid;
    })
    .map(Number);
}
