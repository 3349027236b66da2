import { FUSEError } from 'wasmfuse';
import { type Memory, PAGE_SIZE } from './memory.js';
import { Pages } from './pages.js';

/** Offsets are exact up to here. */
const MAX_SIZE = Number.MAX_SAFE_INTEGER;

const firstPage = (offset: number) => Math.floor(offset / PAGE_SIZE);
const endPage = (end: number) => Math.ceil(end / PAGE_SIZE);

/** Calls `visit` for what a range covers of each page; `done` counts the bytes before. */
function eachPart(
  offset: number,
  length: number,
  visit: (index: number, start: number, end: number, done: number) => void,
): void {
  for (let done = 0; done < length; ) {
    const start = (offset + done) % PAGE_SIZE;
    const end = Math.min(PAGE_SIZE, start + length - done);
    visit((offset + done - start) / PAGE_SIZE, start, end, done);
    done += end - start;
  }
}

/**
 * The bytes of a file. What was never written is a hole: it reads as zeros and takes no memory.
 *
 * Invariants: in pages, bytes beyond `size` are zero, so that a file that grows shows zeros; a
 * change for which there is no room fails with ENOSPC before the first byte is touched.
 */
export class Content {
  readonly #pages: Pages;
  #size = 0;

  constructor(memory: Memory) {
    this.#pages = new Pages(memory);
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes that take memory. */
  get allocated(): number {
    return this.#pages.bytes;
  }

  /** Fills `into` from `offset` on; returns how many bytes there were. */
  read(offset: number, into: Buffer): number {
    const length = Math.max(0, Math.min(into.length, this.#size - offset));
    eachPart(offset, length, (index, start, end, done) => {
      const page = this.#pages.get(index);
      if (page === undefined) into.fill(0, done, done + end - start);
      else page.copy(into, done, start, end);
    });
    return length;
  }

  /** @throws ENOSPC, EFBIG */
  write(offset: number, data: Buffer): void {
    const end = offset + data.length;
    if (data.length === 0) return;
    if (end > MAX_SIZE) throw new FUSEError('EFBIG');
    this.#pages.require(firstPage(offset), endPage(end));
    eachPart(offset, data.length, (index, start, stop, done) => {
      data.copy(this.#pages.writable(index, stop - start === PAGE_SIZE), start, done);
    });
    this.#size = Math.max(this.#size, end);
  }

  /** Cuts the content, or extends it by a hole. */
  resize(size: number): void {
    if (size <= this.#size) {
      this.#pages.drop(endPage(size));
      this.#zero(size, endPage(size) * PAGE_SIZE);
    }
    this.#size = size;
  }

  /**
   * Makes sure that a range can be written later; grows the file unless `keepSize`.
   *
   * @throws ENOSPC, EFBIG
   */
  allocate(offset: number, length: number, keepSize: boolean): void {
    const end = offset + length;
    if (end > MAX_SIZE) throw new FUSEError('EFBIG');
    this.#pages.reserve(firstPage(offset), endPage(end));
    if (!keepSize) this.#size = Math.max(this.#size, end);
  }

  /** Zeros that keep their place in memory: `allocate`, then erase. @throws ENOSPC, EFBIG */
  zeroRange(offset: number, length: number, keepSize: boolean): void {
    this.allocate(offset, length, keepSize);
    this.#zero(offset, offset + length);
  }

  /** Zeros that give memory back. */
  punchHole(offset: number, length: number): void {
    const end = offset + length;
    // The rest of the last page is zero already.
    const wholeEnd = end >= this.#size ? endPage(end) : firstPage(end);
    this.#pages.drop(endPage(offset), wholeEnd);
    this.#zero(offset, Math.min(end, endPage(offset) * PAGE_SIZE));
    this.#zero(Math.max(offset, firstPage(end) * PAGE_SIZE), end);
  }

  /** Offset of the first byte of data at or after `offset`; undefined when there is none. */
  nextData(offset: number): number | undefined {
    const data = this.#pages.nextPresent(firstPage(offset)) * PAGE_SIZE;
    return data < this.#size ? Math.max(offset, data) : undefined;
  }

  /** Offset of the first hole at or after `offset`; the end of the file counts as one. */
  nextHole(offset: number): number {
    const hole = this.#pages.nextMissing(firstPage(offset)) * PAGE_SIZE;
    return Math.min(this.#size, Math.max(offset, hole));
  }

  /**
   * Takes a range over from another file, its holes as holes; returns how many bytes, which are
   * fewer when there is no more data or no more room.
   *
   * @throws ENOSPC, EFBIG when not even the first page fits.
   */
  copyFrom(source: Content, from: number, to: number, length: number): number {
    let copied = 0;
    const wanted = Math.max(0, Math.min(length, source.#size - from));
    try {
      eachPart(from, wanted, (index, start, end, done) => {
        const page = source.#pages.get(index);
        if (page === undefined) this.#writeHole(to + done, end - start);
        else this.write(to + done, page.subarray(start, end));
        copied = done + end - start;
      });
    } catch (error) {
      if (copied === 0) throw error;
    }
    return copied;
  }

  /** Gives all memory back. */
  free(): void {
    this.#pages.drop(0);
    this.#size = 0;
  }

  #writeHole(offset: number, length: number): void {
    this.punchHole(offset, length);
    this.#size = Math.max(this.#size, offset + length);
  }

  #zero(offset: number, end: number): void {
    eachPart(offset, end - offset, (index, start, stop) => this.#pages.zero(index, start, stop));
  }
}
