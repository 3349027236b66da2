import { fsencode } from 'wasmfuse';
import { Node, type Origin } from './node.js';

/** A symbolic link. */
export class Symlink extends Node {
  readonly target: string;

  constructor(origin: Origin, target: string) {
    super(origin);
    this.target = target;
  }

  override get size(): number {
    return fsencode(this.target).length;
  }
}

/** A device node, fifo or socket: the kernel does the work behind it. */
export class Special extends Node {
  readonly #rdev: number;

  constructor(origin: Origin, rdev: number) {
    super(origin);
    this.#rdev = rdev;
  }

  override get rdev(): number {
    return this.#rdev;
  }
}
