import { errno } from '../errors.js';
import { define, int, type Path, place } from './call.js';

const NS = 1_000_000_000n;

/** Attributes of an inode, in the form that handlers return them. */
export interface Stats {
  dev: bigint;
  ino: bigint;
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  /** In the encoding of makedev(3). */
  rdev: number;
  size: bigint;
  blksize: number;
  /** Units of 512 bytes. */
  blocks: bigint;
  /** ns since 1970, negative before; exact, whatever the year. */
  atimeNs: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}

/** What the addon fills in, as struct attributes in shim/posix_look.c has it. */
const FIELDS = 20;
const MODE = 0;
const NLINK = 1;
const UID = 2;
const GID = 3;
const RDEV = 4;
const BLKSIZE = 5;
const DEV = 6;
const INO = 7;
const SIZE = 8;
const BLOCKS = 9;
const ATIME = 10;
const MTIME = 11;
const CTIME = 12;
const IS_FAR = 13;
const SECONDS = 14;
const NANOSECONDS = 17;

/** Memory for one answer. */
class Room {
  readonly #memory = new ArrayBuffer(FIELDS * 8);
  readonly bytes = new Uint8Array(this.#memory);
  readonly #numbers = new Float64Array(this.#memory);
  readonly #signed = new BigInt64Array(this.#memory);
  readonly #unsigned = new BigUint64Array(this.#memory);

  stats(): Stats {
    const [numbers, signed, unsigned] = [this.#numbers, this.#signed, this.#unsigned];
    // Small integers: as they come, V8 would keep each in an object of its own.
    const word = (field: number) => (numbers[field] as number) >>> 0;
    const stats = {
      dev: unsigned[DEV] as bigint,
      ino: unsigned[INO] as bigint,
      mode: word(MODE),
      nlink: word(NLINK),
      uid: word(UID),
      gid: word(GID),
      rdev: word(RDEV),
      size: signed[SIZE] as bigint,
      blksize: word(BLKSIZE),
      blocks: signed[BLOCKS] as bigint,
      atimeNs: signed[ATIME] as bigint,
      mtimeNs: signed[MTIME] as bigint,
      ctimeNs: signed[CTIME] as bigint,
    };
    return numbers[IS_FAR] === 0 ? stats : this.#withFarTimes(stats);
  }

  /** Times before 1678 or after 2262, whose ns need more than 64 bits. */
  #withFarTimes(stats: Stats): Stats {
    const time = (which: number) =>
      (this.#signed[SECONDS + which] as bigint) * NS +
      (this.#signed[NANOSECONDS + which] as bigint);
    return { ...stats, atimeNs: time(0), mtimeNs: time(1), ctimeNs: time(2) };
  }
}

export interface StatOptions {
  /** Of what a symlink leads to, not of itself. Default true. */
  readonly follow?: boolean;
}

export interface StatSyncOptions extends StatOptions {
  /** When false, nothing there gives undefined, which is cheaper than an error. Default true. */
  readonly throwIfNoEntry?: boolean;
}

const statCall = define(
  'stat',
  (of: Path | number, follow: boolean, room: Room) => {
    if (typeof of === 'number') return [int(of, 'fd'), '', Number(follow), room.bytes];
    const from = place(of, 'path');
    return [from[0], from[1], Number(follow), room.bytes];
  },
  (_zero: number) => {},
  ([of]) => (typeof of === 'number' ? undefined : of),
);

/** stat(2), or lstat(2), of a path; fstat(2) of a descriptor, also an O_PATH one. */
export async function stat(of: Path | number, { follow = true }: StatOptions = {}): Promise<Stats> {
  const room = new Room();
  await statCall.later(of, follow, room);
  return room.stats();
}

const ownRoom = new Room();
const defaults: StatSyncOptions = {};

/** As {@link stat}, on this thread. */
export function statSync(
  of: Path | number,
  options?: StatSyncOptions & { throwIfNoEntry?: true },
): Stats;
export function statSync(of: Path | number, options: StatSyncOptions): Stats | undefined;
export function statSync(
  of: Path | number,
  { follow = true, throwIfNoEntry = true } = defaults,
): Stats | undefined {
  const result = statCall.attempt(of, follow, ownRoom);
  if (result === 0) return ownRoom.stats();
  if (result === -(errno.ENOENT as number) && !throwIfNoEntry) return undefined;
  throw statCall.failure(result as number, [of, follow, ownRoom]);
}
