import { type Census, differences } from './census.js';
import { growth, median } from './memory.js';
import type { Run } from './run.js';

/** RSS at the end against RSS after the warm-up. */
const FLAT = 0.05;
/** One for each third of the time. */
const LEAST_RESTS = 3;

/** What must be none at the end, whatever was there after the warm-up. */
const NONE = ['mount', 'process on a mount'];

/** Why the run has not passed; nothing when it has. */
export function complaints(run: Run): string[] {
  const [first, last] = [run.rests[0], run.rests.at(-1)];
  const all = run.failures.map((failure) => failure.split('\n')[0] ?? failure);
  if (run.isStopped) all.push('it was stopped before its time');
  if (first === undefined || last === undefined || run.rests.length < LEAST_RESTS) {
    return [...all, `it rested ${run.rests.length} times after the warm-up: too few to judge by`];
  }
  for (const name of NONE) {
    if (last.census[name] !== 0) all.push(`left at the end: ${name} ${last.census[name]}`);
  }
  all.push(...differences(first.census, last.census).map((line) => `leaked: ${line}`));
  const grown = growth(run.rests.map(({ memory }) => memory));
  if (Math.abs(grown) > FLAT) all.push(`RSS is not flat: ${(grown * 100).toFixed(1)} %`);
  return all;
}

/** What was measured, as rows of a table: what, after the warm-up, at the end. */
export function figures(run: Run): string[] {
  const [first, last] = [run.rests[0], run.rests.at(-1)];
  if (first === undefined || last === undefined) return [];
  const samples = run.rests.map(({ memory }) => memory);
  const third = Math.ceil(samples.length / 3);
  const thirds = (field: 'rss' | 'untrimmed') =>
    [samples.slice(0, third), samples.slice(-third)]
      .map((some) => `${median(some.map((sample) => sample[field])).toFixed(1)} MiB`)
      .join(' | ');
  const fds = (census: Census) =>
    Object.entries(census).reduce((all, [name, n]) => all + (name.startsWith('fd ') ? n : 0), 0);
  const row = (what: string, of: (census: Census) => number | undefined) =>
    `| ${what} | ${of(first.census) ?? 0} | ${of(last.census) ?? 0} |`;
  return [
    '| at rest | after the warm-up | at the end |',
    '| --- | ---: | ---: |',
    row('mounts', (census) => census.mount),
    row('processes on mounts, blocked or not', (census) => census['process on a mount']),
    row('child processes (the guard)', (census) => census.child),
    row('descriptors', fds),
    row('threads', (census) => census.thread),
    row('MessagePorts on the heap', (census) => census['object MessagePort']),
    row('Workers on the heap', (census) => census['object Worker']),
    row('WebAssembly memories', (census) => census['object WebAssembly.Memory']),
    `| RSS, median of a third | ${thirds('rss')} |`,
    `| the same, with what the C library keeps of freed memory | ${thirds('untrimmed')} |`,
    '',
    `RSS changes by ${(growth(samples) * 100).toFixed(1)} %.`,
  ];
}
