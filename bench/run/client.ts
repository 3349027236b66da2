import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { within } from '../soak/time.js';

export const CLIENTS = fileURLToPath(new URL('../../clients', import.meta.url));

/** A variable that makes every Node read a file of certificates before it does anything else. */
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

/** For a killed client to be gone, once nothing holds it. */
const KILL_MS = 2000;
const SHOWN = 500;

/** What a client has printed: a number for each name. */
export type Printed = Readonly<Record<string, number>>;

export interface ClientOptions {
  /** CPUs that it may use, as taskset(1) takes them. */
  readonly cpus?: string | undefined;
  readonly limitMs: number;
  /** Directory where it runs; never the thread that serves it. */
  readonly cwd?: string;
  /** Frees what the client may wait for in vain. */
  free?(): Promise<unknown>;
}

export function parsePrinted(text: string): Printed {
  return Object.fromEntries(
    Array.from(text.matchAll(/^(\w+) (\d+)$/gm), ([, name, value]) => [name, Number(value)]),
  );
}

/** The value that a client must have printed. */
export function printedValue(printed: Printed, name: string): number {
  const value = printed[name];
  if (value === undefined) throw new Error(`a client printed no ${name}`);
  return value;
}

/** Runs a program of bench/clients to its end. @throws Error when it fails or takes too long. */
export async function runClient(
  name: string,
  args: readonly string[],
  { cpus, limitMs, cwd = '/', free }: ClientOptions,
): Promise<Printed> {
  const command = [`${CLIENTS}/${name}`, ...args];
  const [file = '', ...list] = cpus === undefined ? command : ['taskset', '-c', cpus, ...command];
  const child = spawn(file, list, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
    detached: true,
    env: { ...environment, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const ended = once(child, 'close');
  ended.catch(() => {});
  try {
    const [status] = await within(limitMs, ended, `${name} ${args.join(' ')}`);
    if (status === 0) return parsePrinted(output.stdout);
  } catch (thrown) {
    await end(child.pid, ended, free);
    throw thrown;
  }
  throw new Error(`${name}: ${output.stderr.trim().slice(-SHOWN) || 'failed without a word'}`);
}

/** A caller that waits for an answer dies only when the mount is freed. */
async function end(
  pid: number | undefined,
  ended: Promise<unknown>,
  free: ClientOptions['free'],
): Promise<void> {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
  await free?.();
  await within(KILL_MS, ended, 'the end of a killed client').catch(() => {});
}
