import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { free } from './freeing.js';
import type { Load } from './load.js';
import { type MountEntry, mountAt } from './mounts.js';
import type { Subject } from './subject.js';
import { becomes, within } from './time.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const MOUNT_MS = 15_000;
const END_MS = 10_000;

/** A process that serves: `wasmfuse mount`. */
export class Command implements Subject {
  readonly loads: Load[] = [];

  private constructor(
    readonly dir: string,
    readonly mount: MountEntry,
    readonly child: ChildProcess,
    readonly ended: Promise<unknown>,
  ) {}

  /** @param args of `wasmfuse mount`, with the mountpoint. */
  static async start(dir: string, args: string[]): Promise<Command> {
    const child = spawn(process.execPath, [PROGRAM, 'mount', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    });
    const ended = once(child, 'close');
    const isStarted = () => mountAt(dir) !== undefined || child.exitCode !== null;
    const isInTime = await becomes(MOUNT_MS, isStarted);
    const mount = mountAt(dir);
    if (isInTime && mount !== undefined) return new Command(dir, mount, child, ended);
    child.kill('SIGKILL');
    throw new Error(`wasmfuse mount has not mounted; exit code ${child.exitCode}`);
  }

  /** How it has ended: the exit code, or the name of the signal. */
  async end(): Promise<string> {
    await within(END_MS, this.ended, 'the end of wasmfuse mount');
    return String(this.child.signalCode ?? this.child.exitCode);
  }

  async finish(ending: RegExp = /^0$/): Promise<void> {
    const end = await this.end();
    if (!ending.test(end)) throw new Error(`wasmfuse mount ended with ${end}, not ${ending}`);
  }

  async rescue(): Promise<void> {
    this.child.kill('SIGKILL');
    await free(this.mount);
    await within(END_MS, this.ended, 'the end of a killed server').catch(() => {});
  }
}
