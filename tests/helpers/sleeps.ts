import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often the threads of a process have gone to sleep, which each wake-up ends with. */
function sleeps(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const counts = threads.map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(status)?.[1]);
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Wake-ups of a process in each of some seconds, of which the last one has none if any has. */
export async function wakeUps(pid: number): Promise<number[]> {
  const windows: number[] = [];
  // What the requests have left to do, such as collecting garbage, ends some time.
  while (windows.at(-1) !== 0 && windows.length < 8) {
    const before = sleeps(pid);
    await sleep(1000);
    windows.push(sleeps(pid) - before);
  }
  return windows;
}
