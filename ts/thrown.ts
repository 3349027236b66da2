import { FUSEError, SystemError } from './errors.js';
import { describeThrown } from './session/log.js';

/** Fields of errors that must survive the way between threads. */
const KEPT = ['name', 'message', 'stack', 'code', 'errno', 'syscall', 'path', 'stored'];
const HIDDEN = ['name', 'message', 'stack'];

/** A thrown value as data. */
export interface Parcel {
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

function parcelOf(value: unknown): Parcel {
  if (!(value instanceof Error)) return { isError: false, value: cloneable(value) };
  const fields: Record<string, unknown> = {};
  for (const key of KEPT) {
    const field = (value as unknown as Record<string, unknown>)[key];
    if (typeof field === 'string' || typeof field === 'number') fields[key] = field;
  }
  return { isError: true, ...kindOf(value), value: fields };
}

/** A thrown value, whatever it is, as data, with the errno that structured clone drops. */
export function pack(value: unknown): Parcel {
  try {
    return parcelOf(value);
  } catch {
    // Someone's getter or proxy has thrown in turn.
    return { isError: false, value: describeThrown(value) };
  }
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
