// Checks that ARCHITECTURE.md tells of every module of the product, and of none that is not there.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Where each file is told of by its name; of what lies elsewhere only directories are. */
const DIRECTORIES = new Set(['ts', 'ts/session', 'shim', 'wasm']);
const NAME = /`([\w*]+\.(?:c|h|ts|txt))`/g;

const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z']);
const files = list.toString().split('\0').filter(Boolean);
const told = [...readFileSync('ARCHITECTURE.md', 'utf8').matchAll(NAME)].map(([, name]) => name);

const isNamed = (file, name) =>
  new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(basename(file));
/** A header goes with the file whose interface it is. */
const isTold = (file) =>
  told.some((name) => isNamed(file, name) || isNamed(file.replace(/\.h$/, '.c'), name));

const untold = files.filter((file) => DIRECTORIES.has(dirname(file)) && !isTold(file));
const gone = told.filter((name) => !files.some((file) => isNamed(file, name)));
const problems = [
  ...untold.map((file) => `ARCHITECTURE.md does not tell of ${file}`),
  ...gone.map((name) => `ARCHITECTURE.md tells of ${name}, which is nowhere`),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`architecture: ${told.length} names`);
