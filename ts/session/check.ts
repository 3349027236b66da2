/** Checks of the numbers that handlers return; a wrong one is an error, never a wrong value. */

const MAX_U32 = 2n ** 32n - 1n;
const MAX_I64 = 2n ** 63n - 1n;
const END_NS = (MAX_I64 + 1n) * 1_000_000_000n;
const MAX_U64 = 2n ** 64n - 1n;

function describe(value: unknown): string {
  return typeof value === 'bigint'
    ? `${value}n`
    : typeof value === 'string'
      ? JSON.stringify(value)
      : String(value);
}

function integer(value: unknown, what: string): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === 'number') throw new RangeError(`${what} is no safe integer: ${value}`);
  throw new TypeError(`${what} is no number or bigint: ${describe(value)}`);
}

function within(value: unknown, what: string, max: bigint): bigint {
  const number = integer(value, what);
  if (number < 0n || number > max)
    throw new RangeError(`${what} is out of range: ${describe(value)}`);
  return number;
}

/** An unsigned 64-bit number: an identity or a count. */
export function u64(value: unknown, what: string): bigint {
  // One comparison where a range takes two.
  if (typeof value === 'bigint' && BigInt.asUintN(64, value) === value) return value;
  return within(value, what, MAX_U64);
}

/** A size or offset: 63 bits. */
export function i63(value: unknown, what: string): bigint {
  if (typeof value === 'bigint' && BigInt.asUintN(63, value) === value) return value;
  return within(value, what, MAX_I64);
}

/** A number of 32 bits, such as a mode. */
export function u32(value: unknown, what: string): number {
  if (typeof value === 'number' && value >>> 0 === value) return value;
  return Number(within(value, what, MAX_U32));
}

/** A count from 0 to `max`. */
export function count(value: unknown, what: string, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) {
    return value;
  }
  return Number(within(value, what, BigInt(max)));
}

/** Seconds of a timeout; negative means none, Infinity the longest there is. */
export function seconds(value: unknown, what: string): number {
  if (typeof value === 'number' && value >= 0) return value;
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') throw new TypeError(`${what} is no number: ${describe(value)}`);
  if (Number.isNaN(number)) throw new RangeError(`${what} is NaN`);
  return number;
}

/** Nanoseconds since 1970, negative before, of a time whose seconds fit in 64 bits. */
export function nanoseconds(value: unknown, what: string): bigint {
  const ns = integer(value, what);
  if (ns < -END_NS || ns >= END_NS) throw new RangeError(`${what} is out of range: ${ns}n`);
  return ns;
}

/** An inode number; Node's BigIntStats show those above 2^63 as negative. */
export function inode(value: unknown, what: string): bigint {
  if (typeof value === 'bigint' && BigInt.asUintN(64, value) === value) return value;
  if (typeof value === 'bigint' && value < 0n && value >= -MAX_I64 - 1n) {
    return BigInt.asUintN(64, value);
  }
  return u64(value, what);
}

/** An object to take fields from. */
export function object<T extends object>(value: unknown, what: string): Partial<T> {
  if (typeof value === 'object' && value !== null) return value as Partial<T>;
  throw new TypeError(`${what} is no object: ${describe(value)}`);
}

/** The bytes of data or of a name. */
export function bytesOf(value: unknown, what: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new TypeError(`${what} is no Buffer or Uint8Array: ${describe(value)}`);
}
