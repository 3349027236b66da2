import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { deadline } from './deadline.js';
import type { Calls, Reply } from './hosted.js';
import type { Scope } from './scope.js';

const HOSTED = fileURLToPath(new URL('hosted.js', import.meta.url));
/** As many as Node has by itself, however many the tests have. */
const THREADS = '4';
const CALL_MS = 8000;

/** A process of its own that serves sessions: what it does, and how it ends, is up to the test. */
export class Host {
  readonly #child: ChildProcess;
  readonly #chunks: Buffer[] = [];
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #calls = 0;
  #isGone = false;
  /** Settles with the exit code, or the name of the signal that ended the process. */
  readonly ended: Promise<number | string>;

  constructor(scope: Scope, execArgv: string[] = []) {
    this.#child = fork(HOSTED, {
      execArgv: ['--enable-source-maps', ...execArgv],
      env: { ...process.env, UV_THREADPOOL_SIZE: THREADS },
      silent: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    }
    this.#child.on('message', (reply: Reply) => {
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      this.#isGone = true;
      const failure = `the host has ended: ${signal ?? code}\n${this.output()}`;
      for (const [id, settle] of this.#waiting) settle({ id, failure });
      return signal ?? code;
    });
    scope.after(async () => {
      this.kill('SIGKILL');
      await this.ended;
    });
  }

  /** What it has printed. */
  output(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Has the process do something, and waits for the outcome. */
  async call<K extends keyof Calls>(
    name: K,
    ...args: Parameters<Calls[K]>
  ): Promise<Awaited<ReturnType<Calls[K]>>> {
    if (this.#isGone) throw new Error(`${name}(): the host has ended\n${this.output()}`);
    const id = this.#calls++;
    const replied = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    this.#child.send({ id, name, args }, () => {});
    const { value, failure } = await deadline(replied, CALL_MS, `${name}() of the host`);
    if (failure !== undefined) throw new Error(failure);
    return value as Awaited<ReturnType<Calls[K]>>;
  }
}
