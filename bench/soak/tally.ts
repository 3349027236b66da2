import type { Plan } from './plan.js';

/** Counts the cycles that were done. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #filesystems = new Map<string, number>();
  cycles = 0;
  loads = 0;

  add({ end, placement, filesystem, loads, victim }: Plan): void {
    const row = this.#counts.get(end) ?? new Map<string, number>();
    this.#counts.set(end, row.set(placement, (row.get(placement) ?? 0) + 1));
    this.#filesystems.set(filesystem, (this.#filesystems.get(filesystem) ?? 0) + 1);
    this.cycles++;
    this.loads += loads.length + (victim === undefined ? 0 : 1);
  }

  get filesystems(): string {
    return [...this.#filesystems].map(([name, count]) => `${name} ${count}`).join(', ');
  }

  /** A table in Markdown: a row for each kind of end, a column for each placement. */
  table(ends: readonly string[], placements: readonly string[]): string[] {
    const width = Math.max(...ends.map((end) => end.length), 'all'.length);
    const line = (first: string, cells: readonly (string | number)[]) => {
      const padded = cells.map((cell, i) => String(cell).padStart(columns[i]?.length ?? 0));
      return `| ${first.padEnd(width)} | ${padded.join(' | ')} |`;
    };
    const columns = [...placements, 'all'];
    const sum = (numbers: number[]) => numbers.reduce((all, each) => all + each, 0);
    const cells = (end: string) => {
      const row = placements.map((placement) => this.#counts.get(end)?.get(placement) ?? 0);
      return [...row, sum(row)];
    };
    const totals = columns.map((_, i) => sum(ends.map((end) => cells(end)[i] ?? 0)));
    return [
      line('end', columns),
      line(
        '-'.repeat(width),
        columns.map((name) => `${'-'.repeat(name.length - 1)}:`),
      ),
      ...ends.map((end) => line(end, cells(end))),
      line('all', totals),
    ];
  }
}
