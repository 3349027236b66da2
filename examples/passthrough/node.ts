import type { BigIntStats } from 'node:fs';
import { fsencode } from 'wasmfuse';

/** Names one inode of the source among all that exist, as long as a descriptor keeps it alive. */
export type Key = `${bigint}:${bigint}`;

export function keyOf({ dev, ino }: BigIntStats): Key {
  return `${dev}:${ino}`;
}

/** The path that leads to what a descriptor holds, whatever happened to its names. */
export function pathOf(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** An inode that the kernel knows. Its O_PATH descriptor keeps the source from reusing `key`. */
export class Node {
  /** How many times the kernel was told of it, less what it has forgotten. */
  lookups = 0n;
  readonly path: string;

  constructor(
    readonly ino: bigint,
    /** Counts the nodes made so far, so it is unique together with any `ino`. */
    readonly generation: bigint,
    readonly key: Key,
    readonly fd: number,
  ) {
    this.path = pathOf(fd);
  }

  /** The path of an entry, which follows the directory wherever it is moved. */
  child(name: string): string | Buffer {
    const path = `${this.path}/${name}`;
    // A name with bytes that are no UTF-8 can't reach Node as a string.
    return name.isWellFormed() ? path : fsencode(path);
  }
}
