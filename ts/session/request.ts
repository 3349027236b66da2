import type { RequestContext } from '../types.js';
import type { Caller } from './caller.js';
import { unsigned } from './decode.js';
import type { Directory } from './directory.js';
import { layout } from './generated/layout.js';
import type { Memory, Pointer } from './memory.js';
import type { Module, RequestPointer } from './module.js';
import type { Task } from './task.js';

const { context, fileInfo, fileInfoBits, request } = layout;
const FILE_BITS = fileInfoBits.writepage.byte;

/** Hears of requests whose handler wants to know of interrupts, and of data that goes out. */
export interface RequestOwner {
  watch(request: Request): void;
  unwatch(request: Request): void;
  count(request: Request): void;
}

/**
 * One request on its way: who asks, and whether it has been answered. What libfuse's pointers show
 * is copied here before the handler runs, as they are dead once the operation returns. Its fields
 * are plain, and no bigint is made that may not be looked at: each request pays for them.
 */
export class Request implements RequestContext, Caller {
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
  readonly umask: number;
  inode = 0n;
  fh: bigint | null = null;
  flags = 0;
  pollEvents = 0;
  private lockOwnerLow = 0;
  private lockOwnerHigh = 0;
  private fileBits = 0;
  /** Its handler has ended, or is waited for no more. */
  isSettled = false;
  isAnswered = false;
  /** Most bytes the answer may have, or tell of. */
  limit = 0;
  /** Data of a file that the answer delivers, and that it takes. */
  bytesRead = 0;
  bytesWritten = 0;
  /** The listing being made, when this is readdir. */
  directory: Directory | undefined;
  private controller: AbortController | undefined;

  constructor(
    module: Module,
    readonly pointer: RequestPointer,
    readonly operation: string,
    readonly task: Task,
    readonly owner: RequestOwner,
  ) {
    const { u32 } = module.memory.cells;
    const at = (pointer + request.context) >>> 2;
    this.uid = u32[at + (context.uid >>> 2)] as number;
    this.gid = u32[at + (context.gid >>> 2)] as number;
    this.pid = u32[at + (context.pid >>> 2)] as number;
    this.umask = u32[at + (context.umask >>> 2)] as number;
  }

  /** Takes the inode that the operation addresses. */
  on(inode: bigint): bigint {
    this.inode = unsigned(inode);
    return this.inode;
  }

  /** Takes what a struct fuse_file_info holds; returns the handle, 0n when there is none. */
  file({ cells }: Memory, info: Pointer): bigint {
    if (info === 0) return 0n;
    const at = info >>> 0;
    const { i32, u64 } = cells;
    this.flags = i32[(at + fileInfo.flags) >>> 2] as number;
    this.lockOwnerLow = i32[(at + fileInfo.lockOwner) >>> 2] as number;
    this.lockOwnerHigh = i32[(at + fileInfo.lockOwner + 4) >>> 2] as number;
    this.pollEvents = (i32[(at + fileInfo.pollEvents) >>> 2] as number) >>> 0;
    this.fileBits = i32[(at + FILE_BITS) >>> 2] as number;
    this.fh = u64[(at + fileInfo.fh) >>> 3] as bigint;
    return this.fh;
  }

  get lockOwner(): bigint {
    const high = BigInt.asUintN(32, BigInt(this.lockOwnerHigh));
    return (high << 32n) | BigInt.asUintN(32, BigInt(this.lockOwnerLow));
  }

  get writepage(): boolean {
    return (this.fileBits & fileInfoBits.writepage.mask) !== 0;
  }

  get flockRelease(): boolean {
    return (this.fileBits & fileInfoBits.flock_release.mask) !== 0;
  }

  /**
   * Takes the one right to answer: the caller that gets true answers, and libfuse frees the
   * request.
   */
  claim(): boolean {
    if (this.isAnswered) return false;
    this.isAnswered = true;
    // Before the caller can see the answer.
    if (this.bytesRead + this.bytesWritten > 0) this.owner.count(this);
    if (this.controller !== undefined) this.owner.unwatch(this);
    return true;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (!this.isAnswered) this.owner.watch(this);
    }
    return this.controller.signal;
  }

  interrupt(): void {
    this.controller?.abort();
  }
}
