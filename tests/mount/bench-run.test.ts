/** npm run bench with a server of ours: that it measures, and that nothing that hangs stops it. */
import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { Bench } from '#bench/run/bench.js';
import { hold } from '#bench/run/contest.js';
import { quick } from '#bench/run/effort.js';
import { placement } from '#bench/run/placement.js';
import { cellOf, rowOf } from '#bench/run/results.js';
import { stat } from '#bench/run/works/stat.js';
import { whyNoMount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const EFFORT = { ...quick, rounds: 2, part: 0.05 };
const SLOW = { timeout: 90_000 };

const test = suite('npm run bench');

test.before(async () => {
  await sh('bash scripts/bench-clients.sh', { cwd: ROOT, timeout: 20_000 });
});

function benchOf(scope: Scope, effort = EFFORT): Bench {
  const reason = whyNoMount();
  if (reason !== undefined) scope.skip(reason);
  return new Bench(effort, ['ours']);
}

test(
  'measures stat in every placement, and the CPU time that it takes',
  async (scope) => {
    const bench = benchOf(scope);
    await stat.run(bench);
    for (const place of stat.placements) {
      for (const metric of stat.metrics) {
        const row = rowOf(bench.rows, metric, place);
        if (row?.missing !== undefined) continue;
        const cell = cellOf(row, 'ours');
        assert.equal(cell?.failed, undefined);
        assert.equal(cell?.samples.length, 2, `${metric}, ${place}`);
        for (const us of cell?.samples ?? []) assert.ok(us > 0 && us < 100_000, `${us} us`);
      }
    }
  },
  SLOW,
);

test(
  'a server that answers no more is a failure of its row, and leaves no mount',
  async (scope) => {
    const bench = benchOf(scope, { ...EFFORT, limitMs: 1000 });
    let directory = '';
    await hold(bench, {
      metrics: ['stat'],
      filesystem: 'stat',
      peers: ['ours'],
      placement: placement('free'),
      warmUp: async () => {},
      async measure(subject) {
        directory = subject.directory;
        process.kill(subject.pid, 'SIGSTOP');
        await subject.client('stat', `${directory}/file`, 1, subject.pid);
        return { stat: 1 };
      },
    });
    const cell = cellOf(rowOf(bench.rows, 'stat', 'free'), 'ours');
    assert.match(cell?.failed ?? '', /not within 1000 ms/);
    assert.deepEqual(cell?.samples, []);
    assert.deepEqual(fuseMountsUnder(directory), []);
  },
  SLOW,
);
