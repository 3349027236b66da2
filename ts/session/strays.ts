import type { Module, SessionPointer } from './module.js';

/** Long enough that the wrong workers don't spend their time on passing interrupts around. */
const RETURN_AFTER_MS = 10;

/**
 * Interrupts of requests that another worker on the same connection has. libfuse would keep one
 * until its session's next request; here it goes back to the kernel soon, and comes again.
 */
export class Strays {
  readonly #module: Module;
  readonly #session: SessionPointer;
  #timer: NodeJS.Timeout | undefined;

  constructor(module: Module, session: SessionPointer) {
    this.#module = module;
    this.#session = session;
  }

  /** After each request that may have been such an interrupt. */
  look(): void {
    if (this.#timer !== undefined) return;
    if (this.#module.exports.fw_has_interrupts(this.#session) === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#module.isClosed) this.#module.exports.fw_return_interrupts(this.#session);
    }, RETURN_AFTER_MS);
  }
}
