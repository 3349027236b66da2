/**
 * The test runner: `node build/tests/run.js [rung | name | file]...`, where a rung is unit,
 * protocol, mount or posix, and a name any part of a file's path. Exits 0 only when nothing failed.
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { offerUring } from './helpers/offer.js';
import type { Outcome } from './helpers/report.js';
import { type FileResult, runTestFile } from './helpers/testfile.js';

const ROOT = dirname(fileURLToPath(import.meta.url));
/** Cheapest first: what they find explains the failures of the later ones. */
const RUNGS = ['unit', 'protocol', 'mount', 'posix'];
/** More would only share the processors, and make every deadline a matter of luck. */
const AT_ONCE = 2;
const MOST_NAMES = 20;
const FILE_MS = Number(process.env.WASMFUSE_TEST_FILE_MS ?? 120_000);

function testFiles(filters: string[]): string[] {
  const all = RUNGS.filter((rung) => existsSync(join(ROOT, rung))).flatMap((rung) =>
    readdirSync(join(ROOT, rung), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.js'))
      .sort()
      .map((name) => join(ROOT, rung, name)),
  );
  if (filters.length === 0) return all;
  return filters.flatMap((filter) => {
    if (filter.endsWith('.js') && existsSync(filter)) return [resolve(filter)];
    const found = all.filter((file) => relative(ROOT, file).includes(filter));
    if (found.length === 0) throw new Error(`no test file matches ${filter}`);
    return found;
  });
}

function count(outcomes: Outcome[], status: Outcome['status']): number {
  return outcomes.filter((outcome) => outcome.status === status).length;
}

function totals(outcomes: Outcome[]): string {
  const skipped = count(outcomes, 'skipped');
  const text = `${count(outcomes, 'passed')} passed, ${count(outcomes, 'failed')} failed`;
  return skipped > 0 ? `${text}, ${skipped} skipped` : text;
}

function printFile(name: string, { outcomes, output, ms }: FileResult): void {
  const failures = outcomes.filter(({ status }) => status === 'failed');
  const mark = failures.length > 0 ? 'FAIL' : 'ok  ';
  console.log(`${mark} ${name}: ${totals(outcomes)} (${(ms / 1000).toFixed(1)} s)`);
  if (failures.length === 0) return;
  console.log(output.replace(/^/gm, '  | '));
  for (const { name, reason } of failures) console.log(`  FAILED ${name}\n    ${reason}`);
}

/** Every reason, with the tests that it holds for; many tests of one reason are only counted. */
function printSkipped(outcomes: Outcome[]): void {
  const byReason = new Map<string, string[]>();
  for (const { name, status, reason = '' } of outcomes) {
    if (status === 'skipped') byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  for (const [reason, names] of byReason) {
    console.log(`\nskipped, ${reason}:`);
    for (const name of names.slice(0, MOST_NAMES)) console.log(`  ${name}`);
    const more = names.length - MOST_NAMES;
    if (more > 0) console.log(`  and ${more} more`);
  }
}

const files = [...new Set(testFiles(process.argv.slice(2)))];
const all: Outcome[] = [];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The exit handlers of the files that run free their mounts and processes.
  process.once(signal, () => process.exit(1));
}

// For the whole run, as files of tests that run side by side may need it.
if (files.some((file) => relative(ROOT, file).includes('uring'))) offerUring();

const queue = files.values();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const file of queue) {
      const result = await runTestFile(file, FILE_MS);
      printFile(relative(ROOT, file), result);
      all.push(...result.outcomes);
    }
  }),
);

printSkipped(all);
console.log(`\n${totals(all)}`);
process.exitCode = count(all, 'failed') === 0 ? 0 : 1;
