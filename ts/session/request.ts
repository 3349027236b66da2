import type { RequestContext } from '../types.js';
import type { Caller } from './caller.js';
import { unsigned } from './decode.js';
import type { Directory } from './directory.js';
import { layout } from './generated/layout.js';
import type { Pointer } from './memory.js';
import type { Module, RequestPointer } from './module.js';
import type { Task } from './task.js';

const { context, fileInfo, fileInfoBits } = layout;

/** Hears of requests whose handler wants to know of interrupts, and of data that goes out. */
export interface RequestOwner {
  watch(request: Request): void;
  unwatch(request: Request): void;
  count(request: Request): void;
}

/**
 * One request on its way: who asks, and whether it has been answered. What libfuse's pointers show
 * is copied here before the handler runs, as they are dead once the operation returns.
 */
export class Request implements RequestContext, Caller {
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
  readonly umask: number;
  inode = 0n;
  fh: bigint | null = null;
  lockOwner = 0n;
  flags = 0;
  pollEvents = 0;
  #fileBits = 0;
  /** Its handler has ended, or is waited for no more. */
  isSettled = false;
  /** Most bytes the answer may have, or tell of. */
  limit = 0;
  /** Data of a file that the answer delivers, and that it takes. */
  bytesRead = 0;
  bytesWritten = 0;
  /** The listing being made, when this is readdir. */
  directory: Directory | undefined;
  readonly #module: Module;
  #controller: AbortController | undefined;
  #isAnswered = false;

  constructor(
    module: Module,
    readonly pointer: RequestPointer,
    readonly operation: string,
    readonly task: Task,
    readonly owner: RequestOwner,
  ) {
    const { view } = module.memory;
    const at = module.exports.fuse_req_ctx(pointer) >>> 0;
    this.uid = view.getUint32(at + context.uid, true);
    this.gid = view.getUint32(at + context.gid, true);
    this.pid = view.getUint32(at + context.pid, true);
    this.umask = view.getUint32(at + context.umask, true);
    this.#module = module;
  }

  /** Takes the inode that the operation addresses. */
  on(inode: bigint): bigint {
    this.inode = unsigned(inode);
    return this.inode;
  }

  /** Takes what a struct fuse_file_info holds; returns the handle, 0n when there is none. */
  file(at: Pointer): bigint {
    if (at === 0) return 0n;
    const { view } = this.#module.memory;
    const info = at >>> 0;
    this.flags = view.getInt32(info + fileInfo.flags, true);
    this.lockOwner = view.getBigUint64(info + fileInfo.lockOwner, true);
    this.pollEvents = view.getUint32(info + fileInfo.pollEvents, true);
    this.#fileBits = view.getUint8(info + fileInfoBits.writepage.byte);
    this.fh = view.getBigUint64(info + fileInfo.fh, true);
    return this.fh;
  }

  get writepage(): boolean {
    return (this.#fileBits & fileInfoBits.writepage.mask) !== 0;
  }

  get flockRelease(): boolean {
    return (this.#fileBits & fileInfoBits.flock_release.mask) !== 0;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /**
   * Takes the one right to answer: the caller that gets true answers, and libfuse frees the
   * request.
   */
  claim(): boolean {
    if (this.#isAnswered) return false;
    this.#isAnswered = true;
    // Before the caller can see the answer.
    if (this.bytesRead + this.bytesWritten > 0) this.owner.count(this);
    if (this.#controller !== undefined) this.owner.unwatch(this);
    return true;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (!this.#isAnswered) this.owner.watch(this);
    }
    return this.#controller.signal;
  }

  interrupt(): void {
    this.#controller?.abort();
  }
}
