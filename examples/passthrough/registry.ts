import { FUSEError } from 'wasmfuse';
import type { Node } from './node.js';
import type { Identity } from './numbers.js';

/** The nodes that exist, by their number and by what they are in the source. */
export class Registry {
  readonly #byNumber = new Map<bigint, Node>();
  /** Of each device, by the number there. */
  readonly #bySource = new Map<bigint, Map<bigint, Node>>();

  get size(): number {
    return this.#byNumber.size;
  }

  has(ino: bigint): boolean {
    return this.#byNumber.has(ino);
  }

  /** @throws ESTALE for an inode that the kernel has forgotten, which NFS may ask for. */
  get(ino: bigint): Node {
    const node = this.#byNumber.get(ino);
    if (node === undefined) throw new FUSEError('ESTALE');
    return node;
  }

  of({ dev, ino }: Identity): Node | undefined {
    return this.#bySource.get(dev)?.get(ino);
  }

  add(node: Node): void {
    this.#byNumber.set(node.ino, node);
    let nodes = this.#bySource.get(node.device);
    if (nodes === undefined) {
      nodes = new Map();
      this.#bySource.set(node.device, nodes);
    }
    nodes.set(node.source, node);
  }

  delete(node: Node): void {
    this.#byNumber.delete(node.ino);
    this.#bySource.get(node.device)?.delete(node.source);
  }

  /** Removes and returns all. */
  takeAll(): Node[] {
    const all = [...this.#byNumber.values()];
    this.#byNumber.clear();
    this.#bySource.clear();
    return all;
  }
}
