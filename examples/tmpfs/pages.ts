import { FUSEError } from 'wasmfuse';
import { type Memory, PAGE_SIZE, type Page } from './memory.js';

/** Most entries a Map can hold, less one: 64 GiB of data in one file. */
const MAX_PAGES = 2 ** 24 - 1;

/**
 * The pages of one file by index; an index without a page is a hole. A page that is reserved but
 * not written is undefined: it is charged, and takes no memory yet.
 */
export class Pages {
  readonly #pages = new Map<number, Page | undefined>();
  readonly #memory: Memory;
  /** Indexes in order, made when first needed after a page came or went. */
  #sorted: Float64Array | undefined;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Bytes that are charged. */
  get bytes(): number {
    return this.#pages.size * PAGE_SIZE;
  }

  /** The bytes to read; undefined for zeros. */
  get(index: number): Buffer | undefined {
    return this.#pages.get(index)?.bytes;
  }

  /** The bytes to write to, zeros when there were none; with `whole`, all will be written. */
  writable(index: number, whole: boolean): Buffer {
    const present = this.#pages.get(index);
    if (present !== undefined) return present.bytes;
    const page = this.#memory.take();
    if (!whole) page.bytes.fill(0);
    this.#set(index, page);
    return page.bytes;
  }

  /**
   * Checks that `writable` will find room for each index from `first` up to `end`.
   *
   * @throws ENOSPC, EFBIG
   */
  require(first: number, end: number): void {
    // Refuses ranges beyond reach before the loop, which then is no longer than what can be held.
    this.#requirePages(end - first - this.#pages.size);
    let missing = 0;
    for (let index = first; index < end; index++) if (!this.#pages.has(index)) missing++;
    this.#requirePages(missing);
  }

  /** Fills the holes from `first` up to `end`, or none of them. @throws ENOSPC, EFBIG */
  reserve(first: number, end: number): void {
    this.require(first, end);
    for (let index = first; index < end; index++) {
      if (!this.#pages.has(index)) this.#set(index, undefined);
    }
  }

  /** Makes a part of a page zeros, without giving up its place. */
  zero(index: number, start: number, end: number): void {
    const page = this.#pages.get(index);
    if (page === undefined) return;
    if (end - start < PAGE_SIZE) page.bytes.fill(0, start, end);
    else {
      this.#pages.set(index, undefined);
      this.#memory.give(page);
    }
  }

  /** Makes a hole from `first` up to `end`. */
  drop(first: number, end = Number.POSITIVE_INFINITY): void {
    if (end - first < this.#pages.size) {
      for (let index = first; index < end; index++) this.#remove(index);
    } else {
      for (const index of this.#pages.keys())
        if (index >= first && index < end) this.#remove(index);
    }
  }

  /** Index of the first page at or after `index`; Infinity when there is none. */
  nextPresent(index: number): number {
    if (this.#pages.has(index)) return index;
    this.#sorted ??= Float64Array.from(this.#pages.keys()).sort();
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] as number) < index) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low] ?? Number.POSITIVE_INFINITY;
  }

  /** Index of the first hole at or after `index`. */
  nextMissing(index: number): number {
    let missing = index;
    while (this.#pages.has(missing)) missing++;
    return missing;
  }

  #requirePages(count: number): void {
    this.#memory.quota.require(count * PAGE_SIZE);
    if (this.#pages.size + count > MAX_PAGES) throw new FUSEError('EFBIG');
  }

  // Charged page by page, so that the account stays right also when memory runs out half-way.
  #set(index: number, page: Page | undefined): void {
    if (!this.#pages.has(index)) {
      this.#memory.quota.take(PAGE_SIZE);
      this.#sorted = undefined;
    }
    this.#pages.set(index, page);
  }

  #remove(index: number): void {
    const page = this.#pages.get(index);
    if (!this.#pages.delete(index)) return;
    if (page !== undefined) this.#memory.give(page);
    this.#memory.quota.give(PAGE_SIZE);
    this.#sorted = undefined;
  }
}
