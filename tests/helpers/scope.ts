import { deadline } from './deadline.js';

/** Most time one cleanup may take: long enough to free a stuck mount, short enough for a file's. */
const CLEANUP_MS = 10_000;

/** Thrown by {@link Scope.skip}: the test can't run here. */
export class Skipped extends Error {}

/** What a test or a suite has opened: closed in reverse order, each step with a deadline. */
export class Scope {
  readonly #cleanups: (() => unknown)[] = [];

  /** Runs `cleanup` when the test or suite has ended, whatever its outcome. */
  after(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  /** Ends the test, or in a setup every test of the suite, as skipped. */
  skip(reason: string): never {
    throw new Skipped(reason);
  }

  /** Runs every cleanup, also after one has failed; throws all that they threw. */
  async close(): Promise<void> {
    const thrown: unknown[] = [];
    for (let cleanup = this.#cleanups.pop(); cleanup; cleanup = this.#cleanups.pop()) {
      try {
        await deadline(cleanup(), CLEANUP_MS, 'cleanup');
      } catch (error) {
        thrown.push(error);
      }
    }
    if (thrown.length > 0) throw new AggregateError(thrown, 'cleanup failed');
  }
}
