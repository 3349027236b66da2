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

/** What pages are cut from. Memory that is cut and never written is not resident. */
class Slab {
  /** Resizable: shrinking gives memory back at once, where garbage would stay in the process. */
  readonly #memory = new ArrayBuffer(SLAB_SIZE, { maxByteLength: SLAB_SIZE });
  readonly #unused: Page[] = [];
  #cut = 0;

  get isFull(): boolean {
    return this.#unused.length === 0 && this.#cut === PAGES_PER_SLAB;
  }

  get isEmpty(): boolean {
    return this.#unused.length === this.#cut;
  }

  take(): Page {
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
  /** Slabs with room; at most one of them is empty. */
  readonly #open = new Set<Slab>();

  constructor(quota: Quota) {
    this.quota = quota;
  }

  /** A page with anything in it. @throws ENOMEM */
  take(): Page {
    const [slab = this.#add()] = this.#open;
    const page = slab.take();
    if (slab.isFull) this.#open.delete(slab);
    return page;
  }

  give(page: Page): void {
    const { slab } = page;
    slab.give(page);
    this.#open.add(slab);
    if (!slab.isEmpty || this.#open.size === 1) return;
    this.#open.delete(slab);
    slab.release();
  }

  #add(): Slab {
    try {
      const slab = new Slab();
      this.#open.add(slab);
      return slab;
    } catch {
      throw new FUSEError('ENOMEM');
    }
  }
}
