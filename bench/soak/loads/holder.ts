import { once } from 'node:events';
import fs from 'node:fs';
import { contentAt } from '../content.js';
import { demand, type Steps, type Task } from './task.js';
import { readWhole } from './whole.js';

const LENGTH = 100_000;

async function* hold(fd: number): Steps {
  yield;
  await once(process.stdin, 'data');
  process.stdin.destroy();
  const bytes = readWhole(fd, 0, LENGTH);
  demand(bytes.equals(contentAt(0, 0, LENGTH)), 'what the open file holds');
  fs.closeSync(fd);
}

/** Keeps a file open until it is told to read it. */
export async function* holder({ dir, index }: Task): Steps {
  const file = `${dir}/held-${index}`;
  fs.writeFileSync(file, contentAt(0, 0, LENGTH));
  yield* hold(fs.openSync(file, 'r'));
}

/** The same with a file that is there already. */
export async function* patternHolder({ dir }: Task): Steps {
  yield* hold(fs.openSync(`${dir}/pattern-0`, 'r'));
}
