import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import type { SessionConfig } from 'wasmfuse';
import { type Deed, WORDS, Word } from '../fixtures/ends.js';
import { deadline, until } from './deadline.js';
import { connectionOf } from './freemount.js';
import type { Host } from './host.js';
import { mountpointOf } from './mount.js';
import { fuseMountsUnder } from './mountinfo.js';
import type { Scope } from './scope.js';
import { syscall } from './syscall.js';

const MODULE = new URL('../fixtures/ends.js', import.meta.url).href;
const SETTLE_MS = 3000;

/** Where a session is served, and which of its threads ends it where that matters. */
export interface Place {
  workers?: number;
  doer?: number;
  instance?: boolean;
}

export const MAIN_THREAD = 'the main thread';
export const ONE = 'one worker';
/** Where no thread is special. */
export const PLACES: Record<string, Place> = {
  [ONE]: { workers: 1 },
  'three workers': { workers: 3 },
  [MAIN_THREAD]: { instance: true },
};
/** Where one thread is. */
export const DOERS: Record<string, Place> = {
  [ONE]: { workers: 1 },
  'the first of three workers': { workers: 3, doer: 0 },
  'another of three workers': { workers: 3, doer: 1 },
  [MAIN_THREAD]: { instance: true },
};

export interface TrialOptions {
  deed?: Deed;
  options?: string[];
  config?: SessionConfig;
}

/** What became of a caller: it was answered, or the name of the errno that it got. */
export type Outcome = string;
export const ANSWERED: Outcome = 'answered';

function call(path: string): Promise<Outcome> {
  return syscall('pread', path, 0, 1).then(
    () => ANSWERED,
    (error: NodeJS.ErrnoException) => error.code ?? `blocked: ${error.message}`,
  );
}

/** Requests that the kernel has for a mount, be they read by the server or not. */
function requests(dir: string): number {
  const [mount] = fuseMountsUnder(dir);
  return mount === undefined ? 0 : Number(readFileSync(`${connectionOf(mount)}/waiting`, 'utf8'));
}

/** A session in a host, and callers that wait for it. */
export class Trial {
  readonly #callers: Promise<Outcome>[] = [];

  private constructor(
    readonly host: Host,
    readonly dir: string,
    /** Tasks, and callers in a handler. */
    readonly tasks: number,
  ) {}

  /** Serves where `place` says, with one task a thread. */
  static async begin(
    scope: Scope,
    host: Host,
    { workers = 1, doer = 0, instance = false }: Place,
    { deed, options = [], config = {} }: TrialOptions = {},
  ): Promise<Trial> {
    const mountpoint = mountpointOf(scope);
    await host.call('open', {
      module: MODULE,
      mountpoint,
      options,
      config: { ...config, ...(workers > 1 && { workers }) },
      words: WORDS,
      data: { deed, doer },
      instance,
      maxTasks: workers,
    });
    const [mount] = fuseMountsUnder(mountpoint);
    if (mount !== undefined && connectionOf(mount) === undefined) {
      scope.skip('no requests can be counted here: /sys/fs/fuse/connections is empty');
    }
    return new Trial(host, mountpoint, workers);
  }

  /** Has a caller in each handler, and one more in the kernel's queue. */
  async occupy(): Promise<void> {
    const callers = this.tasks + 1;
    for (let i = 0; i < callers; i++) this.#callers.push(call(`${this.dir}/held`));
    const isFull = async () => {
      const held = await this.host.call('word', this.dir, Word.held);
      return held === this.tasks && requests(this.dir) >= callers;
    };
    await until(isFull, SETTLE_MS, 'callers that wait');
  }

  /** The deed may be done. */
  go(): Promise<void> {
    return this.host.call('setWord', this.dir, Word.go);
  }

  /** Handlers may end, those that come to it. */
  async release(): Promise<void> {
    await this.go();
    await this.host.call('setWord', this.dir, Word.release);
  }

  /** What became of the callers; fails when one is still blocked. */
  outcomes(): Promise<Outcome[]> {
    return deadline(Promise.all(this.#callers), SETTLE_MS, 'callers');
  }

  /**
   * That the callers in handlers got what is expected of each, in any order, and the one in the
   * queue anything.
   */
  async check(expected: string[]): Promise<void> {
    const outcomes = await this.outcomes();
    const text = outcomes.join(', ');
    assert.ok(!text.includes('blocked'), text);
    for (const kind of ['answered', 'failed']) {
      const got = outcomes.filter((outcome) => (outcome === ANSWERED) === (kind === ANSWERED));
      const least = expected.filter((each) => each === kind).length;
      assert.ok(got.length >= least, `${least} of the callers should have ${kind}: ${text}`);
    }
  }

  get isMounted(): boolean {
    return fuseMountsUnder(this.dir).length > 0;
  }

  /** That the filesystem serves. */
  async checkServes(): Promise<void> {
    assert.equal(await call(`${this.dir}/free`), ANSWERED);
  }

  /** How main() has settled. */
  main() {
    return deadline(this.host.call('main', this.dir), SETTLE_MS, 'main()');
  }
}
