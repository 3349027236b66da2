import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** The results themselves are going to be written. */
const RESULTS = [':!bench/results.md', ':!bench/results.json', ':!docs/charts'];

/** What was measured. */
export function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
    const changes = git('status', '--porcelain', '--untracked-files=no', '--', '.', ...RESULTS);
    return git('rev-parse', '--short', 'HEAD') + (changes === '' ? '' : ' with changes');
  } catch {
    return 'unknown';
  }
}

/** What was measured, where and how, in Markdown. */
export function heading(command: string): string {
  return [
    `* date: ${new Date().toISOString().slice(0, 10)}`,
    `* machine: ${machine()}`,
    `* commit: ${commit()}`,
    `* command: \`${command}\``,
    '',
  ].join('\n');
}

/** What it was measured on. */
export function machine(): string {
  const cpus = os.cpus();
  const memory = (os.totalmem() / 2 ** 30).toFixed(0);
  const model = cpus[0]?.model.trim() ?? 'unknown';
  return `${cpus.length} x ${model}, ${memory} GiB, Linux ${os.release()}, Node ${process.version}`;
}
