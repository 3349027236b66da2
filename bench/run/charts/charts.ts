import type { PeerName } from '../../servers/registry.js';
import { type MetricName, metrics } from '../metrics.js';
import type { PlacementName } from '../placement.js';
import { type Cell, type Results, type Row, rowOf } from '../results.js';
import { summary } from '../statistics.js';
import { type Target, targets } from '../targets.js';
import { judge } from '../verdict.js';
import { isDisturbed, peerWords } from '../words.js';
import { type Bar, barChart, type Panel } from './bars.js';
import { type Ratio, ratioChart } from './ratios.js';

const kinds: Readonly<Record<PeerName, string>> = {
  ours: 'ours',
  'ours-uring': 'ours',
  c: 'c',
  'c-mt': 'c',
  'c-splice': 'c',
  pyfuse3: 'other',
  'fuse-native': 'other',
  raw: 'raw',
};

function barOf({ peer, samples, missing, failed }: Cell): Bar {
  const base = { label: peerWords[peer], kind: kinds[peer] };
  if (samples.length > 0 && failed === undefined) return { ...base, value: summary(samples) };
  return { ...base, value: missing === undefined ? 'failed' : 'not available' };
}

function panelOf(title: string, row: Row | undefined): Panel[] {
  if (row === undefined || row.cells.length === 0) return [];
  return [{ title, bars: row.cells.map(barOf) }];
}

const placements: readonly [PlacementName, string][] = [
  ['one CPU', 'server and client on one CPU'],
  ['two CPUs', 'on two CPUs, pinned'],
  ['free', 'placed by the scheduler'],
  ['busy', 'both CPUs kept busy by others'],
];

function statChart(rows: readonly Row[]): Panel[] {
  return placements.flatMap(([name, words]) => panelOf(words, rowOf(rows, 'stat', name)));
}

function freePanels(rows: readonly Row[], ...names: readonly MetricName[]): Panel[] {
  return names.flatMap((name) =>
    panelOf(`${metrics[name].what}, ${metrics[name].unit}`, rowOf(rows, name, 'free')),
  );
}

/** What is measured in several placements says in which. */
function labelOf({ metric, placement, ours }: Target): string {
  const { what, work } = metrics[metric];
  const uring = ours === 'ours' ? '' : ', io_uring';
  return work === 'stat' ? `${what}${uring}, ${placement}` : what + uring;
}

/** Ours to C, turned so that more is always worse. */
function ratios(rows: readonly Row[]): Ratio[] {
  return targets.flatMap((target): Ratio[] => {
    const { metric, against, most, least } = target;
    const { ratio, met } = judge(target, rows);
    if (against !== 'c' || ratio === undefined) return [];
    const { better } = metrics[metric];
    const turned = (value: number) => (better === 'less' ? value : 1 / value);
    const bound = most ?? least;
    return [
      {
        label: labelOf(target),
        value: turned(ratio),
        ...(bound !== undefined && { target: turned(bound) }),
        ...(met !== undefined && { isMet: met }),
      },
    ];
  });
}

/** The charts of a run, by name; none for what was not measured. */
export function charts({ rows, date, machine }: Results): Map<string, string> {
  const busy = rows.some(isDisturbed) ? '; other programs ran meanwhile' : '';
  const where = `${date}, ${machine}${busy}`;
  const bars = (title: string, panels: readonly Panel[]) =>
    panels.length === 0 ? undefined : barChart(title, where, panels);
  const dots = ratios(rows);
  const all = {
    ratios:
      dots.length === 0
        ? undefined
        : ratioChart(
            'Cost as a multiple of that of libfuse3 in C: less is better; marks are targets',
            where,
            dots,
          ),
    stat: bars('Microseconds a stat(2) that asks twice: less is better', statChart(rows)),
    throughput: bars(
      'Throughput: more is better',
      freePanels(
        rows,
        'read-direct',
        'write-direct',
        'read-cached',
        'write-cached',
        'read-passthrough',
        'write-passthrough',
        'random-read',
        'random-write',
      ),
    ),
    programs: bars(
      'Programs and files: less is better',
      freePanels(rows, 'ls-lR', 'readdir', 'files', 'git-status', 'tar', 'gcc'),
    ),
  };
  return new Map(
    Object.entries(all).flatMap(([name, svg]) => (svg === undefined ? [] : [[name, svg] as const])),
  );
}
