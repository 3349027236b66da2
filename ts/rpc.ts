import { setTimeout } from 'node:timers/promises';
import {
  BroadcastChannel,
  MessageChannel,
  type MessagePort,
  type Worker,
} from 'node:worker_threads';
import * as Comlink from 'comlink';
import * as ComlinkModule from 'comlink/dist/esm/comlink.mjs';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { FarHandlers } from './far.js';
import { handlers, operationsOf, switches } from './handlers.js';
import type { Operations } from './operations.js';
import { RemoteEndpoint } from './remote.js';
import { countdown, LATE, within } from './session/deadline.js';
import { supports } from './session/dispatch.js';
import { type Parcel, pack, unpack } from './thrown.js';

/**
 * The control path between threads. Comlink passes on only the name, message and stack of an error;
 * here its errno travels as data too.
 */

interface Thrown {
  value: unknown;
}

/** Methods of an object in another thread, each returning a promise. */
export type Remote<T> = Comlink.Remote<T>;

type End = MessagePort | Worker | BroadcastChannel;

function endpoint(end: End): Comlink.Endpoint {
  if (end instanceof BroadcastChannel) return end as unknown as Comlink.Endpoint;
  return nodeEndpoint(end as unknown as Parameters<typeof nodeEndpoint>[0]);
}

/** Calls the object that the other end exposes. */
export function wrap<T>(end: End): Remote<T> {
  return Comlink.wrap<T>(endpoint(end));
}

/** Lets the other end call an object. */
export function expose(object: object, end: End): void {
  Comlink.expose(object, endpoint(end));
}

/** Lets go of a remote before its end is closed; Comlink would say so over the closed end later. */
export function release(remote: Remote<object>): void {
  (remote as unknown as Comlink.ProxyMethods)[Comlink.releaseProxy]();
}

type AnyRemote = Remote<Record<string, Record<string, unknown>>>;

/** Sent as an argument, it makes the answer an endpoint when that would be a filesystem. */
class Claim {}

/** Set from a claim's arrival to the answer, which takes some microtasks. */
let isClaimed = false;

const claims: Comlink.TransferHandler<Claim | null, null> = {
  canHandle: (value): value is Claim => value instanceof Claim,
  serialize: () => [null, []],
  deserialize() {
    isClaimed = true;
    setImmediate(() => {
      isClaimed = false;
    });
    return null;
  },
};

function filesystemOf(value: unknown): Operations | undefined {
  // A remote is a function, and to look at it closer would send messages.
  if (typeof value !== 'object') return undefined;
  try {
    return operationsOf(value, 'remote');
  } catch {
    return undefined;
  }
}

/** Serves a filesystem of this thread to whoever gets the endpoint. */
function endpointTo(object: object, fs: Operations): RemoteEndpoint {
  const { port1, port2 } = new MessageChannel();
  new FarHandlers({ fs, object }, port2);
  const own = handlers.filter((name) => supports(fs, name));
  const chosen = Object.fromEntries(switches.map((name) => [name, fs[name]]));
  return new RemoteEndpoint(port1, own, chosen as unknown as RemoteEndpoint['switches']);
}

const endpoints: Comlink.TransferHandler<object, RemoteEndpoint> = {
  canHandle: (value): value is object =>
    value instanceof RemoteEndpoint || (isClaimed && filesystemOf(value) !== undefined),
  serialize(value) {
    isClaimed = false;
    const fs = filesystemOf(value);
    const end = value instanceof RemoteEndpoint ? value : endpointTo(value, fs as Operations);
    if (end.isClosed) throw new Error('the thread of the remote handlers has ended');
    return [{ ...end }, [end.port as unknown as Transferable]];
  },
  deserialize: ({ port, handlers, switches }) => new RemoteEndpoint(port, handlers, switches),
};

type TransferHandlers = typeof Comlink.transferHandlers;
type AnyHandler = Comlink.TransferHandler<unknown, unknown>;

/** Errors as data; which values are errors, only a copy's own handler can tell. */
function errorsLike({ canHandle }: AnyHandler): AnyHandler {
  return {
    canHandle,
    serialize: (thrown) => [pack((thrown as Thrown).value), []],
    deserialize(parcel): never {
      throw unpack(parcel as Parcel);
    },
  };
}

/** Empties the list; the handler of errors comes first. */
function takeAll(list: TransferHandlers): [[string, AnyHandler], ...[string, AnyHandler][]] {
  const all = [...list];
  list.clear();
  const thrower = all.find(([name]) => name === 'throw') as [string, AnyHandler];
  return [thrower, ...all.filter((each) => each !== thrower)];
}

// The package has two copies of itself, and users may import either.
for (const { transferHandlers } of [Comlink, ComlinkModule]) {
  // Before Comlink's own and the users', as an object may also be one that is always proxied.
  const [[, thrower], ...others] = takeAll(transferHandlers);
  transferHandlers.set('throw', errorsLike(thrower));
  transferHandlers.set('wasmfuse.claim', claims);
  transferHandlers.set('wasmfuse.endpoint', endpoints);
  for (const [name, handler] of others) transferHandlers.set(name, handler);
}

/** Generous: a thread answers once it has loaded its modules. */
const REACH_MS = 30_000;
/** One that has imported wasmfuse has Comlink ready somewhat later; see comlink.ts. */
const READY_MS = 5000;
const LOOK_MS = 20;

/**
 * Asks a remote filesystem for a port of our own to its handlers. All calls go over that one, which
 * tells when its other end is gone, as a remote does not.
 *
 * @throws Error when the remote does not answer, its thread has not imported wasmfuse, or it is no
 * filesystem.
 */
export async function endpointOf(
  remote: Remote<object>,
  limitMs = REACH_MS,
): Promise<RemoteEndpoint> {
  const reached = reach(remote as AnyRemote);
  const endpoint = await within(limitMs, reached);
  if (endpoint !== LATE) return endpoint;
  reached.then(
    ({ port }) => port.close(),
    () => {},
  );
  throw new Error(`the remote filesystem does not answer for ${limitMs} ms`);
}

/** A thread without wasmfuse would fail on a claim; of an error it tells no class either. */
async function isReady(remote: AnyRemote): Promise<boolean> {
  const { nothing } = remote.wasmfuse as unknown as Record<string, Promise<unknown>>;
  const refusal: unknown = await Promise.resolve(nothing).catch((error) => error);
  return !(refusal instanceof Error) || refusal instanceof TypeError;
}

async function reach(remote: AnyRemote): Promise<RemoteEndpoint> {
  const left = countdown(READY_MS);
  while (!(await isReady(remote))) {
    if (left() === 0) throw new Error("the remote filesystem's thread has not imported wasmfuse");
    await setTimeout(LOOK_MS);
  }
  const call = remote.valueOf as unknown as (claim: Claim) => Promise<unknown>;
  const answer = await call(new Claim()).catch((error) => error);
  if (answer instanceof RemoteEndpoint) return answer;
  throw new TypeError('the remote has none of the handlers of Operations', { cause: answer });
}
