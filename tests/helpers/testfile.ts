import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deadline } from './deadline.js';
import { freeMounts } from './freemount.js';
import type { Message, Outcome } from './report.js';

const ENTRY = fileURLToPath(new URL('entry.js', import.meta.url));
/** A file that has reported its end, or was killed, is given this long to be gone. */
const EXIT_MS = 10_000;
/** Calls that block in the kernel each hold a thread; the tests of 99 tasks need as many. */
const THREADS = '128';

export interface FileResult {
  outcomes: Outcome[];
  /** What the file printed, shown when something failed. */
  output: string;
  ms: number;
}

/**
 * The lower rungs test modules one by one; then 'wasmfuse' means those too, not the bundle of them
 * that users get, or there would be two of each class.
 */
function conditions(file: string): string[] {
  const isLow = /\/(unit|protocol)\/[^/]+$/.test(file);
  return isLow ? ['--conditions=wasmfuse-unbundled'] : [];
}

function failed(name: string, reason: string): Outcome {
  return { type: 'outcome', name, status: 'failed', reason };
}

/** The process of one test file, with a process group and a temporary directory of its own. */
class TestProcess {
  readonly outcomes: Outcome[] = [];
  readonly #dir = mkdtempSync(join(tmpdir(), 'wasmfuse-test-'));
  readonly #child: ChildProcess;
  readonly #chunks: Buffer[] = [];
  #running = 'loading';
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string) {
    this.#child = spawn(
      process.execPath,
      ['--enable-source-maps', ...conditions(file), ENTRY, file],
      {
        env: { ...process.env, TMPDIR: this.#dir, UV_THREADPOOL_SIZE: THREADS },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        detached: true,
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    }
  }

  get output(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  /** Settles when the process is gone, or can't be killed. */
  async end(ms: number): Promise<void> {
    let giveUp: (exit: [null, string]) => void;
    const givenUp = new Promise<[null, string]>((resolve) => {
      giveUp = resolve;
    });
    const expectEnd = (limit: number, reason: string) => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.outcomes.push(failed(this.#running, reason));
        this.cleanUp();
        this.#timer = setTimeout(() => giveUp([null, 'it can not be killed']), EXIT_MS);
      }, limit);
    };
    expectEnd(ms, `no end after ${ms} ms`);
    this.#child.on('message', (message: Message) => {
      if (message.type === 'outcome') this.outcomes.push(message);
      else if (message.type === 'start') this.#running = message.name;
      else {
        this.#ended = true;
        expectEnd(EXIT_MS, `the process goes on ${EXIT_MS} ms after its last test`);
      }
    });
    // The last messages can arrive after the exit, but not after the disconnect.
    const gone = Promise.all([once(this.#child, 'exit'), once(this.#child, 'disconnect')]);
    const [code, signal] = await Promise.race([gone.then(([exit]) => exit), givenUp]);
    clearTimeout(this.#timer);
    this.#judge(signal ?? `exit code ${code}`);
  }

  #judge(how: string): void {
    const settled = this.outcomes.some(({ name }) => name === this.#running);
    if (!this.#ended && !settled) {
      this.outcomes.push(failed(this.#running, `the process ended early: ${how}`));
    }
    if (this.outcomes.length === 0) this.outcomes.push(failed('loading', 'the file has no tests'));
  }

  /** Frees the mounts and kills the processes that are left; a mount left is a failure. */
  cleanUp(): void {
    for (const { mountpoint } of freeMounts(this.#dir)) {
      this.outcomes.push(failed('cleaning up', `left mounted: ${mountpoint}`));
    }
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // The whole group is gone already.
    }
  }

  async dispose(): Promise<void> {
    this.cleanUp();
    const open = [this.#child.stdout, this.#child.stderr].filter(
      (stream) => stream?.closed === false,
    );
    const drained = open.map((stream) => stream && once(stream, 'close'));
    await deadline(Promise.all(drained), EXIT_MS, 'output').catch(() => {});
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/**
 * Runs one test file. It counts as failed when it crashes, hangs, runs no test, or leaves a mount;
 * nothing of it remains.
 */
export async function runTestFile(file: string, ms: number): Promise<FileResult> {
  const start = performance.now();
  const test = new TestProcess(file);
  const cleanUp = () => test.cleanUp();
  process.once('exit', cleanUp);
  await test.end(ms);
  await test.dispose();
  process.off('exit', cleanUp);
  return { outcomes: test.outcomes, output: test.output, ms: performance.now() - start };
}
