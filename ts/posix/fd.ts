import { call, data, int, long } from './call.js';

/** fallocate(2). @param mode 0, or FALLOC_FL_ flags. */
export async function fallocate(
  fd: number,
  mode: number,
  offset: number | bigint,
  length: number | bigint,
): Promise<void> {
  const range = [long(offset, 'offset'), long(length, 'length')] as const;
  await call('fallocate', undefined, int(fd, 'fd'), int(mode, 'mode'), ...range);
}

/** copy_file_range(2); returns the bytes copied, 0 at the end of the file. */
export async function copyFileRange(
  fdIn: number,
  offsetIn: number | bigint,
  fdOut: number,
  offsetOut: number | bigint,
  length: number | bigint,
  flags = 0,
): Promise<number> {
  return call(
    'copyFileRange',
    undefined,
    int(fdIn, 'fdIn'),
    long(offsetIn, 'offsetIn'),
    int(fdOut, 'fdOut'),
    long(offsetOut, 'offsetOut'),
    long(length, 'length'),
    int(flags, 'flags'),
  );
}

/** lseek(2): returns the offset, and moves the one that the descriptor shares with its copies. */
export async function lseek(fd: number, offset: number | bigint, whence: number): Promise<number> {
  return call('lseek', undefined, int(fd, 'fd'), long(offset, 'offset'), int(whence, 'whence'));
}

/**
 * flock(2). Without LOCK_NB it waits in one of the few threads of libuv's pool, which every other
 * asynchronous call shares.
 */
export async function flock(fd: number, operation: number): Promise<void> {
  await call('flock', undefined, int(fd, 'fd'), int(operation, 'operation'));
}

/** syncfs(2): writes out the filesystem that holds the file. */
export async function syncfs(fd: number): Promise<void> {
  await call('syncfs', undefined, int(fd, 'fd'));
}

/**
 * pwritev2(2) with RWF_APPEND: writes at the end as it is at that moment, also when others append,
 * whatever the flags of the descriptor; returns the bytes written.
 *
 * @param bytes must stay as they are until the promise has settled.
 */
export async function append(fd: number, bytes: Uint8Array): Promise<number> {
  return call('append', undefined, int(fd, 'fd'), data(bytes, 'bytes'));
}

/** What close(2) would report of data written so far; the descriptor stays open. */
export async function flush(fd: number): Promise<void> {
  await call('flush', undefined, int(fd, 'fd'));
}
