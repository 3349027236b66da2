import { FUSEError } from 'wasmfuse';

/** A bounded amount of something: bytes, or inodes. */
export class Quota {
  #used = 0;

  constructor(readonly limit: number) {}

  get free(): number {
    return this.limit - this.#used;
  }

  /** @throws ENOSPC when that much is not free; takes nothing. */
  require(amount: number): void {
    if (amount > this.free) throw new FUSEError('ENOSPC');
  }

  /** @throws ENOSPC */
  take(amount: number): void {
    this.require(amount);
    this.#used += amount;
  }

  give(amount: number): void {
    this.#used -= amount;
  }
}
