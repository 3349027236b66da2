import { commit, machine } from '../machine.js';
import { commandEnds, EARLY, sessionEnds } from './ends/table.js';
import { placements } from './placements.js';
import type { Run } from './run.js';
import { complaints, figures } from './verdict.js';

/** The result in Markdown, for people and for bench/results.md. */
export function report(run: Run): string {
  const wrong = complaints(run);
  const ends = [EARLY, ...Object.keys(sessionEnds), ...Object.keys(commandEnds)];
  const lines = [
    wrong.length === 0 ? 'Passed.' : 'FAILED:',
    ...wrong.map((line) => `* ${line}`),
    '',
    `* date: ${new Date().toISOString().slice(0, 10)}`,
    `* machine: ${machine()}`,
    `* commit: ${commit()}`,
    `* command: \`npm run soak -- ${run.seconds} ${run.seed}\``,
    `* seed ${run.seed}, ${run.elapsed.toFixed(0)} s, ${run.tally.cycles} cycles ` +
      `(${run.tally.filesystems}) with ${run.tally.loads} loads`,
    '',
    ...run.tally.table(ends, [...placements, 'command line']),
    '',
    ...figures(run),
  ];
  return lines.join('\n');
}
