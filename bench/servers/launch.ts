import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mountAt } from '../soak/mounts.js';
import { run } from '../soak/programs.js';
import { within } from '../soak/time.js';
import { Keeper } from './keeper.js';
import type { Running, StartOptions } from './peer.js';

const START_MS = 20_000;
const ANSWER_MS = 10_000;
const BUSY_MS = 3000;
const END_MS = 10_000;
const POLL_MS = 2;
/** What of a server's output is kept to be shown. */
const OUTPUT_BYTES = 4096;

/** What serves `mountpoint` in the foreground, and ends when that is unmounted. */
export type Command = (mountpoint: string) => readonly string[];

/** A variable that makes every Node read a file of certificates before it does anything else. */
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

/** The process of one server. */
class Server {
  readonly #child: ChildProcess;
  readonly #keeper: Keeper;
  readonly #ended: Promise<unknown>;
  #output = '';

  constructor(
    readonly mountpoint: string,
    [program = '', ...args]: readonly string[],
    { cpus, env }: StartOptions,
  ) {
    const [file, list] =
      cpus === undefined ? [program, args] : ['taskset', ['-c', cpus, program, ...args]];
    this.#child = spawn(file, list, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, ...env },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk).slice(-OUTPUT_BYTES);
      });
    }
    this.#ended = once(this.#child, 'close');
    this.#ended.catch(() => {});
    this.#keeper = new Keeper(this.pid, mountpoint);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async answering(): Promise<void> {
    try {
      const deadline = performance.now() + START_MS;
      while (mountAt(this.mountpoint) === undefined) {
        this.#check('before it had mounted');
        if (performance.now() > deadline) throw new Error(`no mount after ${START_MS} ms`);
        await sleep(POLL_MS);
      }
      await within(ANSWER_MS, fs.promises.lstat(this.mountpoint), 'the first answer');
    } catch (thrown) {
      await this.#free();
      throw new Error(`${this.#child.spawnargs.join(' ')}: ${thrown}\n${this.#output}`);
    }
  }

  async stop(): Promise<void> {
    try {
      this.#check('while it served');
      await this.#unmount();
      await within(END_MS, this.#ended, 'the end of the server');
      if (this.#child.exitCode !== 0) this.#check('badly');
    } finally {
      await this.#free();
    }
  }

  /** @throws Error when the server has ended. */
  #check(when: string): void {
    const { exitCode, signalCode, spawnargs, pid } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) return;
    const how = signalCode ?? `with status ${exitCode}`;
    throw new Error(`${spawnargs.join(' ')} ended ${when}, ${how}:\n${this.#output}`);
  }

  async #unmount(): Promise<void> {
    const how = process.getuid?.() === 0 ? ['umount'] : ['fusermount3', '-u'];
    const [program = '', ...flags] = how;
    const deadline = performance.now() + BUSY_MS;
    for (;;) {
      const { status, output } = await run(program, ...flags, this.mountpoint);
      if (status === 0) return;
      // What a client had open is closed a moment after its end.
      if (performance.now() > deadline) throw new Error(output);
      await sleep(POLL_MS);
    }
  }

  async #free(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#keeper.release();
    await this.#ended.catch(() => {});
  }
}

/** Starts a server on a new mountpoint, and resolves when it answers. @throws Error */
export async function launch(command: Command, options: StartOptions): Promise<Running> {
  const dir = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'served-'));
  const server = new Server(dir, command(dir), options);
  await server.answering();
  return { pid: server.pid, mountpoint: dir, stop: () => server.stop() };
}
