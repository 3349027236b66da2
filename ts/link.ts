import type { MessagePort, Transferable } from 'node:worker_threads';
import { type Answer, fieldsOf, type ToHandlers, type ToSession } from './calls.js';
import type { Caller } from './session/caller.js';
import { Deferred } from './session/deferred.js';
import type { Notice } from './session/notice.js';
import { pack } from './thrown.js';
import type { PollHandle, RequestContext } from './types.js';

interface Pending {
  readonly context: RequestContext | undefined;
  resolve(answer: Answer): void;
  reject(reason: Error): void;
}

/** What goes along with a call. */
export interface Along {
  context?: RequestContext | undefined;
  transfer?: readonly Transferable[];
  /** Stays here; the handler gets one that calls it. */
  pollHandle?: PollHandle;
}

/** Takes what handlers in another thread tell the kernel. */
export interface NotificationSink {
  /** @param caller the handler that sends it, if any. */
  notify(notice: Notice, caller: Pick<Caller, 'isSettled'>): Promise<unknown>;
  /** See EntryQueue. */
  enqueue(packed: Uint8Array): void;
}

/** A session's end of the port to handlers in another thread. */
export class Link {
  readonly #port: MessagePort;
  readonly #onTerminate: () => void;
  readonly #notifications: NotificationSink;
  readonly #pending = new Map<number, Pending>();
  readonly #pollHandles = new Map<number, PollHandle>();
  #lastId = 0;
  /** Why nothing can be asked any more. */
  #end: Error | undefined;
  readonly #lost = new Deferred<Error>();

  constructor(port: MessagePort, onTerminate: () => void, notifications: NotificationSink) {
    this.#port = port;
    this.#onTerminate = onTerminate;
    this.#notifications = notifications;
    port.on('message', (message: ToSession) => this.#receive(message));
    port.on('close', () => this.lose());
    // Which call it was is not known, and its caller must not wait for ever.
    port.on('messageerror', () => this.lose());
  }

  /** The error that calls fail with, once the port has closed without `close` being called. */
  get lost(): Promise<Error> {
    return this.#lost.promise;
  }

  /** The other end is out of reach. */
  lose(): void {
    if (this.#end !== undefined) return;
    const reason = new Error('the thread of the remote handlers has ended, or closed its port');
    this.#finish(reason);
    this.#lost.resolve(reason);
  }

  /** Calls a handler; rejects when the handlers are out of reach, now or before they answer. */
  ask(handler: string, args: unknown[], along: Along = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) throw this.#end;
      const id = ++this.#lastId;
      const { context, transfer, pollHandle } = along;
      const fields = context && fieldsOf(context);
      this.#post({ type: 'call', id, handler, args, context: fields }, transfer);
      this.#pending.set(id, { context, resolve, reject });
      if (pollHandle !== undefined) this.#pollHandles.set(id, pollHandle);
    });
  }

  /** Lets go of the port; calls that are pending fail. */
  close(): void {
    this.#finish(new Error('the session is closed'));
  }

  #finish(reason: Error): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#port.close();
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
    this.#pollHandles.clear();
  }

  #post(message: ToHandlers, transfer?: readonly Transferable[]): void {
    this.#port.postMessage(message, transfer);
  }

  #receive(message: ToSession): void {
    // A port may deliver for a while after it was closed.
    if (this.#end !== undefined) return;
    if (message.type === 'answer') {
      this.#pending.get(message.id)?.resolve(message);
      this.#pending.delete(message.id);
    } else if (message.type === 'watch') this.#watch(message.id);
    else if (message.type === 'notify') void this.#notify(message.id);
    else if (message.type === 'drop') this.#pollHandles.delete(message.id);
    else if (message.type === 'tell') void this.#tell(message);
    else if (message.type === 'enqueue') {
      this.#notifications.enqueue(message.packed);
      this.#post({ type: 'enqueued' });
    } else this.#onTerminate();
  }

  async #tell({ id, notice, during }: ToSession & { readonly type: 'tell' }): Promise<void> {
    const isSettled = () => during === undefined || !this.#pending.has(during);
    const caller = {
      get isSettled() {
        return isSettled();
      },
    };
    try {
      const value = await this.#notifications.notify(notice, caller);
      this.#post({ type: 'told', id, value });
    } catch (thrown) {
      this.#post({ type: 'told', id, thrown: pack(thrown) });
    }
  }

  /** Only now does libfuse look for an interrupt, and tells of one that has come already. */
  #watch(id: number): void {
    const signal = this.#pending.get(id)?.context?.signal;
    const fire = () => this.#post({ type: 'interrupt', id });
    if (signal?.aborted) fire();
    else signal?.addEventListener('abort', fire, { once: true });
  }

  async #notify(id: number): Promise<void> {
    const handle = this.#pollHandles.get(id);
    this.#pollHandles.delete(id);
    try {
      await handle?.notify();
      this.#post({ type: 'notified', id });
    } catch (thrown) {
      this.#post({ type: 'notified', id, thrown: pack(thrown) });
    }
  }
}
