import { errno } from '../errors.js';
import { data, define, int, long, number } from './call.js';

type Transfer = [fd: number, bytes: Uint8Array, offset: number | bigint];

const transfer = (...[fd, bytes, offset]: Transfer) => [
  int(fd, 'fd'),
  data(bytes, 'bytes'),
  long(offset, 'offset'),
];

const readCall = define('read', transfer, number);

/**
 * pread(2): fills `bytes`, which may be WebAssembly memory; returns how many there were.
 *
 * @param bytes must be left alone until the promise has settled.
 */
export const read = readCall.later;
/** As {@link read}, on this thread. */
export const readSync = readCall.now;

const readCachedCall = define('readCached', transfer, number);

/**
 * As {@link readSync}, of what the page cache has: preadv2(2) with RWF_NOWAIT. Returns fewer bytes
 * also where the next are not there yet; undefined when the first would have to be waited for, or
 * when the filesystem can't tell; those in memory have everything.
 */
export function readCachedSync(...args: Transfer): number | undefined {
  const result = readCachedCall.attempt(...args) as number;
  if (result >= 0) return result;
  if (result === -(errno.EAGAIN as number)) return undefined;
  throw readCachedCall.failure(result, args);
}

const writeCall = define('write', transfer, number);

/**
 * pwrite(2): returns the bytes written.
 *
 * @param bytes must stay as they are until the promise has settled.
 */
export const write = writeCall.later;
/** As {@link write}, on this thread. */
export const writeSync = writeCall.now;

const appendCall = define(
  'append',
  (fd: number, bytes: Uint8Array) => [int(fd, 'fd'), data(bytes, 'bytes')],
  number,
);

/**
 * pwritev2(2) with RWF_APPEND: writes at the end as it is at that moment, also when others append,
 * whatever the flags of the descriptor; returns the bytes written.
 *
 * @param bytes must stay as they are until the promise has settled.
 */
export const append = appendCall.later;
/** As {@link append}, on this thread. */
export const appendSync = appendCall.now;
