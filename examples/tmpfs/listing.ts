import { type ReaddirToken, readdirReply } from 'wasmfuse';
import { type Directory, DOT_COOKIE, DOT_DOT_COOKIE } from './directory.js';
import type { Node } from './node.js';

/** An open directory. */
export class Listing {
  readonly node: Directory;
  /**
   * Cookie of the last entry to list, as of the start: a program that makes names while it lists,
   * such as a copy beside each file, must come to an end.
   */
  #end = Number.POSITIVE_INFINITY;

  constructor(node: Directory) {
    this.node = node;
  }

  /** Adds the entries after a cookie as long as they fit; the kernel then knows their inodes. */
  fill(start: number, token: ReaddirToken): void {
    if (start === 0) this.#end = this.node.lastCookie;
    const add = (name: string, node: Node, cookie: number) =>
      readdirReply(token, name, node.attributes(), BigInt(cookie));
    if (start < DOT_COOKIE && !add('.', this.node, DOT_COOKIE)) return;
    if (start < DOT_DOT_COOKIE && !add('..', this.node.parent, DOT_DOT_COOKIE)) return;
    for (const { name, value, cookie } of this.node.after(start)) {
      if (cookie > this.#end || !add(name, value, cookie)) return;
      value.lookups++;
    }
  }
}
