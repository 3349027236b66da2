import type { Bench, Work } from '../bench.js';
import { printedValue, runClient } from '../client.js';
import { watchLoad } from '../load.js';
import { type Placement, type PlacementName, placement } from '../placement.js';
import type { Row } from '../results.js';

const SECONDS = 1;
const NS_A_US = 1000;

const placements: readonly PlacementName[] = ['one CPU', 'two CPUs'];
const metrics = ['pipe', 'pipe-polled'] as const;
const ways = { pipe: 'sleeps', 'pipe-polled': 'polls' } as const;

async function run(bench: Bench, { name, server, client, missing }: Placement): Promise<Row[]> {
  if (missing !== undefined) {
    return metrics.map((metric) => ({ metric, placement: name, cells: [], missing }));
  }
  bench.say(`${metrics.join(', ')} (${name})`);
  const { part, rounds, limitMs } = bench.effort;
  const samples = { pipe: [] as number[], 'pipe-polled': [] as number[] };
  const loadSince = watchLoad();
  for (let round = 0; round < rounds; round++) {
    for (const metric of metrics) {
      const args = [`${SECONDS * part}`, ways[metric], ...(server === undefined ? [] : [server])];
      const printed = await runClient('pipe', args, { cpus: client, limitMs });
      const calls = printedValue(printed, 'calls');
      samples[metric].push(printedValue(printed, 'wall') / NS_A_US / calls);
    }
  }
  const load = loadSince();
  return metrics.map((metric) => {
    const cells = [{ peer: 'raw' as const, samples: samples[metric] }];
    return { metric, placement: name, cells, load };
  });
}

/** What waking up costs here when a stat makes two requests, whoever answers them. */
export const pipe: Work = {
  name: 'pipe',
  metrics,
  placements,
  async run(bench) {
    if (!bench.wants('raw')) return;
    for (const name of placements) bench.rows.push(...(await run(bench, placement(name))));
  },
};
