import type { PeerName } from '../servers/registry.js';
import type { MetricName } from './metrics.js';
import type { PlacementName } from './placement.js';

/** What a value or a ratio of medians may be; without a bound it is only reported. */
export interface Bound {
  readonly most?: number;
  readonly least?: number;
}

/** What is wanted of one row. */
export interface Target extends Bound {
  readonly metric: MetricName;
  readonly placement: PlacementName;
  readonly ours: 'ours' | 'ours-uring' | 'raw';
  /** Whose median ours is divided by; left out, ours itself is bounded. */
  readonly against?: PeerName;
}

const placements: readonly PlacementName[] = ['one CPU', 'two CPUs', 'free', 'busy'];

/** The same bound for several metrics where the scheduler places server and client. */
function free(bound: Bound, ...metrics: readonly MetricName[]): Target[] {
  return metrics.map(
    (metric): Target => ({ metric, placement: 'free', ours: 'ours', against: 'c', ...bound }),
  );
}

const stat = { metric: 'stat', ours: 'ours', against: 'c' } as const;
const cpu = { metric: 'stat-cpu', ours: 'ours', against: 'c' } as const;
const alone = { placement: 'free', ours: 'ours' } as const;
const throughput: readonly MetricName[] = [
  'read-direct',
  'write-direct',
  'read-cached',
  'write-cached',
];

/** The targets of the project, in the order of the table. */
export const targets: readonly Target[] = [
  { ...stat, placement: 'one CPU', most: 1.1 },
  { ...stat, placement: 'one CPU', against: 'pyfuse3', most: 0.2 },
  { ...stat, placement: 'two CPUs', most: 0.4 },
  { ...stat, placement: 'free', most: 0.4 },
  { ...stat, placement: 'busy', most: 1.1 },
  ...placements.map((placement): Target => ({ ...stat, placement, ours: 'ours-uring', most: 1 })),
  { ...cpu, placement: 'one CPU', most: 1.3 },
  // Here the server polls, which costs CPU time and saves waking up.
  { ...cpu, placement: 'two CPUs' },
  // What no server for which a client waits can fall below.
  { metric: 'pipe', placement: 'one CPU', ours: 'raw' },
  { metric: 'pipe', placement: 'two CPUs', ours: 'raw' },
  { metric: 'pipe-polled', placement: 'two CPUs', ours: 'raw' },
  ...free({ least: 0.95 }, ...throughput),
  ...free({ least: 0.9 }, 'random-read', 'random-write'),
  ...free({ most: 1.3 }, 'ls-lR', 'readdir', 'files'),
  ...free({ most: 1.15 }, 'git-status', 'tar', 'gcc'),
  { ...alone, metric: 'delay', least: 95 },
  { ...alone, metric: 'comlink' },
  { ...alone, metric: 'start-cold', most: 250 },
  { ...alone, metric: 'rss-idle', most: 90 },
  { ...alone, metric: 'rss-growth', most: 2 },
];
