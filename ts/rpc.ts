import { BroadcastChannel, type MessagePort, type Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { FUSEError, SystemError } from './errors.js';
import { describeThrown } from './session/log.js';

/**
 * The control path between threads. Comlink passes on only the name, message and stack of an error;
 * here its errno travels as data too.
 */

/** Fields of errors that must survive the way between threads. */
const KEPT = ['name', 'message', 'stack', 'code', 'errno', 'syscall', 'path'];
const HIDDEN = ['name', 'message', 'stack'];

interface Thrown {
  value: unknown;
}

interface Parcel {
  isError: boolean;
  kind?: 'FUSEError' | 'SystemError' | 'TypeError' | 'RangeError';
  value: unknown;
}

function kindOf(error: Error): Pick<Parcel, 'kind'> {
  if (error instanceof FUSEError) return { kind: 'FUSEError' };
  if (error instanceof SystemError) return { kind: 'SystemError' };
  if (error instanceof RangeError) return { kind: 'RangeError' };
  if (error instanceof TypeError) return { kind: 'TypeError' };
  return {};
}

const prototypes = { FUSEError, SystemError, TypeError, RangeError };

/** The value itself, or words for one that can't cross. */
function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return describeThrown(value);
  }
}

/** A thrown value as data. */
export function pack(value: unknown): Parcel {
  if (!(value instanceof Error)) return { isError: false, value: cloneable(value) };
  const fields: Record<string, unknown> = {};
  for (const key of KEPT) {
    const field = (value as unknown as Record<string, unknown>)[key];
    if (typeof field === 'string' || typeof field === 'number') fields[key] = field;
  }
  return { isError: true, ...kindOf(value), value: fields };
}

/** The inverse of pack. */
export function unpack(parcel: Parcel): unknown {
  if (!parcel.isError) return parcel.value;
  const error = new Error();
  if (parcel.kind !== undefined) Object.setPrototypeOf(error, prototypes[parcel.kind].prototype);
  for (const [key, value] of Object.entries(parcel.value as object)) {
    const enumerable = !HIDDEN.includes(key);
    Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
  }
  return error;
}

const thrownHandler = Comlink.transferHandlers.get('throw') as Comlink.TransferHandler<
  Thrown,
  unknown
>;
Comlink.transferHandlers.set('throw', {
  canHandle: thrownHandler.canHandle,
  serialize: ({ value }: Thrown): [Parcel, Transferable[]] => [pack(value), []],
  deserialize(parcel: Parcel): never {
    throw unpack(parcel);
  },
} as Comlink.TransferHandler<Thrown, Parcel>);

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
