import type { posix } from 'wasmfuse';

/** The path that leads to what a descriptor holds, whatever happened to its names. */
export function pathOf(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/**
 * An inode that the kernel knows. Its O_PATH descriptor keeps the source from using `device` and
 * `source` for another one.
 */
export class Node {
  /** A number and a boolean: V8 makes each bigint anew, and to keep it here has to move it. */
  #lookups = 0;
  /** Whether giving its space back takes long, when that was last asked. */
  isLarge = false;
  readonly path: string;
  readonly device: bigint;
  /** Its number on its device. */
  readonly source: bigint;

  constructor(
    readonly ino: bigint,
    /** Counts the nodes made so far, so it is unique together with any `ino`. */
    readonly generation: bigint,
    stats: posix.Stats,
    readonly fd: number,
  ) {
    this.path = pathOf(fd);
    this.device = stats.dev;
    this.source = stats.ino;
  }

  /** How many times the kernel was told of it, less what it has forgotten. */
  get lookups(): bigint {
    return BigInt(this.#lookups);
  }

  lookedUp(): void {
    this.#lookups++;
  }

  /** @returns how many lookups are left. @throws RangeError for more than there were. */
  forget(nlookup: number): number {
    if (nlookup > this.#lookups) {
      throw new RangeError(`inode ${this.ino}: ${nlookup} lookups forgotten of ${this.#lookups}`);
    }
    this.#lookups -= nlookup;
    return this.#lookups;
  }

  /** An entry of the directory, wherever that is moved. */
  entry(name: string): posix.Entry {
    return [this.fd, name];
  }
}
