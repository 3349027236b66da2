import { until } from './deadline.js';
import type { Scope } from './scope.js';

/** What holds reads of `held` up in the fixture teller; opened at the end of the test. */
export class Gate {
  readonly memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  readonly #words = new Int32Array(this.memory);

  constructor(scope: Scope) {
    scope.after(() => this.open());
  }

  /** Waits until `count` reads are held, each with its thread. */
  holds(count: number): Promise<boolean> {
    return until(() => Atomics.load(this.#words, 0) >= count, 5000, `${count} held reads`);
  }

  /** Further reads are held up as well. */
  shut(): void {
    Atomics.store(this.#words, 1, 0);
  }

  open(): void {
    Atomics.store(this.#words, 1, 1);
    Atomics.notify(this.#words, 1);
  }
}
