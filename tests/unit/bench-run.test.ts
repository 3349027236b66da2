/** What of npm run bench only computes. */
import { strict as assert } from 'node:assert';
import { withSection } from '#bench/results.js';
import { parseArguments } from '#bench/run/arguments.js';
import { parsePrinted, printedValue } from '#bench/run/client.js';
import { metricNames, metrics } from '#bench/run/metrics.js';
import { cpusOf, placement } from '#bench/run/placement.js';
import { summary } from '#bench/run/statistics.js';
import { number, numberBeside, table } from '#bench/run/table.js';
import { targets } from '#bench/run/targets.js';
import { works } from '#bench/run/works/all.js';
import { peerNames } from '#bench/servers/registry.js';
import { suite } from '../helpers/suite.js';

const numbers = suite('numbers of the benchmark');

numbers('the median of an odd count is the middle one, whatever the order', () => {
  assert.deepEqual(summary([9, 1, 4]), { median: 4, least: 1, most: 9, count: 3 });
});

numbers('the median of an even count is between the middle two', () => {
  assert.equal(summary([100, 1, 2, 4]).median, 3);
});

numbers('nothing measured has no median', () => {
  assert.throws(() => summary([]), RangeError);
});

numbers('three digits are shown, and all before the point', () => {
  const shown = [0, 0.001234, 0.9521, 12.345, 99.96, 1234.5, 1234567].map(number);
  assert.deepEqual(shown, ['0', '0.001', '0.952', '12.3', '100.0', '1,235', '1,234,567']);
});

numbers('beside a bound there are as many digits as tell the side', () => {
  assert.equal(numberBeside(1.103, 1.1), '1.103');
  assert.equal(numberBeside(0.94996, 0.95), '0.94996');
  assert.equal(numberBeside(1.1, 1.1), '1.10');
  assert.equal(numberBeside(1234.5, 1000), '1,235');
  assert.equal(numberBeside(1.3721, Number.NaN), '1.37');
});

numbers('a table keeps its columns, whatever is in its cells', () => {
  const lines = table(['what', 'n'], [['a|b', '1\n2']]).split('\n');
  assert.deepEqual(lines, ['| what | n |', '| --- | ---: |', '| a\\|b | 1; 2 |']);
});

numbers('what a client prints is read, and what it does not print is missed', () => {
  const printed = parsePrinted('calls 16\nwall 1200\nfree text\n');
  assert.equal(printedValue(printed, 'wall'), 1200);
  assert.throws(() => printedValue(printed, 'server'), /no server/);
});

const plan = suite('plan of the benchmark');

plan('every metric is measured by exactly the work that it names', () => {
  for (const metric of metricNames) {
    const measuring = works.filter((work) => work.metrics.includes(metric));
    assert.deepEqual(
      measuring.map(({ name }) => name),
      [metrics[metric].work],
      metric,
    );
  }
});

plan('every target names a row that its work fills', () => {
  for (const { metric, placement } of targets) {
    const work = works.find(({ name }) => name === metrics[metric].work);
    assert.ok(work?.placements.includes(placement), `${metric}, ${placement}`);
  }
});

plan('every work has a target or is reported', () => {
  const wanted = new Set(targets.map(({ metric }) => metrics[metric].work as string));
  const rest = works.filter(({ name }) => !wanted.has(name)).map(({ name }) => name);
  assert.deepEqual(rest, ['passthrough']);
});

plan('peers that targets name are known', () => {
  for (const { ours, against } of targets) {
    for (const peer of [ours, against ?? ours]) assert.ok(peerNames.includes(peer), peer);
  }
});

plan('no word of the command line means two things', () => {
  const words = ['quick', ...works.map(({ name }) => name), ...peerNames];
  const again = words.filter((word, i) => words.indexOf(word) !== i);
  assert.deepEqual(again, []);
});

plan('only everything in full is worth keeping', () => {
  assert.equal(parseArguments([]).isWhole, true);
  const asked = parseArguments(['quick', 'stat', 'ours']);
  assert.equal(asked.isWhole, false);
  assert.equal(asked.effort.name, 'quick');
  assert.deepEqual([asked.works.map(({ name }) => name), asked.peers], [['stat'], ['ours']]);
  assert.equal(parseArguments(['stat']).isWhole, false);
});

plan('a word that means nothing is refused', () => {
  assert.throws(() => parseArguments(['quik']), /there is no quik/);
});

const places = suite('placements of the benchmark');

places('CPUs are read as the kernel and taskset write them', () => {
  assert.deepEqual(cpusOf('0-2,5'), [0, 1, 2, 5]);
});

places('two CPUs are those that may be used', () => {
  const { server, client } = placement('two CPUs', [3, 7]);
  assert.deepEqual([server, client], ['7', '3']);
});

places('one CPU is no place for two', () => {
  assert.match(placement('two CPUs', [0]).missing ?? '', /one CPU/);
});

const section = suite('sections of the results');

const TEXT = '# Measurements\n\n## Soak\n\nPassed.\n\n## Workers\n\nFast.\n';

section('a new one comes first, and all others stay', () => {
  const text = withSection(TEXT, 'Performance', 'a\n\n### b\n', 'first');
  const expected = TEXT.replace('## Soak', '## Performance\n\na\n\n### b\n\n## Soak');
  assert.equal(text, expected);
});

section('one that is there is replaced where it is', () => {
  assert.equal(withSection(TEXT, 'Soak', 'Failed.', 'last'), TEXT.replace('Passed', 'Failed'));
});

section('a new one comes last', () => {
  assert.equal(withSection(TEXT, 'More', 'x', 'last'), `${TEXT}\n## More\n\nx\n`);
});
