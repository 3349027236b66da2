import { SystemError } from '../errors.js';
import { fsdecode, fsencode } from '../names.js';
import { shim } from '../session/shim.js';

/** A path or a name: a string as {@link fsdecode} gives it, or its bytes. */
export type Path = string | Uint8Array;

type Argument = number | bigint | Uint8Array;
type PosixCall = (...args: Argument[]) => unknown;

/** The addon's calls, each as `name` (a promise) and `nameSync`, and its constants. */
const posix = shim.posix as Readonly<Record<string, PosixCall | number>>;

/**
 * Bytes of a path or a name. @throws TypeError when it is neither string nor bytes, or has a NUL.
 */
export function textBytes(text: unknown, what: string): Buffer {
  if (typeof text !== 'string' && !(text instanceof Uint8Array)) {
    throw new TypeError(`${what} is neither a string nor bytes: ${String(text)}`);
  }
  const bytes = fsencode(text);
  if (bytes.includes(0))
    throw new TypeError(`${what} has a NUL: ${JSON.stringify(fsdecode(text))}`);
  return bytes;
}

/** An integer of 32 bits, such as a descriptor, a mode or flags. @throws TypeError or RangeError */
export function int(value: unknown, what: string): number {
  if (typeof value !== 'number') throw new TypeError(`${what} is no number: ${String(value)}`);
  if (Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32) return value;
  throw new RangeError(`${what} is no integer of 32 bits: ${value}`);
}

/** An offset, length or seconds. @throws TypeError or RangeError */
export function long(value: unknown, what: string): number | bigint {
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) === value) return value;
    throw new RangeError(`${what} is out of range: ${value}`);
  }
  if (typeof value !== 'number') throw new TypeError(`${what} is no number: ${String(value)}`);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${what} is no safe integer: ${value}`);
}

/** Bytes to write. @throws TypeError */
export function data(value: unknown, what: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`${what} is no Buffer or Uint8Array: ${String(value)}`);
}

function check<Result>(result: unknown, name: string, path: Path | undefined): Result {
  if (typeof result !== 'number' || result >= 0) return result as Result;
  throw new SystemError(-result, name, path === undefined ? undefined : fsdecode(path));
}

/** Runs a call on libuv's thread pool. @throws SystemError with `path`, when one is given. */
export async function call<Result = number>(
  name: string,
  path: Path | undefined,
  ...args: Argument[]
): Promise<Result> {
  return check(await (posix[name] as PosixCall)(...args), name, path);
}

/**
 * Runs a call on this thread, which it blocks. @throws SystemError with `path`, when one is given.
 */
export function callSync<Result = number>(
  name: string,
  path: Path | undefined,
  ...args: Argument[]
): Result {
  return check((posix[`${name}Sync`] as PosixCall)(...args), name, path);
}

/** A constant of this machine's C library. */
export function constant(name: string): number {
  return posix[name] as number;
}
