/** What npm run bench says of what it has measured. */
import { strict as assert } from 'node:assert';
import { charts } from '#bench/run/charts/charts.js';
import { report } from '#bench/run/report.js';
import type { Cell, Results, Row } from '#bench/run/results.js';
import type { Target } from '#bench/run/targets.js';
import { judge } from '#bench/run/verdict.js';
import { loadWords } from '#bench/run/words.js';
import { suite } from '../helpers/suite.js';

const QUIET = { others: 0.01, stolen: 0 };

function cell(peer: Cell['peer'], samples: number[], more: Partial<Cell> = {}): Cell {
  return { peer, samples, ...more };
}

function row(cells: Cell[], more: Partial<Row> = {}): Row {
  return { metric: 'stat', placement: 'one CPU', cells, load: QUIET, ...more };
}

const TARGET: Target = {
  metric: 'stat',
  placement: 'one CPU',
  ours: 'ours',
  against: 'c',
  most: 1.1,
};

const verdict = suite('verdict of the benchmark');

for (const [title, ours, theirs, met] of [
  ['met at its bound', 11, 10, true],
  ['not met above it', 11.1, 10, false],
] as const) {
  verdict(`a target is ${title}`, () => {
    const found = judge(TARGET, [row([cell('ours', [ours]), cell('c', [theirs])])]);
    assert.equal(found.met, met);
    assert.equal(found.ratio, ours / theirs);
  });
}

verdict('where more is better, less than the bound is not enough', () => {
  const { most: _, ...rest } = TARGET;
  const rows = [row([cell('ours', [9.4]), cell('c', [10])])];
  assert.equal(judge({ ...rest, least: 0.95 }, rows).met, false);
  assert.equal(judge({ ...rest, least: 0.94 }, rows).met, true);
});

verdict('what shrinks has not grown too much', () => {
  const { against: _, ...alone } = TARGET;
  assert.equal(judge(alone, [row([cell('ours', [-0.5])])]).met, true);
});

verdict('what is missing is neither met nor not, and says why', () => {
  const rows = [row([cell('ours', [9]), cell('c', [], { missing: 'no compiler' })])];
  const found = judge(TARGET, rows);
  assert.equal(found.met, undefined);
  assert.match(found.why ?? '', /c: no compiler/);
  assert.equal(judge(TARGET, []).why, 'not measured');
});

verdict('who fails half-way has met nothing', () => {
  const rows = [row([cell('ours', [9], { failed: 'ended' }), cell('c', [10])])];
  assert.equal(judge(TARGET, rows).met, undefined);
});

const text = suite('report of the benchmark');

function results(rows: Row[]): Results {
  return {
    command: 'npm run bench',
    effort: 'full',
    rounds: 5,
    seconds: 1,
    date: '2020-01-01',
    commit: 'abc',
    machine: 'a machine',
    versions: { fio: '3' },
    notes: ['a note'],
    rows,
  };
}

text('shows a failure, who is missing, and goes on with the others', () => {
  const shown = report(
    results([
      row([
        cell('ours', [11, 12, 13]),
        cell('c', [10], { failed: 'the server\nended' }),
        cell('pyfuse3', [], { missing: 'not installed' }),
      ]),
    ]),
  );
  assert.match(shown, /wasmfuse \| 12\.0 \(11\.0 to 13\.0\); n = 3/);
  assert.match(shown, /libfuse3 in C \| 10\.0; n = 1; then failed/);
  assert.match(shown, /\* libfuse3 in C failed \(one CPU\): the server; ended \[stat\]/);
  assert.match(shown, /\* pyfuse3 is missing: not installed \[stat\]/);
  assert.match(shown, /one CPU \| 12\.0 us \| 10\.0 us \| - \| <= 1\.1 x \| c: the server; ended/);
});

text('a target that is not met is shown as such', () => {
  const shown = report(results([row([cell('ours', [12]), cell('c', [10])])]));
  assert.match(shown, /\| 12\.0 us \| 10\.0 us \| 1\.20 \| <= 1\.1 x \| \*\*no\*\* \|/);
});

text('a machine that was not idle is told above all figures, and which of them', () => {
  const cells = [cell('ours', [12]), cell('c', [10])];
  const rows = [row(cells, { load: { others: 0.4, stolen: 0 } })];
  assert.match(loadWords(rows), /^\*\*The machine was not idle.*up to 40 %/);
  assert.match(report(results(rows)), /GETATTR\) \* \| one CPU/);
  assert.match(loadWords([row(cells)]), /^The machine was idle/);
});

text('charts hold every figure as text, and who is not there', () => {
  const cells = [
    cell('ours', [12, 13]),
    cell('c', [1234]),
    cell('fuse-native', [], { missing: 'a < b' }),
  ];
  const all = charts(results([row(cells)]));
  assert.deepEqual([...all.keys()], ['ratios', 'stat']);
  const stat = all.get('stat') ?? '';
  for (const part of ['>12.5</text>', '>1,234</text>', '>fuse-native<', '>not available<']) {
    assert.ok(stat.includes(part), part);
  }
  assert.ok(all.get('ratios')?.includes('>0.010</text>'));
});
