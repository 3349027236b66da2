import type { ContextFields, ListedEntry, ListingLimits } from './calls.js';
import { fsdecode } from './names.js';
import { portableAttributes } from './portable.js';
import { putEntry, putStat } from './session/encode.js';
import { constant, layout } from './session/generated/layout.js';
import { type Entry, Listing } from './session/listing.js';
import { Memory } from './session/memory.js';
import type { PollHandle } from './types.js';

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

/** Where attributes are encoded only to be checked. */
const scratch = new Memory({ buffer: new ArrayBuffer(layout.entryParam.size) });

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

  protected put({ name, attributes, ino, next }: Entry): boolean {
    if (this.withAttributes) putEntry(scratch, 0, attributes);
    else putStat(scratch, layout.entryParam.attr, attributes, ino);
    const header = this.withAttributes
      ? constant.FUSE_NAME_OFFSET_DIRENTPLUS
      : constant.FUSE_NAME_OFFSET;
    const needed = Math.ceil((header + name.length) / ALIGNMENT) * ALIGNMENT;
    if (needed > this.size - this.#used) return false;
    this.#used += needed;
    this.entries.push([fsdecode(name), portableAttributes(attributes), next]);
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
