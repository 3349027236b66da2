import { metricNames, metrics } from './metrics.js';
import { type Cell, cellOf, type Results, type Row, rowOf } from './results.js';
import { summary } from './statistics.js';
import { number, numberBeside, table } from './table.js';
import { type Target, targets } from './targets.js';
import { judge, medianOf, type Verdict } from './verdict.js';
import { isDisturbed, loadWords, peerWords } from './words.js';

const NOTHING = '-';

const shown = (value: number | undefined, unit: string) =>
  value === undefined ? NOTHING : `${number(value)} ${unit}`;

function boundWords({ most, least, against, metric }: Target): string {
  const of = against === undefined ? ` ${metrics[metric].unit}` : ' x';
  if (most !== undefined) return `<= ${most}${of}`;
  return least === undefined ? 'reported' : `>= ${least}${of}`;
}

function metWords({ met, why }: Verdict): string {
  if (met !== undefined) return met ? 'yes' : '**no**';
  return why ?? 'reported';
}

/** Our ratio to the threaded C loop, for whoever would serve with that. */
function threaded(verdict: Verdict, row: Row | undefined): string {
  const theirs = medianOf(cellOf(row, 'c-mt'));
  const { ours, target } = verdict;
  if (target.against !== 'c' || ours === undefined || theirs === undefined) return NOTHING;
  return number(ours / theirs);
}

function targetTable(rows: readonly Row[]): string {
  const lines = targets.map((target) => {
    const verdict = judge(target, rows);
    const { what, unit } = metrics[target.metric];
    const bound = target.most ?? target.least ?? Number.NaN;
    const row = rowOf(rows, target.metric, target.placement);
    const mark = row !== undefined && isDisturbed(row) ? ' *' : '';
    const with_ = target.ours === 'ours-uring' ? ', over io_uring' : '';
    const other = target.against !== undefined && target.against !== 'c' ? target.against : '';
    return [
      what + with_ + mark,
      target.placement,
      shown(verdict.ours, unit),
      shown(verdict.theirs, unit) + (other && ` (${other})`),
      verdict.ratio === undefined ? NOTHING : numberBeside(verdict.ratio, bound),
      boundWords(target),
      metWords(verdict),
      threaded(verdict, row),
    ];
  });
  const header = [
    'work',
    'placement',
    'ours',
    'C',
    'ratio',
    'target',
    'met?',
    'ratio to C, threads',
  ];
  return table(header, lines, 2);
}

function cellWords({ samples, missing, failed }: Cell): string {
  if (missing !== undefined) return 'missing';
  if (samples.length === 0) return 'failed';
  const { median, least, most, count } = summary(samples);
  const range = count > 1 ? ` (${number(least)} to ${number(most)})` : '';
  return `${number(median)}${range}; n = ${count}${failed === undefined ? '' : '; then failed'}`;
}

/** What went wrong is told once a peer and reason. */
function reasons(rows: readonly Row[]): string[] {
  const found = new Map<string, Set<string>>();
  const add = (text: string, row: Row) => {
    const works = found.get(text) ?? new Set();
    found.set(text, works.add(metrics[row.metric].work));
  };
  for (const row of rows) {
    if (row.missing !== undefined) add(`${row.placement}: ${row.missing}`, row);
    for (const { peer, missing, failed } of row.cells) {
      if (missing !== undefined) add(`${peerWords[peer]} is missing: ${missing}`, row);
      if (failed !== undefined) add(`${peerWords[peer]} failed (${row.placement}): ${failed}`, row);
    }
  }
  return [...found].map(
    ([text, works]) => `* ${text.replace(/\s*\n\s*/g, '; ')} [${[...works].join(', ')}]`,
  );
}

function numbersOf(row: Row): string {
  const { what, unit, better } = metrics[row.metric];
  const base = medianOf(cellOf(row, 'c'));
  const lines = row.cells.map((cell) => {
    const median = medianOf(cell);
    const ratio = base === undefined || median === undefined ? NOTHING : number(median / base);
    return [peerWords[cell.peer], cellWords(cell), ratio];
  });
  const load = row.load === undefined ? '' : `, others ${(100 * row.load.others).toFixed(0)} %`;
  const title = `**${what}**, ${row.placement}; ${unit}, ${better} is better${load}`;
  return `${title}\n\n${table(['', `${unit}, median (least to most)`, 'to C'], lines)}`;
}

/** The results as a section of Markdown. */
export function report(results: Results): string {
  const { rows, versions, notes } = results;
  const order = (row: Row) => metricNames.indexOf(row.metric);
  const sorted = rows.toSorted((a, b) => order(a) - order(b));
  const told = reasons(sorted);
  return [
    `* date: ${results.date}`,
    `* machine: ${results.machine}`,
    `* commit: ${results.commit}`,
    `* command: \`${results.command}\``,
    `* ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    `* ${results.rounds} alternating rounds, ${results.seconds.toFixed(0)} s in all`,
    '',
    loadWords(rows),
    '',
    targetTable(rows),
    '',
    ...notes.map((note) => `* ${note}`),
    ...(told.length > 0 ? ['', '### What is missing or failed', '', ...told] : []),
    '',
    '### All numbers',
    '',
    ...sorted.map((row) => `${numbersOf(row)}\n`),
  ].join('\n');
}
