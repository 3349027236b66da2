/** A seeded generator of numbers below `limit` (xorshift32): a failure can be run again. */
export function random(seed: number): (limit: number) => number {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % limit;
  };
}

/** Bytes that look random, the same ones for the same seed. */
export function randomBytes(seed: number, length: number): Buffer {
  const next = random(seed);
  return Buffer.from(Uint8Array.from({ length }, () => next(256)));
}
