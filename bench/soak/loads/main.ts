/** A program that uses a mount: `main.js <kind> <Task as JSON>`. Prints a line when it has begun,
 * and its Outcome at its end. */
import fs from 'node:fs';
import { kinds, type LoadKind } from './kinds.js';
import { type Outcome, type Task, Wrong } from './task.js';

const [kind, json = ''] = process.argv.slice(2);
const task: Task = JSON.parse(json);

function isGone(): boolean {
  try {
    return fs.statSync(task.dir).dev !== task.device;
  } catch {
    return true;
  }
}

function say(line: string): void {
  fs.writeSync(process.stdout.fd, `${line}\n`);
}

function failed(steps: number, thrown: unknown): Outcome {
  const at = String(process.hrtime.bigint());
  const { code = 'none', message, stack } = thrown as NodeJS.ErrnoException;
  // Below the mount is an empty directory, which is not what was written.
  if (thrown instanceof Wrong && !isGone()) return { steps, wrong: message };
  if (thrown instanceof Wrong) return { steps, error: { code: 'ENOENT', message, at } };
  return { steps, error: { code, message: code === 'none' ? `${stack}` : message, at } };
}

async function work(): Promise<Outcome> {
  let steps = 0;
  try {
    for await (const _ of kinds[kind as LoadKind](task)) {
      if (steps === 0) say('begun');
      if (++steps === task.steps) break;
      if (isGone()) {
        const at = String(process.hrtime.bigint());
        return { steps, error: { code: 'ENOENT', message: 'the mount is gone', at } };
      }
    }
    return { steps };
  } catch (thrown) {
    return failed(steps, thrown);
  }
}

say(JSON.stringify(await work()));
