import { setTimeout as sleep } from 'node:timers/promises';
import { mountAt } from '../mounts.js';
import { type Ran, run } from '../programs.js';
import type { Subject } from '../subject.js';

/** With callers at work a mount may be busy for long; then they have to go. */
const BUSY_MS = 500;
const AGAIN_MS = 20;

/** Runs a program that unmounts `dir`, again while files are open. */
export async function unmountBy(subject: Subject, file: string, ...args: string[]) {
  const attempt = async (): Promise<Ran> => {
    const end = performance.now() + BUSY_MS;
    for (;;) {
      const ran = await run(file, ...args, subject.dir);
      if (ran.status === 0 || !/busy/i.test(ran.output) || performance.now() > end) return ran;
      await sleep(AGAIN_MS);
    }
  };
  let ran = await attempt();
  if (ran.status !== 0) {
    for (const load of subject.loads) load.kill();
    await Promise.all(subject.loads.map((load) => load.ended()));
    ran = await attempt();
  }
  if (ran.status !== 0) throw new Error(`${file} ${args.join(' ')}: ${ran.output}`);
  if (mountAt(subject.dir) !== undefined) throw new Error(`${file}: the mount is there still`);
}

/** Has the handlers of the trial filesystem do something, by way of the mount. */
export function tell(dir: string, command: string): Promise<Ran> {
  return run('sh', '-c', 'printf %s "$1" 1<> "$2"', 'sh', command, `${dir}/control`);
}
