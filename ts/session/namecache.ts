const SLOT_BITS = 10;
/** A name and its NUL have so many words at most, which is one line of the processor's cache. */
const WORDS = 16;

/** Of each byte of a word: the bit that ASCII lacks, and the lowest. */
const HIGH = 0x8080_8080 | 0;
const LOW = 0x0101_0101;
const MULTIPLIER = 0x9e37_79b1;

/**
 * The strings of short ASCII names that came lately. Programs look at the same names again and
 * again: one that is known takes no new string, and Maps know its hash already.
 */
export class NameCache {
  readonly #words = new Int32Array(WORDS << SLOT_BITS);
  readonly #names = new Array<string>(1 << SLOT_BITS).fill('');

  /**
   * The C string that begins at a word; undefined when it is long or not ASCII.
   *
   * @param bytes the memory that has these words.
   */
  read(words: Int32Array, start: number, bytes: Buffer): string | undefined {
    let hash = 0;
    let count = 0;
    let word = 0;
    let zeros = 0;
    do {
      if (count === WORDS) return undefined;
      word = words[start + count] as number;
      // The lowest bit that is set here is in the first byte that is 0.
      zeros = (word - LOW) & ~word & HIGH;
      if (zeros !== 0) word &= belowLowest(zeros);
      if ((word & HIGH) !== 0) return undefined;
      hash = Math.imul(hash ^ word, MULTIPLIER);
      hash ^= hash >>> 15;
      count++;
    } while (zeros === 0);

    const slot = hash & ((1 << SLOT_BITS) - 1);
    const kept = slot * WORDS;
    const last = count - 1;
    let same = 0;
    if (this.#words[kept + last] === word) {
      while (same < last && this.#words[kept + same] === words[start + same]) same++;
      if (same === last) return this.#names[slot];
    }
    for (let i = 0; i < last; i++) this.#words[kept + i] = words[start + i] as number;
    this.#words[kept + last] = word;
    const length = last * 4 + ((32 - Math.clz32(belowLowest(zeros))) >>> 3);
    const name = bytes.toString('latin1', start * 4, start * 4 + length);
    this.#names[slot] = name;
    return name;
  }
}

/** Of a word with the high bits of bytes: a mask of all bytes before the lowest one. */
function belowLowest(bits: number): number {
  return ((bits & -bits) >>> 7) - 1;
}
