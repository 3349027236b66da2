/** What the servers serve, the same whoever serves it: what a client finds below a mountpoint. */

export type FilesystemName =
  | 'stat'
  | 'data'
  | 'passthrough'
  | 'memory'
  | 'listing'
  | 'delay'
  | 'comlink';

/** `stat` and `comlink`: one file to ask for, beside this many that are only there. */
export const STAT_FILE = 'file';
export const STAT_OTHERS = 1000;

/** `data`: reads give zeros, writes are discarded; one file with direct I/O, one cached. */
export const DIRECT_FILE = 'direct';
export const CACHED_FILE = 'cached';
export const DATA_BYTES = 2 ** 40;
/** The same two files where nobody serves them, on the backing filesystem: without any data. */
export const RAW_DATA_BYTES = 2 ** 30;

/** `listing`: directories `d000` to `d099`, each with files `f0000` to `f0999`. */
export const LISTING_DIRECTORIES = 100;
export const LISTING_FILES = 1000;
/** Seconds, as libfuse's high-level interface has it: few enough to be waited for. */
export const LISTING_TIMEOUT = 1;

/** `delay`: a read(2) of this file is one request, answered after so long. It has direct I/O. */
export const DELAY_FILE = 'slow';
export const DELAY_MS = 5;
/** Most reads that are answered at a time. */
export const DELAY_TASKS = 99;
