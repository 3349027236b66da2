// Checks what no formatter does: that sources are ASCII, at most 100 columns wide and 350 lines
// long, and that no piece of libfuse's source is among them.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const COLUMNS = 100;
const LINES = 350;
/** One entry an operation or case: tables, whatever their length. */
const TABLES = new Set(['ts/operations.ts', 'ts/session/optable.ts', 'tests/protocol/cases.ts']);
/** Shorter pieces, in words and signs, are alike by chance, or as an interface demands it. */
const PIECE = 40;
const CODE = /\.(c|h|ts|mjs|sh)$/;

const [version] = readFileSync('libfuse-version', 'utf8').split(' ');
const libfuse = `build/libfuse-${version}`;
const problems = [];

/** Every run of PIECE words and signs, with the line where it starts; spacing does not count. */
function* pieces(text) {
  const words = text
    .split('\n')
    .flatMap((line, index) =>
      (line.match(/\w+|[^\s\w]/g) ?? []).map((word) => ({ word, line: index + 1 })),
    );
  for (let first = 0; first + PIECE <= words.length; first++) {
    const piece = words.slice(first, first + PIECE).map(({ word }) => word);
    yield { key: piece.join(' '), line: words[first].line };
  }
}

const theirs = new Set();
for (const name of readdirSync(libfuse, { recursive: true })) {
  if (!/\.[ch]$/.test(name)) continue;
  for (const { key } of pieces(readFileSync(join(libfuse, name), 'utf8'))) theirs.add(key);
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
  for (const { key, line } of pieces(text)) {
    if (!theirs.has(key)) continue;
    problems.push(`${file}:${line}: the same ${PIECE} words as in libfuse's source`);
    break;
  }
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
