const NS_PER_MS = 1_000_000n;

let offset = 0n;

/**
 * The time in ns since 1970. Node tells the wall clock in milliseconds only: the digits below come
 * from the monotonic clock, held within the current millisecond of the wall clock, which stays
 * right when that is set. Two events in order never get times out of order.
 */
export function now(): bigint {
  const monotonic = process.hrtime.bigint();
  const first = BigInt(Date.now()) * NS_PER_MS;
  const last = first + NS_PER_MS - 1n;
  const time = monotonic + offset;
  if (time >= first && time <= last) return time;
  const held = time < first ? first : last;
  offset = held - monotonic;
  return held;
}
