import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { deadline, until } from '../helpers/deadline.js';
import { mountCli } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { missingPrograms } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const INTERVAL_MS = 200;

const test = suite('the example notify');

const mounted = (scope: Scope, ...more: string[]) =>
  mountCli(scope, ['notify', '-o', `interval=${INTERVAL_MS}`, ...more]);

test('shows a file changing under tail -f', async (scope) => {
  const missing = await missingPrograms('tail');
  if (missing !== undefined) scope.skip(missing);
  const { dir } = await mounted(scope);
  const tail = spawn('tail', ['-s', '0.1', '-f', `${dir}/log`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  scope.after(() => tail.kill('SIGKILL'));
  const lines = createInterface(tail.stdout)[Symbol.asyncIterator]();
  let last = '';
  while (last !== 'tick 8') last = (await deadline(lines.next(), 5000, 'a line')).value;
});

test('lets who watches a file hear that it is gone', async (scope) => {
  const { dir } = await mounted(scope);
  // The watch may come too late for one tick.
  const hears = async () => {
    const name = (await readdir(dir)).find((each) => each.startsWith('tick-')) ?? '';
    const child = spawn(process.execPath, ['-e', WATCHER, `${dir}/${name}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    scope.after(() => child.kill('SIGKILL'));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    return (await deadline(lines.next(), 5000, 'what the watcher says')).value === 'rename';
  };
  await until(hears, 10_000, 'a watcher that hears');
});

/** Says the first event of a file; `rename` is what Node makes of IN_DELETE_SELF. */
const WATCHER = `
const watcher = require('node:fs').watch(process.argv[1], (event) => {
  if (event !== 'rename') return;
  console.log(event);
  process.exit();
});
watcher.on('error', (error) => { console.log(error.code); process.exit(); });
`;

test('shows each tick in place of the one before', async (scope) => {
  const { dir } = await mounted(scope);
  const seen = new Set<string>();
  const looks = async () => {
    const [name] = (await readdir(dir)).filter((each) => each.startsWith('tick-'));
    if (name !== undefined) seen.add(name);
    return seen.size >= 4;
  };
  await until(looks, 5000, 'four ticks');
  for (const gone of [...seen].slice(0, -2)) {
    await assert.rejects(stat(`${dir}/${gone}`), { code: 'ENOENT' }, gone);
  }
});

test('keeps what is cached when it tells the kernel nothing', async (scope) => {
  const { dir } = await mounted(scope, '--data', '{"silent":true}');
  const before = await readFile(`${dir}/log`, 'utf8');
  const { size } = await stat(`${dir}/log`);
  await sleep(5 * INTERVAL_MS);
  assert.equal((await stat(`${dir}/log`)).size, size);
  assert.equal(await readFile(`${dir}/log`, 'utf8'), before);
});
