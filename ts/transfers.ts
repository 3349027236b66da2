import { MessageChannel } from 'node:worker_threads';
import type { Copy, TransferHandler } from './copies.js';
import { FarHandlers } from './far.js';
import { handlers, operationsOf, switches } from './handlers.js';
import type { Operations } from './operations.js';
import { RemoteEndpoint } from './remote.js';
import { supports } from './session/dispatch.js';
import { type Parcel, pack, unpack } from './thrown.js';

/** What travels by Comlink in a way of ours: errors, whose errno it drops, and filesystems. */

interface Thrown {
  value: unknown;
}

/** Sent as an argument, it makes the answer an endpoint when that would be a filesystem. */
export class Claim {}

/** Set from a claim's arrival to the answer, which takes some microtasks. */
let isClaimed = false;

const claims: TransferHandler<Claim | null, null> = {
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

const endpoints: TransferHandler<object, RemoteEndpoint> = {
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

type AnyHandler = TransferHandler<unknown, unknown>;

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
function takeAll(list: Map<string, AnyHandler>): [[string, AnyHandler], ...[string, AnyHandler][]] {
  const all = [...list];
  list.clear();
  const thrower = all.find(([name]) => name === 'throw') as [string, AnyHandler];
  return [thrower, ...all.filter((each) => each !== thrower)];
}

/** Teaches a copy of Comlink. */
export function adopt({ transferHandlers }: Copy): void {
  // Before Comlink's own and the users', as an object may also be one that is always proxied.
  const [[, thrower], ...others] = takeAll(transferHandlers);
  transferHandlers.set('throw', errorsLike(thrower));
  transferHandlers.set('wasmfuse.claim', claims);
  transferHandlers.set('wasmfuse.endpoint', endpoints);
  for (const [name, handler] of others) transferHandlers.set(name, handler);
}
