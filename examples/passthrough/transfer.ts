import { posix } from 'wasmfuse';
import { write } from './calls.js';

/**
 * Writes all of `data`, also when the kernel takes it in parts; the count is smaller only when an
 * error has stopped it.
 *
 * @param offset where, or undefined for the end of the file. The kernel sends the end it knows of,
 * but only the source's own append writes nothing over what others append to the source.
 */
export async function writeAll(
  fd: number,
  data: Buffer,
  offset: number | undefined,
): Promise<number> {
  let done = 0;
  while (done < data.length) {
    const rest = data.subarray(done);
    try {
      const count = await (offset === undefined
        ? posix.append(fd, rest)
        : write(fd, rest, offset + done));
      if (count === 0) break;
      done += count;
    } catch (error) {
      if (done === 0) throw error;
      break;
    }
  }
  return done;
}
