import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SystemError } from 'wasmfuse';
import { deadline } from './deadline.js';
import type { Scope } from './scope.js';
import { exec, missingPrograms } from './sh.js';

const SOURCE = fileURLToPath(new URL('../../../tests/helpers/syscall.c', import.meta.url));
const PROGRAM = fileURLToPath(new URL('syscall', import.meta.url));

function upToDate(): boolean {
  const built = statSync(PROGRAM, { throwIfNoEntry: false });
  return built !== undefined && built.mtimeMs >= statSync(SOURCE).mtimeMs;
}

let ready: Promise<void> | undefined;

async function compile(): Promise<void> {
  if (upToDate()) return;
  const missing = await missingPrograms('cc');
  if (missing !== undefined) throw new Error(missing);
  // Test files run side by side: each compiles to a name of its own, and the last one stays.
  const own = `${PROGRAM}.${process.pid}`;
  mkdirSync(dirname(PROGRAM), { recursive: true });
  const { status, stderr } = await exec('cc', ['-Wall', '-Wextra', '-O1', '-o', own, SOURCE]);
  if (status !== 0) throw new Error(stderr);
  renameSync(own, PROGRAM);
}

/**
 * Makes a system call in another process (see syscall.c for names and arguments); returns what it
 * printed.
 *
 * @throws SystemError with the errno of the call.
 */
export async function syscall(
  name: string,
  ...args: (string | number | bigint)[]
): Promise<string> {
  ready ??= compile();
  await ready;
  const { status, stdout, stderr } = await exec(PROGRAM, [name, ...args.map(String)]);
  if (status === 1) throw new SystemError(Number(stderr), name, String(args[0]));
  if (status !== 0) throw new Error(`syscall ${name} ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** A system call that goes on, line by line. */
export interface Running {
  pid: number;
  /** The next line it prints; undefined at its end. */
  line(ms?: number): Promise<string | undefined>;
  /** Lets it take its next step, or end when it holds something. */
  step(): void;
  release(): void;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a system call that blocks, or holds what it got until it is released. */
export async function startSyscall(
  scope: Scope,
  name: string,
  ...args: (string | number)[]
): Promise<Running> {
  ready ??= compile();
  await ready;
  const child = spawn(PROGRAM, [name, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {});
  scope.after(() => child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    pid: child.pid as number,
    line: async (ms = 5000) => (await deadline(lines.next(), ms, `${name}: next line`)).value,
    step: () => void child.stdin.write('\n'),
    release: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
  };
}
