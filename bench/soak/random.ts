const WORD_BYTES = Uint32Array.BYTES_PER_ELEMENT;

/** A seeded generator of numbers: the same seed makes the same choices. */
export class Random {
  #state: number;

  /** @param parts together the seed; each combination gives a sequence of its own. */
  constructor(...parts: number[]) {
    this.#state = 0;
    for (const part of parts) this.#state = this.#next() ^ part;
  }

  /** mulberry32. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** 0 to `limit` - 1. */
  below(limit: number): number {
    return this.#next() % limit;
  }

  /** Both ends are possible. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('nothing to pick from');
    return list[this.below(list.length)] as T;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const rest = [...list];
    return list.map(() => rest.splice(this.below(rest.length), 1)[0] as T);
  }

  bytes(length: number): Buffer {
    const words = Uint32Array.from({ length: Math.ceil(length / WORD_BYTES) }, () => this.#next());
    return Buffer.from(words.buffer, 0, length);
  }
}
