import { type MaybePromise, posix } from 'wasmfuse';

/** The page cache has whole pages: where less than one follows, there the file ends. */
const SMALLEST_PAGE = 4096;
/** From here on it takes no longer to leave a write to another thread, while this one goes on. */
const MAX_WRITE_HERE = 256 * 1024;

/**
 * Fills `into` as far as the file goes: on this thread with what the page cache has, which takes
 * less than to ask another one; there when the disk has to be waited for.
 */
export function readAll(fd: number, into: Buffer, offset: number): MaybePromise<number> {
  let done = 0;
  while (done < into.length) {
    const rest = done === 0 ? into : into.subarray(done);
    const count = posix.readCachedSync(fd, rest, offset + done);
    if (count === undefined) return readRest(fd, rest, offset + done, done);
    done += count;
    if (count === 0 || (offset + done) % SMALLEST_PAGE !== 0) break;
  }
  return done;
}

async function readRest(fd: number, rest: Buffer, offset: number, done: number): Promise<number> {
  return done + (await posix.read(fd, rest, offset));
}

/** Where a write goes: undefined for the end of the file. */
type Offset = number | undefined;

/**
 * Writes all of `data`, also when the kernel takes it in parts; the count is smaller only when an
 * error has stopped it.
 *
 * @param offset The kernel sends the end it knows of, but only the source's own append writes
 * nothing over what others append to the source.
 * @param waits whether each write waits for the disk.
 */
export function writeAll(
  fd: number,
  data: Buffer,
  offset: Offset,
  waits: boolean,
): MaybePromise<number> {
  if (waits || data.length > MAX_WRITE_HERE) return writeElsewhere(fd, data, offset, 0);
  const count =
    offset === undefined ? posix.appendSync(fd, data) : posix.writeSync(fd, data, offset);
  return count === data.length ? count : writeElsewhere(fd, data, offset, count);
}

/** @param done how many bytes are written already. */
async function writeElsewhere(
  fd: number,
  data: Buffer,
  offset: Offset,
  done: number,
): Promise<number> {
  let at = done;
  while (at < data.length) {
    const rest = at === 0 ? data : data.subarray(at);
    try {
      const count = await (offset === undefined
        ? posix.append(fd, rest)
        : posix.write(fd, rest, offset + at));
      if (count === 0) break;
      at += count;
    } catch (error) {
      if (at === 0) throw error;
      break;
    }
  }
  return at;
}
