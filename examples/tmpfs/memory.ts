import { FUSEError } from 'wasmfuse';
import type { Quota } from './quota.js';

/** Bytes of one page: the unit in which files take memory, and in which holes are found. */
export const PAGE_SIZE = 4096;

/** Few enough for the kernel's limit of mappings a process, however large the memory. */
const PAGES_PER_SLAB = 1024;
const SLAB_SIZE = PAGES_PER_SLAB * PAGE_SIZE;

export interface Page {
  readonly bytes: Buffer;
  readonly slab: Slab;
}

/**
 * Slabs without a page in use, up to so many, are kept for so long: a page that is new to the
 * process costs several times what it takes to write it.
 */
const MAX_KEPT = 16;
const KEPT_MS = 500;

/** What pages are cut from. Memory that is cut and never written is not resident. */
class Slab {
  /** Resizable: shrinking gives memory back at once, where garbage would stay in the process. */
  readonly #memory = new ArrayBuffer(SLAB_SIZE, { maxByteLength: SLAB_SIZE });
  readonly #unused: Page[] = [];
  #cut = 0;
  /** Whether it was empty all the time since the last look at it. */
  isIdle = false;

  get isFull(): boolean {
    return this.#unused.length === 0 && this.#cut === PAGES_PER_SLAB;
  }

  get isEmpty(): boolean {
    return this.#unused.length === this.#cut;
  }

  take(): Page {
    this.isIdle = false;
    return this.#unused.pop() ?? this.#nextPage();
  }

  give(page: Page): void {
    this.#unused.push(page);
  }

  release(): void {
    this.#memory.resize(0);
  }

  #nextPage(): Page {
    const bytes = Buffer.from(this.#memory, this.#cut * PAGE_SIZE, PAGE_SIZE);
    this.#cut++;
    return { bytes, slab: this };
  }
}

/** The memory of all files; never much more than the quota says, since pages are used again. */
export class Memory {
  /** What may be taken; charged by those who take. */
  readonly quota: Quota;
  /** Slabs with room. */
  readonly #open = new Set<Slab>();
  /** How many of them are empty. */
  #empty = 0;
  #isWatched = false;

  constructor(quota: Quota) {
    this.quota = quota;
  }

  /** A page with anything in it. @throws ENOMEM */
  take(): Page {
    const [slab = this.#add()] = this.#open;
    if (slab.isEmpty) this.#empty--;
    const page = slab.take();
    if (slab.isFull) this.#open.delete(slab);
    return page;
  }

  give(page: Page): void {
    const { slab } = page;
    slab.give(page);
    this.#open.add(slab);
    if (!slab.isEmpty) return;
    this.#empty++;
    if (this.#empty > MAX_KEPT) this.#release(slab);
    else if (this.#empty > 1) this.#watch();
  }

  #release(slab: Slab): void {
    this.#open.delete(slab);
    this.#empty--;
    slab.release();
  }

  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    setTimeout(() => this.#sweep(), KEPT_MS).unref();
  }

  /** Releases what nobody has used for a while; one slab stays. */
  #sweep(): void {
    this.#isWatched = false;
    for (const slab of this.#open) {
      if (this.#empty <= 1) return;
      if (!slab.isEmpty) continue;
      if (slab.isIdle) this.#release(slab);
      else slab.isIdle = true;
    }
    if (this.#empty > 1) this.#watch();
  }

  #add(): Slab {
    try {
      const slab = new Slab();
      this.#open.add(slab);
      this.#empty++;
      return slab;
    } catch {
      throw new FUSEError('ENOMEM');
    }
  }
}
