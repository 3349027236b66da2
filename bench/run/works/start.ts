import { spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { free } from '../../soak/freeing.js';
import { mountAt } from '../../soak/mounts.js';
import type { Bench, Work } from '../bench.js';
import { printedValue, runClient } from '../client.js';
import { watchLoad } from '../load.js';
import type { Cell, Row } from '../results.js';
import { withScratch } from '../scratch.js';

const CLI = fileURLToPath(new URL('../../../../dist/cli.js', import.meta.url));
const DROP_CACHES = '/proc/sys/vm/drop_caches';
const NS_A_MS = 1e6;

const metrics = ['start-cold', 'start-coldest', 'start-warm'] as const;

/** Forgets what of files is in memory; what a process maps stays. */
async function dropCaches(): Promise<void> {
  await fs.writeFile(DROP_CACHES, '3');
}

async function start(node: string, scratch: string, limitMs: number): Promise<number> {
  const directory = await fs.mkdtemp(join(scratch, 'first-'));
  const release = async () => {
    const mount = mountAt(directory);
    if (mount !== undefined) await free(mount);
  };
  // When the run is ended, so are its clients, and with this one what it has started.
  const [program = '', flag = ''] =
    process.getuid?.() === 0 ? ['umount', '-l'] : ['fusermount3', '-uz'];
  const unmount = () => void spawnSync(program, [flag, directory], { stdio: 'ignore' });
  process.prependListener('exit', unmount);
  try {
    const args = [join(directory, 'message'), node, CLI, 'mount', 'hello', directory];
    const printed = await runClient('first', args, { limitMs, free: release });
    return printedValue(printed, 'wall') / NS_A_MS;
  } finally {
    process.off('exit', unmount);
    await release();
  }
}

async function run(bench: Bench, scratch: string): Promise<void> {
  bench.say('start');
  const { limitMs, rounds } = bench.effort;
  /** This process maps its own Node, so that only a copy of it can be cold. */
  const copy = join(scratch, 'node');
  const measures = {
    'start-cold': async () => {
      await dropCaches();
      return start(process.execPath, scratch, limitMs);
    },
    'start-coldest': async () => {
      await dropCaches();
      return start(copy, scratch, limitMs);
    },
    'start-warm': () => start(process.execPath, scratch, limitMs),
  };

  const cells = new Map<string, Cell>(metrics.map((m) => [m, { peer: 'ours', samples: [] }]));
  await fs.copyFile(process.execPath, copy);
  const loadSince = watchLoad();
  for (let round = 0; round < rounds; round++) {
    for (const metric of metrics) {
      const cell = cells.get(metric) as Cell;
      if (cell.failed !== undefined) continue;
      try {
        cell.samples.push(await measures[metric]());
      } catch (thrown) {
        cell.failed = (thrown as Error).message;
        bench.say(`  ${metric}: ${cell.failed}`);
      }
    }
  }
  const load = loadSince();
  const rows = metrics.map(
    (metric): Row => ({
      metric,
      placement: 'free',
      cells: [cells.get(metric) as Cell],
      load,
    }),
  );
  bench.rows.push(...rows);
}

export const startUp: Work = {
  name: 'start',
  metrics,
  placements: ['free'],
  async run(bench) {
    if (!bench.wants('ours')) return;
    // On a disk: what is in memory by its nature is never cold.
    await withScratch((scratch) => run(bench, scratch), os.tmpdir());
  },
};
