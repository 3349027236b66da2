import { FUSEError } from 'wasmfuse';

/** What is open, by the number that the kernel uses for it. */
export class Handles<Handle> {
  readonly #handles = new Map<bigint, Handle>();
  #last = 0n;

  add(handle: Handle): bigint {
    this.#handles.set(++this.#last, handle);
    return this.#last;
  }

  /** @throws EBADF */
  get(fh: bigint): Handle {
    const handle = this.#handles.get(fh);
    if (handle === undefined) throw new FUSEError('EBADF');
    return handle;
  }

  /** @throws EBADF */
  take(fh: bigint): Handle {
    const handle = this.get(fh);
    this.#handles.delete(fh);
    return handle;
  }

  /** Removes and returns all. */
  takeAll(): Handle[] {
    const all = [...this.#handles.values()];
    this.#handles.clear();
    return all;
  }
}
