import { fsencode } from './names.js';
import { logUnheard } from './session/delivery.js';
import type { QueuedEntry } from './session/entryqueue.js';
import { standardLog } from './session/log.js';
import {
  entryNotice,
  expiryNotice,
  inodeNotice,
  type Notice,
  retrieveNotice,
  storeNotice,
} from './session/notice.js';

/** Brings notices to the thread that serves, from wherever they are made. */
export interface Messenger {
  deliver(notice: Notice): Promise<unknown>;
  /** @throws Error when main() does not run. */
  enqueue(entry: QueuedEntry): void;
}

/**
 * A promise that may be left alone: when it rejects while nobody has asked for its outcome, that is
 * logged, where Node would end the process.
 */
class Unattended<T> extends Promise<T> {
  #isAwaited = false;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  static of<T>(outcome: Promise<T>): Promise<T> {
    const promise = new Unattended<T>((resolve, reject) => {
      outcome.then(resolve, reject);
    });
    Promise.prototype.then.call(promise, undefined, (reason: unknown) => {
      if (!promise.#isAwaited) logUnheard(standardLog, reason);
    });
    return promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise.
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#isAwaited = true;
    return super.then(onFulfilled, onRejected);
  }
}

/**
 * What a filesystem tells the kernel unasked: that what it caches is not true any more, or what it
 * may cache. May be called anywhere, also inside handlers.
 *
 * A promise resolves once the kernel has acted. It rejects with a SystemError that names libfuse's
 * function: ENOENT when the kernel does not know the inode or name, so that there was nothing to
 * tell it; ENOSYS when it is too old for such a notice; EDEADLK as said below; with an Error
 * when main() does not run, or ends before; with a TypeError or RangeError for wrong arguments. A
 * promise may be left alone: failures that nobody waits for are logged, but for ENOENT.
 *
 * The kernel holds a notice while it waits for the answer to a request that has the same directory
 * or the same data locked. Inside the handler of that request, a call that is not awaited is
 * delivered once the handler has returned. One that is awaited there rejects with EDEADLK after
 * half a second, and is delivered all the same once the handler has returned.
 */
export class Notifications {
  /** @internal */
  readonly messenger: Messenger;

  /** @internal */
  constructor(messenger: Messenger) {
    this.messenger = messenger;
  }

  #tell<T>(make: () => Notice, resultOf = (value: unknown) => value as T): Promise<T> {
    // Up to the first await, this runs at once: the order of calls is kept, and data copied.
    const told = async () => resultOf(await this.messenger.deliver(make()));
    return Unattended.of(told());
  }

  /**
   * Forget the attributes of an inode, and what the page cache holds of it; a link's target and a
   * directory's cached entries, too. Dirty pages of the writeback cache are written first, so it
   * waits for their write requests. FUSE_NOTIFY_INVAL_INODE.
   *
   * @param attrOnly keep the data.
   */
  invalidateInode(inode: bigint, attrOnly?: boolean): Promise<void>;
  /**
   * As above, but of the data forget only the pages from `offset` on, in bytes.
   *
   * @param length in bytes; 0, the default, means to the end of the file.
   */
  invalidateInode(inode: bigint, offset: number | bigint, length?: number | bigint): Promise<void>;
  invalidateInode(
    inode: bigint,
    what: boolean | number | bigint = false,
    length: number | bigint = 0,
  ): Promise<void> {
    return this.#tell(() => inodeNotice(inode, what, length));
  }

  /**
   * Forget a name in a directory, also that there is no such name: it is looked up again. Waits for
   * every request that has the directory locked. FUSE_NOTIFY_INVAL_ENTRY.
   *
   * @param deleted the inode that the name stood for, when it does not exist any more: then the
   * name is removed as unlink(2) and rmdir(2) do, which those who watch the file by inotify(7) hear
   * of. Rejects with ENOTEMPTY or EBUSY like those, and with ENOENT when the kernel knows the name
   * for another inode. FUSE_NOTIFY_DELETE.
   */
  invalidateEntry(parent: bigint, name: string, deleted: bigint = 0n): Promise<void> {
    return this.#tell(() => entryNotice(parent, name, deleted));
  }

  /**
   * As invalidateEntry, but returns at once: the names are put into a queue without bound, and
   * forgotten in the order in which they came. Failures are logged with parent and name. What is
   * queued when main() ends waits for the next main(), and close() drops it.
   *
   * @param ignoreEnoent do not log that the kernel did not know the name.
   * @throws TypeError, RangeError; SystemError EINVAL for a bad name; Error when main() does not
   * run.
   */
  invalidateEntryAsync(
    parent: bigint,
    name: string,
    deleted: bigint = 0n,
    ignoreEnoent = false,
  ): void {
    const notice = entryNotice(parent, name, deleted);
    const bytes = fsencode(name);
    this.messenger.enqueue({ ...notice, name: bytes, ignoreEnoent: Boolean(ignoreEnoent) });
  }

  /**
   * Let the cached name run out, as if its entryTimeout had passed: it is looked up again with its
   * next use, and whatever is mounted or open below stays. FUSE_NOTIFY_INVAL_ENTRY with
   * FUSE_EXPIRE_ONLY; ENOSYS before Linux 6.2.
   */
  expireEntry(parent: bigint, name: string): Promise<void> {
    return this.#tell(() => expiryNotice(parent, name));
  }

  /**
   * Put data into the page cache of an inode, as if it had been read; beyond its end the file
   * grows. Sent in pieces of what one request may carry. FUSE_NOTIFY_STORE.
   *
   * @param data is copied before this returns.
   * @throws in `stored`, each error says how many bytes the kernel has taken for certain.
   */
  notifyStore(inode: bigint, offset: number | bigint, data: Uint8Array): Promise<void> {
    return this.#tell(() => storeNotice(inode, offset, data));
  }

  /**
   * The bytes that the page cache holds of an inode from `offset` on, at most `size` of them: fewer
   * where a page is missing or the file ends. FUSE_NOTIFY_RETRIEVE. The kernel answers by a
   * request, which needs a free task.
   */
  retrieve(inode: bigint, offset: number | bigint, size: number): Promise<Buffer> {
    return this.#tell(() => retrieveNotice(inode, offset, size), asBuffer);
  }
}

/** Between threads, a Buffer becomes a Uint8Array. */
function asBuffer(value: unknown): Buffer {
  const bytes = value as Uint8Array;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The calls of Notifications, each a function that needs no `this`. */
export type NotificationCalls = Omit<Notifications, 'messenger'>;

export function callsOf(notifications: Notifications): NotificationCalls {
  const names = Object.getOwnPropertyNames(Notifications.prototype) as (keyof NotificationCalls)[];
  const own = names.filter((name) => (name as string) !== 'constructor');
  const bound = own.map((name) => [
    name,
    (notifications[name] as CallableFunction).bind(notifications),
  ]);
  return Object.fromEntries(bound) as NotificationCalls;
}
