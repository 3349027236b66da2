import type { MessagePort } from 'node:worker_threads';
import type { Answer, Call, ListingLimits, ToHandlers, ToSession } from './calls.js';
import { type Controls, currentControls, setControlsOf, setCurrentControls } from './current.js';
import type { Loaded } from './handlers.js';
import { callMethod } from './methods.js';
import { portable } from './portable.js';
import { type Caller, runAs, runningCaller } from './session/caller.js';
import { Deferred } from './session/deferred.js';
import { isThenable } from './session/thenable.js';
import { RemoteContext, RemoteListing, RemotePoll } from './standins.js';
import { Telling } from './telling.js';
import { type Parcel, pack, unpack } from './thrown.js';
import type { ConnectionInfo } from './types.js';

type Methods = Record<string, CallableFunction>;

/** Runs the handlers of a filesystem in this thread for a session in another one. */
export class FarHandlers {
  readonly #fs: Methods;
  readonly #object: object;
  readonly #port: MessagePort;
  /** Of calls that have not settled. */
  readonly #watched = new Map<number, AbortController>();
  readonly #running = new Set<number>();
  readonly #notifications = new Map<number, Deferred<void>>();
  readonly #dropped = new FinalizationRegistry<number>((id) => this.#post({ type: 'drop', id }));
  readonly #telling = new Telling(
    (message) => this.#post(message),
    () => this.#caller,
  );
  readonly #controls: Controls = {
    terminate: () => this.#post({ type: 'terminate' }),
    messenger: this.#telling,
  };
  #isClosed = false;

  constructor({ fs, object }: Loaded, port: MessagePort) {
    this.#fs = fs as unknown as Methods;
    this.#object = object;
    this.#port = port;
    port.on('message', (message: ToHandlers) => this.#receive(message));
    // Which call it was is not known, and its caller must not wait for ever.
    port.on('messageerror', () => port.close());
    port.on('close', () => this.#closed());
    setControlsOf(this, this.#controls);
    // So that functions of the package do what they say also outside of handlers.
    if (currentControls() === undefined) setCurrentControls(this.#controls);
  }

  /** The call whose handler's code runs. */
  get #caller(): number | undefined {
    const caller = runningCaller();
    return caller instanceof FarCaller && caller.owner === this ? caller.id : undefined;
  }

  #post(message: ToSession, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #receive(message: ToHandlers): void {
    if (message.type === 'call') void this.#run(message);
    else if (message.type === 'interrupt') this.#watched.get(message.id)?.abort();
    else if (message.type === 'told') this.#telling.told(message);
    else if (message.type === 'enqueued') this.#telling.arrived();
    else this.#notified(message.id, message.thrown);
  }

  #closed(): void {
    this.#isClosed = true;
    if (currentControls() === this.#controls) setCurrentControls(undefined);
    for (const controller of this.#watched.values()) controller.abort();
    for (const { reject } of this.#notifications.values()) reject(new Error(CLOSED));
    this.#notifications.clear();
    this.#telling.close();
  }

  async #run(call: Call): Promise<void> {
    const { id, handler } = call;
    const caller = new FarCaller(this, id);
    const answer: Answer = { type: 'answer', id };
    const transfer: ArrayBuffer[] = [];
    const args = call.args.map(asBuffer);
    const listing = handler === 'readdir' ? new RemoteListing(args[2] as ListingLimits) : undefined;
    if (listing !== undefined) args[2] = listing;
    if (handler === 'poll' && args[2] !== null) args[2] = this.#pollHandle(id);
    if (call.context !== undefined) args.push(new RemoteContext(call.context, this.#watcher(id)));
    this.#running.add(id);
    try {
      let result: unknown = runAs(caller, () => this.#call(handler, args));
      if (isThenable(result)) result = await result;
      answer.value = portable(handler, result, transfer);
    } catch (thrown) {
      answer.thrown = pack(thrown);
    }
    this.#running.delete(id);
    caller.isSettled = true;
    this.#watched.delete(id);
    if (listing !== undefined) {
      listing.isSettled = true;
      answer.entries = listing.entries;
    }
    if (handler === 'init') answer.info = args[0] as ConnectionInfo;
    this.#answer(handler, answer, transfer);
  }

  /** A handler, or another method of the object that its author has made. */
  #call(name: string, args: unknown[]): unknown {
    const isHandler = typeof this.#fs[name] === 'function';
    return callMethod(isHandler ? this.#fs : this.#object, name, args);
  }

  #answer(handler: string, answer: Answer, transfer: ArrayBuffer[]): void {
    try {
      this.#post(answer, transfer);
    } catch (thrown) {
      const reason = new TypeError(`${handler} returned what can't cross threads`, {
        cause: thrown,
      });
      const { type, id, entries } = answer;
      this.#post({ type, id, thrown: pack(reason), ...(entries && { entries }) });
    }
  }

  #watcher(id: number): () => AbortController {
    return () => {
      const controller = new AbortController();
      if (this.#running.has(id)) {
        this.#watched.set(id, controller);
        if (this.#isClosed) controller.abort();
        else this.#post({ type: 'watch', id });
      }
      return controller;
    };
  }

  #pollHandle(id: number): RemotePoll {
    const handle = new RemotePoll(() => {
      this.#dropped.unregister(token);
      return this.#notify(id);
    });
    const token = {};
    this.#dropped.register(handle, id, token);
    return handle;
  }

  #notify(id: number): Promise<void> {
    const notification = new Deferred<void>();
    if (this.#isClosed) notification.reject(new Error(CLOSED));
    else {
      this.#notifications.set(id, notification);
      this.#post({ type: 'notify', id });
    }
    return notification.promise;
  }

  #notified(id: number, thrown: Parcel | undefined): void {
    const notification = this.#notifications.get(id);
    this.#notifications.delete(id);
    if (thrown === undefined) notification?.resolve();
    else notification?.reject(unpack(thrown));
  }
}

class FarCaller implements Caller {
  isSettled = false;

  constructor(
    readonly owner: FarHandlers,
    readonly id: number,
  ) {}
}

const CLOSED = 'the session of this poll handle is closed';

/** Data as handlers know it; Node's own class does not survive the way. */
function asBuffer(value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
