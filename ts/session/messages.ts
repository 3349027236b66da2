import { fsencode } from '../names.js';
import { newBuf, startOf } from './buf.js';
import { layout } from './generated/layout.js';
import type { Pointer } from './memory.js';
import type { Module, SessionPointer } from './module.js';
import type { Notice } from './notice.js';
import { type ShimCall, shim } from './shim.js';

const PAGE_SIZE = (shim.page_size as ShimCall)(new Uint8Array());

/** The notices that are one message each, whatever they hold. */
export type SingleNotice = Exclude<Notice, { call: 'notifyStore' | 'retrieve' }>;

/** Has libfuse make messages for the kernel. Every method returns 0, or -errno. */
export class Messages {
  readonly #module: Module;
  readonly #session: SessionPointer;
  /** Where data to store is put, as memory can't be had while serving. */
  readonly #data: Pointer;
  readonly #dataSize: number;

  /** @param size bytes that a request may have. */
  constructor(module: Module, session: SessionPointer, size: number) {
    this.#module = module;
    this.#session = session;
    this.#data = startOf(module, newBuf(module, size));
    this.#dataSize = size;
  }

  single(notice: SingleNotice): number {
    const { exports } = this.#module;
    switch (notice.call) {
      case 'invalidateInode': {
        const { inode, offset, length } = notice;
        return exports.fuse_lowlevel_notify_inval_inode(this.#session, inode, offset, length);
      }
      case 'invalidateEntry':
        return this.entry(notice.parent, fsencode(notice.name), notice.deleted);
      case 'expireEntry':
        return this.#named(fsencode(notice.name), (name, length) =>
          exports.fuse_lowlevel_notify_expire_entry(this.#session, notice.parent, name, length),
        );
    }
  }

  /** @param deleted the inode that the name stood for when it was deleted; else 0. */
  entry(parent: bigint, name: Uint8Array, deleted: bigint): number {
    const { exports } = this.#module;
    return this.#named(name, (at, length) =>
      deleted === 0n
        ? exports.fuse_lowlevel_notify_inval_entry(this.#session, parent, at, length)
        : exports.fuse_lowlevel_notify_delete(this.#session, parent, deleted, at, length),
    );
  }

  /** @param name shorter than PATH_MAX, as there is room for in the scratch memory. */
  #named(name: Uint8Array, call: (name: Pointer, length: number) => number): number {
    const { exports, memory } = this.#module;
    const at = (exports.fw_scratch() >>> 0) + layout.scratch.name;
    memory.bytes.set(name, at);
    memory.bytes[at + name.length] = 0;
    return call(at, name.length);
  }

  /** Most bytes of data in one message. */
  get mostData(): number {
    return Math.min(this.#module.exports.fw_session_max_write(this.#session), this.#dataSize);
  }

  /** Most bytes that the kernel sends of what begins there: of as many pages, perhaps in parts. */
  mostDataAt(offset: bigint): number {
    const part = Number(offset % BigInt(PAGE_SIZE));
    return Math.max(this.mostData - part, 1);
  }

  /** @param data not more than `mostData`. */
  store(inode: bigint, offset: bigint, data: Uint8Array): number {
    const { exports, memory } = this.#module;
    memory.bytes.set(data, this.#data);
    return exports.fw_notify_store(this.#session, inode, offset, this.#data, data.length);
  }
}
