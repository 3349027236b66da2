import fs from 'node:fs/promises';
import { contentAt } from '../content.js';
import { PATTERNS, SIZE } from '../dimensions.js';
import { Random } from '../random.js';
import { demand, type Steps, type Task } from './task.js';

/** As many as the threads that Node's file calls share. */
const PARALLEL = 4;

/** Reads several places at a time, and compares. */
export async function* readers({ dir, seed }: Task): Steps {
  const random = new Random(seed);
  const read = async () => {
    const number = random.below(PATTERNS);
    const length = random.between(1, 150_000);
    const offset = random.below(SIZE - 2 * length);
    const file = await fs.open(`${dir}/pattern-${number}`);
    try {
      for (let at = offset; at < offset + length; ) {
        // As in readWhole, an answer may be short.
        const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, at);
        const expected = contentAt(number, at, bytesRead);
        const isRight = bytesRead > 0 && buffer.subarray(0, bytesRead).equals(expected);
        demand(isRight, `pattern-${number}: ${bytesRead} bytes at ${at}`);
        at += bytesRead;
      }
    } finally {
      await file.close();
    }
  };
  for (;;) {
    const all = await Promise.allSettled(Array.from({ length: PARALLEL }, read));
    for (const each of all) if (each.status === 'rejected') throw each.reason;
    yield;
  }
}
