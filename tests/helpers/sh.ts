import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { deadline } from './deadline.js';

/** Programs here are short; what takes longer hangs. */
const PROGRAM_MS = 8_000;

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions extends SpawnOptions {
  timeout?: number;
  input?: string | Buffer;
}

/**
 * Runs a program to its end. After the deadline its process group is killed and this rejects, also
 * when the program can't die because it waits for a mount: whoever owns the mount frees it.
 */
export async function exec(file: string, args: string[], options: RunOptions = {}): Promise<Ran> {
  const { timeout = PROGRAM_MS, input, ...rest } = options;
  const child = spawn(file, args, { ...rest, stdio: 'pipe', detached: true });
  const chunks: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => chunks[0].push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks[1].push(chunk));
  // A program that ends before it has read its input is judged by its status.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  try {
    const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    const [status] = await deadline(closed, timeout, [file, ...args].join(' ').slice(0, 200));
    const [stdout, stderr] = chunks.map((part) => Buffer.concat(part).toString()) as [
      string,
      string,
    ];
    return { status, stdout, stderr };
  } catch (error) {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    throw error;
  }
}

/** Runs a shell script, which must succeed; returns what it printed. */
export async function sh(script: string, options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await exec('/bin/sh', ['-ec', script], options);
  if (status !== 0) throw new Error(`exit code ${status} of: ${script}\n${stdout}${stderr}`);
  return stdout;
}

/** Why a test that needs these programs can't run here; undefined when it can. */
export async function missingPrograms(...programs: string[]): Promise<string | undefined> {
  const { stdout } = await exec('/bin/sh', [
    '-c',
    'for program; do command -v "$program" >/dev/null || echo "$program"; done',
    'sh',
    ...programs,
  ]);
  const missing = stdout.trim().split('\n').filter(Boolean);
  return missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined;
}
