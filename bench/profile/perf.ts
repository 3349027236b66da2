import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Samples a second; a round number would meet the kernel's own timers. */
const RATE = 4999;
const BEGIN_MS = 500;
const MOST_BYTES = 1 << 30;

/** Why no profile can be made here; undefined when it can. */
export function missingPerf(): string | undefined {
  const { error, status } = spawnSync('perf', ['--version'], { stdio: 'ignore' });
  if (error === undefined && status === 0) return undefined;
  return 'there is no perf: apt-get install linux-perf';
}

/**
 * Samples a CPU, or all, into a file while `work` runs. Not a process: its clock would be set at
 * each switch to it, which takes as long as a request.
 */
export async function record(
  cpu: string | undefined,
  file: string,
  work: () => Promise<void>,
): Promise<void> {
  const where = cpu === undefined ? ['-a'] : ['-C', cpu];
  const args = ['record', '-e', 'cpu-clock', '-F', `${RATE}`, ...where, '-o', file];
  const recorder = spawn('perf', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  recorder.stderr.on('data', (chunk) => {
    words += chunk;
  });
  const ended = once(recorder, 'close');
  try {
    await sleep(BEGIN_MS);
    if (recorder.exitCode !== null) throw new Error(`perf record: ${words.trim()}`);
    await work();
  } finally {
    recorder.kill('SIGINT');
    await ended;
  }
}

/** What perf tells of each sample of a process: a line of its address, function and file. */
export function samplesOf(pid: number, file: string): string {
  const args = ['script', '-i', file, '--pid', `${pid}`, '-F', 'ip,sym,dso'];
  const { stdout, stderr } = spawnSync('perf', args, { encoding: 'utf8', maxBuffer: MOST_BYTES });
  if (stdout === '') throw new Error(`perf script: ${stderr.trim()}`);
  return stdout;
}
