import { strict as assert } from 'node:assert';
import { countParts, type Part, partOf, parts } from '#bench/profile/parts.js';
import { report } from '#bench/profile/report.js';
import { requests } from '#bench/profile/scenarios/requests.js';
import { suite } from '../helpers/suite.js';

const test = suite('parts of a profile');

const SAMPLES: [symbol: string, file: string, part: Part][] = [
  ['do_syscall_64', '[kernel.kallsyms]', 'the kernel'],
  ['fuse_dev_do_write', '/lib/modules/6.1/kernel/fs/fuse/fuse.ko [kernel]', 'the kernel'],
  ['JS:*#serve file:///x/dist/core.js:6408:9', '[JIT] tid 14773', 'JavaScript'],
  ['[unknown]', '/tmp/perf-14773.map', 'JavaScript'],
  ['JS:wasm-function[111]-111-turbofan', '[JIT] tid 14773', 'WebAssembly'],
  ['JS:wasm-to-js::-0-turbofan', '/tmp/perf-14773.map', 'WebAssembly'],
  ['channel_send', '/x/build/shim.node', 'the shim'],
  ['Builtins_CallApiCallback', '/usr/bin/node', "Node's own code"],
  ['__GI___writev', '/usr/lib/x86_64-linux-gnu/libc.so.6', 'the C library'],
  ['__vdso_clock_gettime', '[vdso]', 'the C library'],
  ['fuse_reply_attr', '/usr/lib/libfuse3.so.3', 'all else, in C the filesystem and libfuse'],
];

test('are told by function and file', () => {
  for (const [symbol, file, part] of SAMPLES) assert.equal(partOf(symbol, file), part, symbol);
});

test('count every sample that perf prints', () => {
  const text = SAMPLES.map(([symbol, file]) => `   7f7ea0fba9e8 ${symbol} (${file})\n`).join('');
  const counts = countParts(`${text}${text}\n`);
  assert.deepEqual([...counts.keys()], parts);
  const sum = [...counts.values()].reduce((all, count) => all + count, 0);
  assert.equal(sum, 2 * SAMPLES.length);
  assert.equal(counts.get('WebAssembly'), 4);
});

test('stand beside each other, one row each, with all of them below', () => {
  const one = { parts: new Map<Part, number>([['the kernel', 2.5]]), all: 2.75, delay: 0.5 };
  const other = { parts: new Map<Part, number>([['the shim', 1]]), all: 1, delay: 0 };
  const profiled = {
    peers: ['ours', 'c'] as const,
    profiles: [one, other],
    load: { others: 0.02, stolen: 0 },
  };
  const lines = report('stat', requests.stat, profiled).trim().split('\n');
  assert.match(lines[0] as string, /^\*\*stat\*\*, one CPU: .* others used up to 2 % /);
  assert.equal(lines[2], '|  | wasmfuse | libfuse3 in C |');
  assert.equal(lines[4], '| the kernel | 2.50 | 0 |');
  assert.ok(lines.includes('| the shim | 0 | 1.00 |'));
  assert.deepEqual(lines.slice(-2), [
    '| all | 2.75 | 1.00 |',
    '| beside: ready to run, but others did | 0.500 | 0 |',
  ]);
});

test('that can not be made say why', () => {
  const text = report('uring', requests.uring, 'FUSE over io_uring is off');
  assert.equal(text, '**uring** is missing: FUSE over io_uring is off\n');
});
