/** Few, as one value that stays keeps the places of its neighbours. */
const CHUNK = 64;

interface Chunk<T> {
  readonly values: (T | undefined)[];
  /** How many of the values are there. */
  used: number;
}

/**
 * Values by consecutive numbers, each of which is used once. A Map takes ten times as long where
 * as many values go as come: it is built anew again and again, and the heap grows by what it was.
 */
export class Numbered<T> {
  readonly #chunks = new Map<number, Chunk<T>>();
  #last: number;

  /** @param first the first number. */
  constructor(first: number) {
    this.#last = first - 1;
  }

  /** The number that the next value gets. */
  get next(): bigint {
    return BigInt(this.#last + 1);
  }

  /** @returns its number. */
  add(value: T): bigint {
    const number = ++this.#last;
    const place = number % CHUNK;
    const index = (number - place) / CHUNK;
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      this.#drop(index - 1);
      chunk = { values: new Array<T | undefined>(CHUNK).fill(undefined), used: 0 };
      this.#chunks.set(index, chunk);
    }
    chunk.values[place] = value;
    chunk.used++;
    return BigInt(number);
  }

  get(number: bigint): T | undefined {
    const at = Number(number);
    return this.#chunks.get(Math.floor(at / CHUNK))?.values[at % CHUNK];
  }

  /** @returns whether it was there. */
  delete(number: bigint): boolean {
    const at = Number(number);
    const index = Math.floor(at / CHUNK);
    const chunk = this.#chunks.get(index);
    if (chunk?.values[at % CHUNK] === undefined) return false;
    chunk.values[at % CHUNK] = undefined;
    chunk.used--;
    // The last one is used on.
    if (index < Math.floor(this.#last / CHUNK)) this.#drop(index);
    return true;
  }

  clear(): void {
    this.#chunks.clear();
  }

  #drop(index: number): void {
    if (this.#chunks.get(index)?.used === 0) this.#chunks.delete(index);
  }
}
