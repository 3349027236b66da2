import { type Cell, cellOf, type Row, rowOf } from './results.js';
import { summary } from './statistics.js';
import type { Target } from './targets.js';

/** How a target was met. */
export interface Verdict {
  readonly target: Target;
  /** Medians. */
  readonly ours?: number | undefined;
  readonly theirs?: number | undefined;
  readonly ratio?: number | undefined;
  /** Left out for what is only reported, and for what could not be measured. */
  readonly met?: boolean;
  /** Why there is no ratio, or value. */
  readonly why?: string;
}

export function medianOf(cell: Cell | undefined): number | undefined {
  return cell === undefined || cell.samples.length === 0 ? undefined : summary(cell.samples).median;
}

function whyNothing(row: Row | undefined, peer: string, cell: Cell | undefined): string {
  if (row === undefined) return 'not measured';
  const reason = row.missing ?? cell?.missing ?? cell?.failed;
  return reason === undefined ? `${peer} not measured` : `${peer}: ${reason}`;
}

/** A cell that failed half-way proves nothing, whatever it had measured until then. */
export function judge(target: Target, rows: readonly Row[]): Verdict {
  const { metric, placement, against, most, least } = target;
  const row = rowOf(rows, metric, placement);
  const cell = cellOf(row, target.ours);
  const ours = medianOf(cell);
  if (ours === undefined || cell?.failed !== undefined) {
    return { target, ours, why: whyNothing(row, target.ours, cell) };
  }
  const their = against && cellOf(row, against);
  const theirs = medianOf(their);
  if (against !== undefined && (theirs === undefined || their?.failed !== undefined)) {
    return { target, ours, theirs, why: whyNothing(row, against, their) };
  }
  const ratio = theirs === undefined ? undefined : ours / theirs;
  const value = ratio ?? ours;
  const found = { target, ours, theirs, ratio };
  if (most === undefined && least === undefined) return found;
  const met =
    value <= (most ?? Number.POSITIVE_INFINITY) && value >= (least ?? Number.NEGATIVE_INFINITY);
  return { ...found, met };
}
