import type { MessagePort, Transferable } from 'node:worker_threads';
import type { Answer, ListedEntry } from './calls.js';
import type { switches as switchNames } from './handlers.js';
import { Link, type NotificationSink } from './link.js';
import { Operations } from './operations.js';
import { count, inode } from './session/check.js';
import { countsLookup, type Listing } from './session/listing.js';
import { unpack } from './thrown.js';
import type { ConnectionInfo, PollHandle, RequestContext } from './types.js';

type Switches = Pick<Operations, (typeof switchNames)[number]>;

/**
 * Handlers in another thread: what they can do, and the port that reaches them. As an argument or
 * result of a Comlink call it moves to the other side. Whoever does not use it closes the port.
 */
export class RemoteEndpoint {
  /** Known from the first moment, as a port tells only once that its other end is gone. */
  isClosed = false;

  constructor(
    readonly port: MessagePort,
    /** Those that are no defaults of Operations. */
    readonly handlers: readonly string[],
    readonly switches: Switches,
  ) {
    port.once('close', () => {
      this.isClosed = true;
    });
  }
}

const noNotifications: NotificationSink = {
  notify: async () => {
    throw new Error('no session serves these handlers');
  },
  enqueue() {},
};

type Handler = (...args: never[]) => Promise<unknown>;

/**
 * A filesystem whose handlers run in another thread, as one that a session can serve in this one.
 * Everything it hands out must be taken back by `close`.
 */
export class RemoteFilesystem {
  /** Has exactly the handlers that the other side has. */
  readonly operations = new Operations();
  readonly #link: Link;
  /** Memory that both threads see, for reads; as many as there were reads at once. */
  readonly #spare: SharedArrayBuffer[] = [];

  /**
   * @param onTerminate a handler has called terminate().
   * @param notifications what the handlers tell the kernel.
   */
  constructor(
    { port, handlers, switches, isClosed }: RemoteEndpoint,
    onTerminate: () => void = () => {},
    notifications: NotificationSink = noNotifications,
  ) {
    this.#link = new Link(port, onTerminate, notifications);
    if (isClosed) this.#link.lose();
    Object.assign(this.operations, switches);
    const special: Record<string, Handler> = {
      init: (info: ConnectionInfo) => this.#init(info),
      destroy: () => this.#ask('destroy', []),
      read: (...args: Parameters<Operations['read']>) => this.#read(...args),
      readdir: (...args: Parameters<Operations['readdir']>) => this.#readdir(...args),
      poll: (...args: Parameters<Operations['poll']>) => this.#poll(...args),
    };
    const target = this.operations as unknown as Record<string, Handler>;
    for (const name of handlers) target[name] = special[name] ?? this.#ordinary(name);
  }

  /**
   * The error that every call fails with, once the other thread has ended or closed its port. A
   * thread that merely hangs gives no sign.
   */
  get lost(): Promise<Error> {
    return this.#link.lost;
  }

  /** Calls any method that the other side has. */
  call(name: string, args: unknown[]): Promise<unknown> {
    return this.#ask(name, args);
  }

  /** Lets go of the other thread; calls that are pending fail. */
  close(): void {
    this.#link.close();
  }

  /** A handler that takes plain values, perhaps data, and the context. */
  #ordinary(name: string): Handler {
    return (...all: unknown[]) => {
      const context = all.pop() as RequestContext;
      const transfer: Transferable[] = [];
      const args = all.map((arg) => {
        if (!(arg instanceof Uint8Array)) return arg;
        // A view of the module's memory, all of which a clone would take along.
        const copy = new Uint8Array(arg);
        transfer.push(copy.buffer);
        return copy;
      });
      return this.#ask(name, args, { context, transfer });
    };
  }

  async #ask(...call: Parameters<Link['ask']>): Promise<unknown> {
    return resultOf(await this.#link.ask(...call));
  }

  async #init(info: ConnectionInfo): Promise<void> {
    const answer = await this.#link.ask('init', [info]);
    resultOf(answer);
    Object.assign(info, answer.info);
  }

  async #read(
    fh: bigint,
    offset: number,
    size: number,
    into: Buffer,
    context: RequestContext,
  ): Promise<Uint8Array | number> {
    const shared = this.#take(size);
    const view = new Uint8Array(shared, 0, size);
    const value = await this.#ask('read', [fh, offset, size, view], { context });
    // Not after a failure: a thread that is out of reach may still be writing.
    this.#spare.push(shared);
    if (typeof value !== 'number' && typeof value !== 'bigint') return value as Uint8Array;
    const length = count(value, 'count of read', size);
    into.set(view.subarray(0, length));
    return length;
  }

  #take(size: number): SharedArrayBuffer {
    const spare = this.#spare.pop();
    return spare !== undefined && spare.byteLength >= size ? spare : new SharedArrayBuffer(size);
  }

  async #readdir(fh: bigint, startId: bigint, token: unknown, context: RequestContext) {
    const listing = token as Listing;
    const { size, withAttributes } = listing;
    const answer = await this.#link.ask('readdir', [fh, startId, { size, withAttributes }], {
      context,
    });
    await this.#list(listing, answer.entries ?? [], context);
    return resultOf(answer);
  }

  /** Adds the entries; those that can't be, though they seemed to fit, the kernel never sees. */
  async #list(listing: Listing, entries: readonly ListedEntry[], context: RequestContext) {
    const unlisted: [bigint, bigint][] = [];
    for (const [name, attributes, nextId] of entries) {
      const isListed = !listing.isSettled && listing.add(name, attributes, nextId);
      if (!isListed && countsLookup(name)) unlisted.push([inode(attributes.ino ?? 0n, 'ino'), 1n]);
    }
    if (unlisted.length > 0) await this.operations.forget(unlisted, context);
  }

  #poll(inode: bigint, fh: bigint, pollHandle: PollHandle | null, context: RequestContext) {
    const along = pollHandle === null ? { context } : { context, pollHandle };
    return this.#ask('poll', [inode, fh, pollHandle && {}], along);
  }
}

function resultOf({ value, thrown }: Answer): unknown {
  if (thrown !== undefined) throw unpack(thrown);
  return value;
}
