import fs from 'node:fs/promises';
import { join } from 'node:path';
import { succeed } from '../../soak/programs.js';

const TRACKED = 2000;
const ARCHIVED = 1000;
const SOURCES = 10;
const IN_A_DIRECTORY = 100;
/** So that git can trust the times of files: it reads again what is as new as its index. */
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

const line = 'a line of text that is neither long nor short\n';

/** Files of 1 to 8 KiB, a hundred in a directory. */
async function writeFiles(directory: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const place = join(directory, `part-${Math.floor(i / IN_A_DIRECTORY)}`);
    if (i % IN_A_DIRECTORY === 0) await fs.mkdir(place, { recursive: true });
    const file = join(place, `file-${i}.txt`);
    await fs.writeFile(file, `${i}\n${line.repeat(20 + ((i * 37) % 150))}`);
    await fs.utimes(file, LONG_AGO, LONG_AGO);
  }
}

async function makeRepository(directory: string): Promise<void> {
  await writeFiles(directory, TRACKED);
  const git = (...args: string[]) => succeed('git', '-C', directory, ...args);
  await git('init', '--quiet');
  await git('add', '.');
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
  await git(...identity, 'commit', '--quiet', '-m', 'all');
}

async function makeArchive(directory: string): Promise<void> {
  const files = join(directory, 'files');
  await writeFiles(files, ARCHIVED);
  await succeed('tar', '-C', files, '-cf', join(directory, 'archive.tar'), '.');
  await fs.rm(files, { recursive: true });
}

/** A program whose every source includes what programs usually do. */
async function makeSources(directory: string): Promise<void> {
  await fs.mkdir(directory);
  const names = Array.from({ length: SOURCES }, (_, i) => `part_${i}`);
  await fs.writeFile(join(directory, 'parts.h'), names.map((n) => `int ${n}(int);\n`).join(''));
  const headers = '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n';
  const includes = `${headers}#include "parts.h"\n`;
  for (const name of names) {
    const body = `int ${name}(int n) { return (int)strlen("${name}") * n; }\n`;
    await fs.writeFile(join(directory, `${name}.c`), includes + body);
  }
  const sum = names.map((name) => `${name}(1)`).join(' + ');
  const main = `int main(void) { return printf("%d\\n", ${sum}) > 0 ? 0 : 1; }\n`;
  await fs.writeFile(join(directory, 'main.c'), includes + main);
}

/** What the programs work on: a repository, an archive, and the sources of a program. */
export async function makeTree(directory: string): Promise<void> {
  await fs.mkdir(directory);
  await makeRepository(join(directory, 'repository'));
  await fs.mkdir(join(directory, 'archive'));
  await makeArchive(join(directory, 'archive'));
  await makeSources(join(directory, 'build'));
}

export async function copyTree(from: string, to: string): Promise<void> {
  await succeed('cp', '-a', from, to);
}
