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
  /** How many times the kernel was told of it, less what it has forgotten. */
  lookups = 0n;
  /** What it took of the disk when that was last asked, in units of 512 bytes. */
  blocks = 0n;
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

  /** An entry of the directory, wherever that is moved. */
  entry(name: string): posix.Entry {
    return [this.fd, name];
  }
}
