import { SystemError } from '../errors.js';
import { fsdecode, fsencode } from '../names.js';
import { shim } from '../session/shim.js';

/** Text as {@link fsdecode} gives it, or its bytes. */
export type Text = string | Uint8Array;

/** A name in an open directory, wherever that is moved: its descriptor, and the name. */
export type Entry = readonly [directory: number, name: Text];

/** A path, or a name in an open directory. */
export type Path = Text | Entry;

type Argument = number | bigint | Text;
type AddonCall = (...args: Argument[]) => unknown;

/** The addon's calls, each as `name` (a promise) and `nameSync`, and its constants. */
const addon = shim.posix as Readonly<Record<string, AddonCall | number>>;

/** A constant of this machine's C library. */
export function constant(name: string): number {
  return addon[name] as number;
}

const AT_FDCWD = constant('AT_FDCWD');

/** @throws TypeError when it is neither string nor bytes, or has a NUL. */
export function text(value: unknown, what: string): Text {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
    throw new TypeError(`${what} is neither a string nor bytes: ${String(value)}`);
  }
  const hasNul = typeof value === 'string' ? value.includes('\0') : value.includes(0);
  if (hasNul) throw new TypeError(`${what} has a NUL: ${JSON.stringify(fsdecode(value))}`);
  return typeof value === 'string' && !value.isWellFormed() ? fsencode(value) : value;
}

/** A path, and the descriptor of the directory that it starts from. @throws TypeError */
export function place(path: Path, what: string): [directory: number, path: Text] {
  if (!Array.isArray(path)) return [AT_FDCWD, text(path, what)];
  const [directory, name] = path as Entry;
  return [int(directory, `the directory of ${what}`), text(name, what)];
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

/** Bytes to read into, or to write. @throws TypeError */
export function data(value: unknown, what: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`${what} is no Buffer or Uint8Array: ${String(value)}`);
}

/** A system call in its forms. */
export interface Call<Arguments extends unknown[], Result> {
  /** Runs on libuv's thread pool. @throws SystemError */
  later(...args: Arguments): Promise<Result>;
  /** Runs on this thread, which waits for it. @throws SystemError */
  now(...args: Arguments): Result;
  /** As now, but gives the addon's own result, which is -errno when the call fails. */
  attempt(...args: Arguments): unknown;
  failure(result: number, args: Arguments): SystemError;
}

/**
 * A call of the addon.
 *
 * @param take checks the arguments, and puts them as the addon wants them.
 * @param give makes the result of the addon's, which is not negative when it is a number.
 * @param pathOf the path that errors tell.
 */
export function define<Arguments extends unknown[], Raw, Result>(
  name: string,
  take: (...args: Arguments) => Argument[],
  give: (raw: Raw) => Result,
  pathOf?: (args: NoInfer<Arguments>) => Path | undefined,
): Call<Arguments, Result> {
  const [later, now] = [addon[name], addon[`${name}Sync`]] as [AddonCall, AddonCall];
  const failure = (result: number, args: Arguments) => {
    const path = pathOf?.(args);
    const last = Array.isArray(path) ? (path as Entry)[1] : (path as Text | undefined);
    return new SystemError(-result, name, last === undefined ? undefined : fsdecode(last));
  };
  const check = (raw: unknown, args: Arguments) => {
    if (typeof raw === 'number' && raw < 0) throw failure(raw, args);
    return give(raw as Raw);
  };
  return {
    later: async (...args) => check(await later(...take(...args)), args),
    now: (...args) => check(now(...take(...args)), args),
    attempt: (...args) => now(...take(...args)),
    failure,
  };
}

/** For calls that give nothing but success. */
export const nothing = (): void => {};
/** For calls whose result is a number. */
export const number = (raw: number): number => raw;
/** For calls whose result is bytes. */
export const buffer = (raw: Buffer): Buffer => raw;
/** For calls whose errors tell their first argument. */
export const first = (args: readonly [Path, ...unknown[]]): Path => args[0];
