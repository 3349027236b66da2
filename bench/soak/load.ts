import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LoadKind } from './loads/kinds.js';
import type { Outcome, Task } from './loads/task.js';
import { whereabouts } from './processes.js';
import { Late, within } from './time.js';

const PROGRAM = fileURLToPath(new URL('loads/main.js', import.meta.url));
const BEGIN_MS = 15_000;
/** From the end of a mount, or from SIGKILL, to the end of its callers. */
const END_MS = 10_000;

/** What callers get from a mount that is being ended. */
const AT_THE_END = ['ENOTCONN', 'ECONNABORTED', 'ENODEV', 'EIO', 'ENOENT'];

/** A program that uses a mount. */
export class Load {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #begun: Promise<void>;
  readonly #ended: Promise<void>;
  #isKilled = false;

  constructor(
    readonly kind: LoadKind,
    task: Task,
  ) {
    this.#child = spawn(process.execPath, [PROGRAM, kind, JSON.stringify(task)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    const { stdin, stdout } = this.#child;
    if (stdin === null || stdout === null) throw new Error('no pipes');
    stdin.on('error', () => {});
    const lines = createInterface(stdout);
    lines.on('line', (line) => this.#lines.push(line));
    this.#begun = once(lines, 'line').then(() => {});
    this.#ended = once(this.#child, 'close').then(() => {});
    // A failed spawn; heard of by whoever waits for the end.
    this.#ended.catch(() => {});
    this.#begun.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** It has its first answers; or has ended already. */
  async begun(): Promise<void> {
    const what = `the load ${this.kind} (${this.pid}) has not begun`;
    await this.#inTime(BEGIN_MS, Promise.race([this.#begun, this.#ended]), what);
  }

  /** Waits for its word before it ends. */
  get isHolder(): boolean {
    return /holder/i.test(this.kind);
  }

  /** Its end, without any error. */
  async succeeded(): Promise<void> {
    await this.ended();
    const complaint = this.complaint(process.hrtime.bigint());
    if (complaint !== undefined) throw new Error(`${this.kind} ${complaint}`);
  }

  /** Lets one that holds something go on. */
  release(): void {
    this.#child.stdin?.end('\n');
  }

  kill(): void {
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
  }

  /** @throws Late with the place in the kernel where it is blocked. */
  async ended(): Promise<void> {
    const what = `the load ${this.kind} (${this.pid}) is blocked`;
    await this.#inTime(END_MS, this.#ended, what);
  }

  async #inTime(ms: number, work: Promise<void>, what: string): Promise<void> {
    try {
      await within(ms, work, what);
    } catch (thrown) {
      if (!(thrown instanceof Late)) throw thrown;
      throw new Late(`${thrown.message}\n${whereabouts(this.pid)}`);
    }
  }

  /** What it did wrong, once it has ended. @param endAt when errors became right, ns. */
  complaint(endAt: bigint): string | undefined {
    if (this.#isKilled) return undefined;
    const { exitCode, signalCode } = this.#child;
    const outcome = this.#outcome();
    if (outcome === undefined) return `ended with ${signalCode ?? exitCode}, without a word`;
    if (outcome.wrong !== undefined) return `read wrong data: ${outcome.wrong}`;
    const { error } = outcome;
    if (error === undefined) return undefined;
    if (BigInt(error.at) < endAt) return `failed before the end: ${error.message}`;
    return AT_THE_END.includes(error.code) ? undefined : `failed strangely: ${error.message}`;
  }

  #outcome(): Outcome | undefined {
    try {
      return JSON.parse(this.#lines.at(-1) ?? '') as Outcome;
    } catch {
      return undefined;
    }
  }
}
