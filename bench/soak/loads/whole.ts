import fs from 'node:fs';

/**
 * Reads until all is there or the file ends: where a filesystem ends in the middle of a read, the
 * first answer is short, and only the next one an error.
 */
export function readWhole(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = fs.readSync(fd, bytes, done, length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}

/** Writes all, or throws. */
export function writeWhole(fd: number, offset: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) {
    done += fs.writeSync(fd, bytes, done, bytes.length - done, offset + done);
  }
}
