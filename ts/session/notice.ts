import { errno, SystemError } from '../errors.js';
import { fsencode } from '../names.js';
import { bytesOf, count, i63, inode, u64 } from './check.js';
import { linux } from './generated/layout.js';

/** What the kernel is told unasked, as data that can go to another thread. */
export type Notice =
  | {
      readonly call: 'invalidateInode';
      readonly inode: bigint;
      /** Negative: the attributes alone. */
      readonly offset: bigint;
      /** 0: to the end. */
      readonly length: bigint;
    }
  | {
      readonly call: 'invalidateEntry';
      readonly parent: bigint;
      readonly name: string;
      /** The inode that the name stood for, when it was deleted; else 0. */
      readonly deleted: bigint;
    }
  | { readonly call: 'expireEntry'; readonly parent: bigint; readonly name: string }
  | {
      readonly call: 'notifyStore';
      readonly inode: bigint;
      readonly offset: bigint;
      readonly data: Uint8Array;
    }
  | {
      readonly call: 'retrieve';
      readonly inode: bigint;
      readonly offset: bigint;
      readonly size: number;
    };

const SLASH = '/'.charCodeAt(0);
const MOST_BYTES = 2 ** 31 - 1;

/** libfuse's function behind a call, which its errors name. */
function functionOf(notice: Notice): string {
  const isDelete = notice.call === 'invalidateEntry' && notice.deleted !== 0n;
  const names = {
    invalidateInode: 'inval_inode',
    invalidateEntry: isDelete ? 'delete' : 'inval_entry',
    expireEntry: 'expire_entry',
    notifyStore: 'store',
    retrieve: 'retrieve',
  };
  return `fuse_lowlevel_notify_${names[notice.call]}`;
}

const MOST_SHOWN = 300;

/** A call as it was made, for people. */
export function describe(notice: Notice): string {
  const { call, ...args } = notice;
  const shown = Object.entries(args).map(([name, value]) => {
    if (typeof value === 'bigint') return `${name} ${value}n`;
    if (typeof value === 'object') return `${value.length} bytes`;
    const text = JSON.stringify(value);
    return `${name} ${text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text}`;
  });
  return `${call}(${shown.join(', ')})`;
}

/** The error of a notice that failed. */
export function failureOf(notice: Notice, number: number, detail?: string): SystemError {
  const what = describe(notice);
  const words = detail === undefined ? what : `${what}, ${detail}`;
  return new SystemError(number, functionOf(notice), undefined, words);
}

/** @throws TypeError when it is no string; SystemError when no file can be called so. */
export function checkName(notice: Notice & { readonly name: string }): void {
  const { name } = notice;
  if (typeof name !== 'string') throw new TypeError(`name is no string: ${String(name)}`);
  const bytes = fsencode(name);
  if (bytes.length >= linux.PATH_MAX) {
    throw failureOf(notice, errno.ENAMETOOLONG as number, `${bytes.length} bytes`);
  }
  if (bytes.length > 0 && !bytes.includes(0) && !bytes.includes(SLASH)) return;
  throw failureOf(notice, errno.EINVAL as number, 'no file has such a name');
}

type Integer = bigint | number;

/** @throws TypeError, RangeError */
export function inodeNotice(inodeNumber: Integer, at: unknown, length: Integer): Notice {
  const call = 'invalidateInode';
  const ino = inode(inodeNumber, 'inode');
  if (at === true) return { call, inode: ino, offset: -1n, length: 0n };
  if (at === false) return { call, inode: ino, offset: 0n, length: 0n };
  return { call, inode: ino, offset: i63(at, 'offset'), length: i63(length, 'length') };
}

/** @throws TypeError, RangeError; SystemError EINVAL for a bad name. */
export function entryNotice(
  parent: Integer,
  name: string,
  deleted: Integer,
): Notice & { readonly call: 'invalidateEntry' } {
  const notice = {
    call: 'invalidateEntry',
    parent: inode(parent, 'parent'),
    name,
    deleted: u64(deleted, 'deleted'),
  } as const;
  checkName(notice);
  return notice;
}

/** As `entryNotice`. */
export function expiryNotice(parent: Integer, name: string): Notice {
  const notice = { call: 'expireEntry', parent: inode(parent, 'parent'), name } as const;
  checkName(notice);
  return notice;
}

/** Copies the data, which its owner may change as soon as the call has returned. */
export function storeNotice(inodeNumber: Integer, offset: Integer, data: unknown): Notice {
  const at = i63(offset, 'offset');
  const bytes = new Uint8Array(bytesOf(data, 'data'));
  i63(at + BigInt(bytes.length), 'end of the data');
  return { call: 'notifyStore', inode: inode(inodeNumber, 'inode'), offset: at, data: bytes };
}

/** @throws TypeError, RangeError */
export function retrieveNotice(inodeNumber: Integer, offset: Integer, size: number): Notice {
  return {
    call: 'retrieve',
    inode: inode(inodeNumber, 'inode'),
    offset: i63(offset, 'offset'),
    size: count(size, 'size', MOST_BYTES),
  };
}
