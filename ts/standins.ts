import type { ContextFields, ListedEntry, ListingLimits } from './calls.js';
import { fsdecode } from './names.js';
import { portableAttributes } from './portable.js';
import { putEntryOf, putStat } from './session/encode.js';
import { ENTRY_NAME_SIZE, putEntryName } from './session/entryname.js';
import { constant, layout } from './session/generated/layout.js';
import { Listing } from './session/listing.js';
import { Memory } from './session/memory.js';
import type { Attributes, PollHandle } from './types.js';

/** In the thread of the handlers, in place of what belongs to a request elsewhere. */

/** A context; `signal` is asked for over the port on first use. */
export class RemoteContext {
  readonly #watch: () => AbortController;
  #controller: AbortController | undefined;

  constructor(fields: ContextFields, watch: () => AbortController) {
    Object.assign(this, fields);
    this.#watch = watch;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#watch();
    return this.#controller.signal;
  }
}

/** Where attributes and, behind them, names are encoded only to be checked. */
const NAME = layout.entryParam.size;
const scratch = new Memory({ buffer: new ArrayBuffer(NAME + ENTRY_NAME_SIZE) });

const ALIGNMENT = constant.FUSE_DIRENT_ALIGNMENT;

/** A listing that travels when its handler has settled; libfuse's message is made of it there. */
export class RemoteListing extends Listing {
  readonly entries: ListedEntry[] = [];
  readonly size: number;
  readonly withAttributes: boolean;
  isSettled = false;
  #used = 0;

  constructor({ size, withAttributes }: ListingLimits) {
    super();
    this.size = size;
    this.withAttributes = withAttributes;
  }

  protected put(name: string, attributes: Attributes, ino: bigint, next: bigint | number): boolean {
    const length = putEntryName(scratch.bytes, NAME, name);
    if (this.withAttributes) putEntryOf(scratch, 0, attributes, ino);
    else putStat(scratch, layout.entryParam.attr, attributes, ino);
    const header = this.withAttributes
      ? constant.FUSE_NAME_OFFSET_DIRENTPLUS
      : constant.FUSE_NAME_OFFSET;
    const needed = Math.ceil((header + length) / ALIGNMENT) * ALIGNMENT;
    if (needed > this.size - this.#used) return false;
    this.#used += needed;
    this.entries.push([fsdecode(name), portableAttributes(attributes), BigInt(next)]);
    return true;
  }
}

/** A poll handle; the kernel's own stays with the session. */
export class RemotePoll implements PollHandle {
  #notify: (() => Promise<void>) | undefined;

  constructor(notify: () => Promise<void>) {
    this.#notify = notify;
  }

  /** @throws as the handle of a session on this thread does. */
  async notify(): Promise<void> {
    const notify = this.#notify;
    if (notify === undefined) throw new Error('this poll handle has been notified');
    this.#notify = undefined;
    await notify();
  }
}
