import { FUSEError } from 'wasmfuse';
import type { Node } from './node.js';
import { Numbered } from './numbered.js';

/** Open handles by number. Each keeps its inode in use. */
export class Handles<H extends { readonly node: Node }> {
  readonly #handles = new Numbered<H>(1);

  open(handle: H): bigint {
    handle.node.opens++;
    return this.#handles.add(handle);
  }

  /** @throws EBADF */
  get(fh: bigint): H {
    const handle = this.#handles.get(fh);
    if (handle === undefined) throw new FUSEError('EBADF');
    return handle;
  }

  /** Returns the node, which may have nothing left that refers to it. @throws EBADF */
  close(fh: bigint): Node {
    const { node } = this.get(fh);
    this.#handles.delete(fh);
    node.opens--;
    return node;
  }

  clear(): void {
    this.#handles.clear();
  }
}
