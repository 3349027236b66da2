import type { PeerName } from '../servers/registry.js';
import type { Load } from './load.js';
import type { MetricName } from './metrics.js';
import type { PlacementName } from './placement.js';

/** What one of those who serve has done in one row. */
export interface Cell {
  readonly peer: PeerName;
  readonly samples: number[];
  /** Why it can't take part here, or what went wrong; samples from before are kept. */
  missing?: string;
  failed?: string;
}

/** One metric in one placement, by all who serve. */
export interface Row {
  readonly metric: MetricName;
  readonly placement: PlacementName;
  readonly cells: readonly Cell[];
  /** Why there are no measurements at all. */
  readonly missing?: string;
  /** What else ran meanwhile. */
  load?: Load;
}

export interface Results {
  readonly command: string;
  readonly effort: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  readonly rows: readonly Row[];
}

export function rowOf(
  rows: readonly Row[],
  metric: MetricName,
  placement: PlacementName,
): Row | undefined {
  return rows.find((row) => row.metric === metric && row.placement === placement);
}

export function cellOf(row: Row | undefined, peer: PeerName): Cell | undefined {
  return row?.cells.find((cell) => cell.peer === peer);
}
