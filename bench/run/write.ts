import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSection } from '../results.js';
import { charts } from './charts/charts.js';
import { report } from './report.js';
import type { Results } from './results.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Where the results of a run go. */
export interface Places {
  readonly results: string;
  readonly charts: string;
}

/** What is kept in the repository. */
export const kept: Places = { results: join(ROOT, 'bench'), charts: join(ROOT, 'docs/charts') };

/** What is only looked at. */
const looked = join(ROOT, 'build/bench-results');
export const passing: Places = { results: looked, charts: join(looked, 'charts') };

/** More digits than these are chance. */
const DIGITS = 6;
const rounded = (_key: string, value: unknown) =>
  typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value;

export function write(results: Results, places: Places): void {
  mkdirSync(places.results, { recursive: true });
  // A chart of another run would be taken for one of this.
  rmSync(places.charts, { recursive: true, force: true });
  mkdirSync(places.charts, { recursive: true });
  const json = JSON.stringify(results, rounded, 1);
  writeFileSync(join(places.results, 'results.json'), `${json}\n`);
  // What people read is of the same numbers.
  const written = JSON.parse(json) as Results;
  writeSection(join(places.results, 'results.md'), 'Performance', report(written), 'first');
  for (const [name, svg] of charts(written)) {
    writeFileSync(join(places.charts, `${name}.svg`), svg);
  }
}
