/**
 * What a second worker brings to handlers that compute: `npm run bench:workers`. Plain threads
 * doing the same work show what the machine could give at that moment.
 */
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heading } from './machine.js';
import { writeResults } from './results.js';
import { alone } from './workers/alone.js';
import { requests, serve } from './workers/mounted.js';

const ROUNDS = 7;
const REQUESTS = 960;
const CLIENTS = [2, 4, 8];

const dirs = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'workers-')));
const sessions = await Promise.all(dirs.map((dir, i) => serve(dir, i + 1)));

/** What one and two workers or threads take, and how many times faster two are. */
interface Row {
  what: string;
  measure(workers: number): Promise<number>;
  times: [number[], number[]];
}

const rows: Row[] = [
  { what: 'plain threads', measure: (threads) => alone(threads, REQUESTS), times: [[], []] },
  ...CLIENTS.map(
    (clients): Row => ({
      what: `${clients} clients`,
      measure: (workers) => requests(dirs[workers - 1] as string, clients, REQUESTS),
      times: [[], []],
    }),
  ),
];

for (let round = 0; round < ROUNDS; round++) {
  for (const { measure, times } of rows) {
    times[0].push(await measure(1));
    times[1].push(await measure(2));
  }
}
for (const session of sessions) await session.close();
for (const dir of dirs) rmdirSync(dir);

const sorted = (values: number[]) => values.toSorted((a, b) => a - b);
const median = (values: number[]) => sorted(values)[values.length >> 1] as number;
const shown = (values: number[]) => {
  const all = sorted(values);
  return `${median(all).toFixed(0)} (${all[0]?.toFixed(0)} to ${all.at(-1)?.toFixed(0)})`;
};
/** Of the two of one round, as the machine may be slower in another. */
const faster = ([one, two]: Row['times']) =>
  median(one.map((time, i) => time / (two[i] as number)));

const report = [
  heading('npm run bench:workers'),
  'A handler hashes 1 MiB a request. Microseconds a request, median (least to most) of ' +
    `${ROUNDS} alternating rounds:`,
  '',
  '| | 1 worker | 2 workers | times faster |',
  '| --- | ---: | ---: | ---: |',
  ...rows.map(
    ({ what, times }) =>
      `| ${what} | ${shown(times[0])} | ${shown(times[1])} | ${faster(times).toFixed(2)} |`,
  ),
].join('\n');
console.log(report);
writeResults('Workers', report);
