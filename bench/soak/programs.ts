import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from './time.js';

/** What runs here is short, unless it waits for a mount that does not answer. */
const PROGRAM_MS = 10_000;

export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a program to its end; never with a mount of ours as working directory. */
export async function run(file: string, ...args: string[]): Promise<Ran> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  }
  try {
    const [status] = await within(PROGRAM_MS, once(child, 'close'), [file, ...args].join(' '));
    return { status, output: Buffer.concat(chunks).toString().trim() };
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}

/** As `run`. @throws Error when it fails. */
export async function succeed(file: string, ...args: string[]): Promise<string> {
  const { status, output } = await run(file, ...args);
  if (status === 0) return output;
  throw new Error(`${[file, ...args].join(' ')}: status ${status}: ${output}`);
}
