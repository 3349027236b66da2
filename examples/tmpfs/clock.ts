const NS_PER_MS = 1_000_000n;

let offset = 0n;
let last = 0n;

/**
 * The time in ns since 1970. Node tells the wall clock in milliseconds only: the digits below come
 * from the monotonic clock, held within the current millisecond of the wall clock, which stays
 * right when that is set. Two events in order never get times out of order, nor the same one, but
 * when the wall clock stands still for longer than its millisecond.
 */
export function now(): bigint {
  const monotonic = process.hrtime.bigint();
  const start = BigInt(Date.now()) * NS_PER_MS;
  const end = start + NS_PER_MS - 1n;
  let time = monotonic + offset;
  if (time < start || time > end) {
    // As early as it can be: one that is too late, after a pause between the two clocks, would be
    // beyond the end from here on, and stand still there.
    const isFirst = last < start || last > end;
    if (isFirst) time = start;
    else time = last < end ? last + 1n : end;
    offset = time - monotonic;
  }
  last = time;
  return time;
}
