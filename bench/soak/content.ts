import { Random } from './random.js';

const PERIOD = 1 << 20;
/** Between two files' beginnings; odd, so that no two files agree on a page. */
const SHIFT = 4099;

const once = new Random(1).bytes(PERIOD);
const content = Buffer.concat([once, once]);

/** The bytes that file number `file` has at an offset; at most 1 MiB. */
export function contentAt(file: number, offset: number, length: number): Buffer {
  const start = (offset + file * SHIFT) % PERIOD;
  return content.subarray(start, start + length);
}
