// Checks what no formatter does: that sources are ASCII, at most 100 columns wide and 350 lines
// long, and that no piece of libfuse's source is among them.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const COLUMNS = 100;
const LINES = 350;
/** One entry an operation, each with its contract: a table, whatever its length. */
const TABLES = new Set(['ts/operations.ts']);
/** Pieces shorter than this are alike by chance, as a list of members that an interface demands. */
const RUN = 5;
const CODE = /\.(c|h|ts|mjs|sh)$/;

const [version] = readFileSync('libfuse-version', 'utf8').split(' ');
const libfuse = `build/libfuse-${version}`;
const problems = [];

/** Lines with the spacing taken out, those without a word left out. */
function codeLines(text) {
  return text
    .split('\n')
    .map((line, index) => ({ text: line.replace(/\s+/g, ''), number: index + 1 }))
    .filter(({ text }) => /\w/.test(text));
}

function runs(text) {
  const lines = codeLines(text);
  return lines.slice(RUN - 1).map((_, first) => {
    const run = lines.slice(first, first + RUN);
    return { key: run.map(({ text }) => text).join('\n'), line: run[0].number };
  });
}

const theirs = new Set();
for (const name of readdirSync(libfuse, { recursive: true })) {
  if (!/\.[ch]$/.test(name)) continue;
  for (const { key } of runs(readFileSync(join(libfuse, name), 'utf8'))) theirs.add(key);
}

function checkFile(file) {
  const text = readFileSync(file, 'utf8');
  const lines = text.trimEnd().split('\n');
  if (lines.length > LINES && !TABLES.has(file)) {
    problems.push(`${file}: ${lines.length} lines, over ${LINES}`);
  }
  lines.forEach((line, index) => {
    if (line.length > COLUMNS) problems.push(`${file}:${index + 1}: over ${COLUMNS} columns`);
    if (/[^\t\x20-\x7e]/.test(line)) problems.push(`${file}:${index + 1}: not plain ASCII`);
  });
  const copied = runs(text).find(({ key }) => theirs.has(key));
  if (copied) problems.push(`${file}:${copied.line}: ${RUN} lines as in libfuse's source`);
}

const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z']);
const files = list
  .toString()
  .split('\0')
  .filter((file) => CODE.test(file) && existsSync(file));
for (const file of files) checkFile(file);

for (const problem of problems) console.error(`sources: ${problem}`);
if (theirs.size === 0) throw new Error(`${libfuse} has no source to compare with`);
if (problems.length > 0) process.exit(1);
console.log(`sources: ${files.length} files`);
