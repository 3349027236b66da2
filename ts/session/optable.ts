import { constants } from 'node:fs';
import type { Operations } from '../operations.js';
import { dataOf, forgetsOf, lockOf, offset, setattrOf, unsigned } from './decode.js';
import { Directory } from './directory.js';
import type { Pointer } from './memory.js';
import type { Module } from './module.js';
import { KernelPoll } from './poll.js';
import * as reply from './reply.js';
import type { Request } from './request.js';
import { setxattrChecked } from './xattr.js';

/**
 * One operation of struct fuse_lowlevel_ops: from libfuse's arguments to the handler to the answer.
 */
export interface Row {
  /** The handler of {@link Operations} that it calls. */
  readonly handler: keyof Operations & string;
  /** Decodes the arguments, 64-bit ones as signed bigint, and calls the handler. */
  readonly call: (fs: Operations, m: Module, r: Request, ...args: never[]) => unknown;
  readonly reply: reply.Reply;
  /** The kernel waits for no answer, and libfuse is told so before the handler runs. */
  readonly isUnanswered?: true;
  /** What to take back when the kernel no longer wanted the answer, which it would have counted. */
  readonly undo?: 'lookup' | 'open' | 'opendir' | 'create' | 'listing';
}

function row<Args extends (number | bigint)[]>(
  handler: keyof Operations & string,
  answer: reply.Reply,
  call: (fs: Operations, m: Module, r: Request, ...args: Args) => unknown,
  extra: Pick<Row, 'isUnanswered' | 'undo'> = {},
): Row {
  return { handler, reply: answer, call: call as unknown as Row['call'], ...extra };
}

type I64 = bigint;
type U32 = number;

function list(
  fs: Operations,
  m: Module,
  r: Request,
  size: U32,
  off: I64,
  fi: Pointer,
  plus: boolean,
) {
  const fh = r.file(m.memory, fi);
  r.directory = new Directory(m, r, size >>> 0, plus);
  return fs.readdir(fh, unsigned(off), r.directory, r);
}

function read(fs: Operations, r: Request, fh: bigint, size: U32, off: I64) {
  r.limit = Math.min(size >>> 0, r.task.replySize);
  return fs.read(fh, offset(off), r.limit, r.task.replyBytes(r.limit), r);
}

function write(fs: Operations, r: Request, fh: bigint, data: Buffer, off: I64) {
  r.limit = data.length;
  return fs.write(fh, offset(off), data, r);
}

/**
 * Every operation that answers a request, by its name in struct fuse_lowlevel_ops. Dispatch, the
 * documentation of handlers and the tests' matrix are derived from it.
 */
export const opTable: Readonly<Record<string, Row>> = {
  lookup: row(
    'lookup',
    reply.lookedUp,
    (fs, m, r, parent: I64, name: Pointer) => fs.lookup(r.on(parent), m.memory.name(name >>> 0), r),
    { undo: 'lookup' },
  ),
  forget: row(
    'forget',
    reply.nothing,
    (fs, _m, r, ino: I64, nlookup: I64) => fs.forget([[r.on(ino), unsigned(nlookup)]], r),
    { isUnanswered: true },
  ),
  forget_multi: row(
    'forget',
    reply.nothing,
    (fs, m, r, count: U32, forgets: Pointer) =>
      fs.forget(forgetsOf(m.memory, forgets >>> 0, count >>> 0), r),
    { isUnanswered: true },
  ),
  getattr: row('getattr', reply.attributes, (fs, m, r, ino: I64, fi: Pointer) => {
    r.file(m.memory, fi);
    return fs.getattr(r.on(ino), r);
  }),
  setattr: row(
    'setattr',
    reply.attributes,
    (fs, m, r, ino: I64, attr: Pointer, toSet: U32, fi: Pointer) => {
      const [values, fields] = setattrOf(m.memory, attr >>> 0, toSet);
      r.file(m.memory, fi);
      return fs.setattr(r.on(ino), values, fields, r.fh, r);
    },
  ),
  readlink: row('readlink', reply.target, (fs, _m, r, ino: I64) => fs.readlink(r.on(ino), r)),
  mknod: row(
    'mknod',
    reply.entry,
    (fs, m, r, parent: I64, name: Pointer, mode: U32, rdev: U32) =>
      fs.mknod(r.on(parent), m.memory.name(name >>> 0), mode >>> 0, rdev >>> 0, r),
    { undo: 'lookup' },
  ),
  mkdir: row(
    'mkdir',
    reply.entry,
    (fs, m, r, parent: I64, name: Pointer, mode: U32) =>
      fs.mkdir(r.on(parent), m.memory.name(name >>> 0), (mode >>> 0) | constants.S_IFDIR, r),
    { undo: 'lookup' },
  ),
  unlink: row('unlink', reply.done, (fs, m, r, parent: I64, name: Pointer) =>
    fs.unlink(r.on(parent), m.memory.name(name >>> 0), r),
  ),
  rmdir: row('rmdir', reply.done, (fs, m, r, parent: I64, name: Pointer) =>
    fs.rmdir(r.on(parent), m.memory.name(name >>> 0), r),
  ),
  symlink: row(
    'symlink',
    reply.entry,
    (fs, m, r, target: Pointer, parent: I64, name: Pointer) =>
      fs.symlink(r.on(parent), m.memory.name(name >>> 0), m.memory.name(target >>> 0), r),
    { undo: 'lookup' },
  ),
  rename: row(
    'rename',
    reply.done,
    (fs, m, r, parent: I64, name: Pointer, newParent: I64, newName: Pointer, flags: U32) =>
      fs.rename(
        r.on(parent),
        m.memory.name(name >>> 0),
        unsigned(newParent),
        m.memory.name(newName >>> 0),
        flags >>> 0,
        r,
      ),
  ),
  link: row(
    'link',
    reply.entry,
    (fs, m, r, ino: I64, newParent: I64, newName: Pointer) =>
      fs.link(r.on(ino), unsigned(newParent), m.memory.name(newName >>> 0), r),
    { undo: 'lookup' },
  ),
  open: row(
    'open',
    reply.opened,
    (fs, m, r, ino: I64, fi: Pointer) => {
      r.file(m.memory, fi);
      r.fh = null;
      return fs.open(r.on(ino), r.flags, r);
    },
    { undo: 'open' },
  ),
  read: row('read', reply.data, (fs, m, r, ino: I64, size: U32, off: I64, fi: Pointer) => {
    r.on(ino);
    return read(fs, r, r.file(m.memory, fi), size, off);
  }),
  write: row(
    'write',
    reply.written,
    (fs, m, r, ino: I64, data: Pointer, size: U32, off: I64, fi: Pointer) => {
      r.on(ino);
      return write(fs, r, r.file(m.memory, fi), m.memory.slice(data >>> 0, size >>> 0), off);
    },
  ),
  write_buf: row(
    'write',
    reply.written,
    (fs, m, r, ino: I64, bufvec: Pointer, off: I64, fi: Pointer) => {
      r.on(ino);
      return write(fs, r, r.file(m.memory, fi), dataOf(m.memory, bufvec >>> 0), off);
    },
  ),
  flush: row('flush', reply.done, (fs, m, r, ino: I64, fi: Pointer) => {
    r.on(ino);
    return fs.flush(r.file(m.memory, fi), r);
  }),
  release: row('release', reply.done, (fs, m, r, ino: I64, fi: Pointer) => {
    r.on(ino);
    return fs.release(r.file(m.memory, fi), r);
  }),
  fsync: row('fsync', reply.done, (fs, m, r, ino: I64, datasync: U32, fi: Pointer) => {
    r.on(ino);
    return fs.fsync(r.file(m.memory, fi), datasync !== 0, r);
  }),
  opendir: row(
    'opendir',
    reply.opened,
    (fs, m, r, ino: I64, fi: Pointer) => {
      r.file(m.memory, fi);
      r.fh = null;
      return fs.opendir(r.on(ino), r);
    },
    { undo: 'opendir' },
  ),
  readdir: row(
    'readdir',
    reply.listing,
    (fs, m, r, ino: I64, size: U32, off: I64, fi: Pointer) => {
      r.on(ino);
      return list(fs, m, r, size, off, fi, false);
    },
    { undo: 'listing' },
  ),
  readdirplus: row(
    'readdir',
    reply.listing,
    (fs, m, r, ino: I64, size: U32, off: I64, fi: Pointer) => {
      r.on(ino);
      return list(fs, m, r, size, off, fi, true);
    },
    { undo: 'listing' },
  ),
  releasedir: row('releasedir', reply.done, (fs, m, r, ino: I64, fi: Pointer) => {
    r.on(ino);
    return fs.releasedir(r.file(m.memory, fi), r);
  }),
  fsyncdir: row('fsyncdir', reply.done, (fs, m, r, ino: I64, datasync: U32, fi: Pointer) => {
    r.on(ino);
    return fs.fsyncdir(r.file(m.memory, fi), datasync !== 0, r);
  }),
  statfs: row('statfs', reply.statvfs, (fs, _m, r, ino: I64) => {
    r.on(ino);
    return fs.statfs(r);
  }),
  setxattr: row(
    'setxattr',
    reply.done,
    (fs, m, r, ino: I64, name: Pointer, value: Pointer, size: U32, flags: U32) => {
      r.flags = flags;
      const bytes = m.memory.slice(value >>> 0, size >>> 0);
      return setxattrChecked(fs, r, r.on(ino), m.memory.name(name >>> 0), bytes);
    },
  ),
  getxattr: row('getxattr', reply.xattrValue, (fs, m, r, ino: I64, name: Pointer, size: U32) => {
    r.limit = size >>> 0;
    return fs.getxattr(r.on(ino), m.memory.name(name >>> 0), r);
  }),
  listxattr: row('listxattr', reply.xattrNames, (fs, _m, r, ino: I64, size: U32) => {
    r.limit = size >>> 0;
    return fs.listxattr(r.on(ino), r);
  }),
  removexattr: row('removexattr', reply.done, (fs, m, r, ino: I64, name: Pointer) =>
    fs.removexattr(r.on(ino), m.memory.name(name >>> 0), r),
  ),
  access: row('access', reply.allowed, (fs, _m, r, ino: I64, mask: U32) =>
    fs.access(r.on(ino), mask, r),
  ),
  create: row(
    'create',
    reply.created,
    (fs, m, r, parent: I64, name: Pointer, mode: U32, fi: Pointer) => {
      r.file(m.memory, fi);
      r.fh = null;
      return fs.create(r.on(parent), m.memory.name(name >>> 0), mode >>> 0, r.flags, r);
    },
    { undo: 'create' },
  ),
  tmpfile: row(
    'tmpfile',
    reply.created,
    (fs, m, r, parent: I64, mode: U32, fi: Pointer) => {
      r.file(m.memory, fi);
      r.fh = null;
      return fs.tmpfile(r.on(parent), mode >>> 0, r.flags, r);
    },
    { undo: 'create' },
  ),
  getlk: row('getlk', reply.lock, (fs, m, r, ino: I64, fi: Pointer, lock: Pointer) => {
    r.on(ino);
    return fs.getlk(r.file(m.memory, fi), lockOf(m.memory, lock >>> 0), r);
  }),
  setlk: row('setlk', reply.done, (fs, m, r, ino: I64, fi: Pointer, lock: Pointer, sleep: U32) => {
    r.on(ino);
    return fs.setlk(r.file(m.memory, fi), lockOf(m.memory, lock >>> 0), sleep !== 0, r);
  }),
  flock: row('flock', reply.done, (fs, m, r, ino: I64, fi: Pointer, operation: U32) => {
    r.on(ino);
    return fs.flock(r.file(m.memory, fi), operation, r);
  }),
  bmap: row('bmap', reply.block, (fs, _m, r, ino: I64, blocksize: U32, index: I64) =>
    fs.bmap(r.on(ino), blocksize >>> 0, unsigned(index), r),
  ),
  ioctl: row(
    'ioctl',
    reply.ioctl,
    (
      fs,
      m,
      r,
      ino: I64,
      command: U32,
      argument: Pointer,
      fi: Pointer,
      flags: U32,
      input: Pointer,
      inSize: U32,
      outSize: U32,
    ) => {
      r.on(ino);
      const fh = r.file(m.memory, fi);
      r.flags = flags >>> 0;
      r.limit = Math.min(outSize >>> 0, r.task.replySize);
      // The reply's buffer may lie over a long input, so the handler gets a copy.
      const bytes = Buffer.from(m.memory.slice(input >>> 0, inSize >>> 0));
      return fs.ioctl(fh, command >>> 0, argument >>> 0, bytes, r.limit, r);
    },
  ),
  poll: row('poll', reply.events, (fs, m, r, ino: I64, fi: Pointer, handle: Pointer) => {
    const fh = r.file(m.memory, fi);
    return fs.poll(r.on(ino), fh, handle === 0 ? null : new KernelPoll(m, handle >>> 0), r);
  }),
  fallocate: row(
    'fallocate',
    reply.done,
    (fs, m, r, ino: I64, mode: U32, off: I64, length: I64, fi: Pointer) => {
      r.on(ino);
      return fs.fallocate(r.file(m.memory, fi), mode, offset(off), offset(length), r);
    },
  ),
  copy_file_range: row(
    'copyFileRange',
    reply.copied,
    (
      fs,
      m,
      r,
      inoIn: I64,
      offIn: I64,
      fiIn: Pointer,
      _inoOut: I64,
      offOut: I64,
      fiOut: Pointer,
      length: U32,
      flags: U32,
    ) => {
      r.on(inoIn);
      const fhOut = r.file(m.memory, fiOut);
      const fhIn = r.file(m.memory, fiIn);
      r.limit = length >>> 0;
      return fs.copyFileRange(fhIn, offset(offIn), fhOut, offset(offOut), r.limit, flags, r);
    },
  ),
  lseek: row('lseek', reply.position, (fs, m, r, ino: I64, off: I64, whence: U32, fi: Pointer) => {
    r.on(ino);
    return fs.lseek(r.file(m.memory, fi), offset(off), whence, r);
  }),
  retrieve_reply: row(
    'retrieveReply',
    reply.nothing,
    (fs, m, r, cookie: U32, ino: I64, off: I64, bufvec: Pointer) => {
      // A copy: it may lie where the next answer that another worker hands over comes to lie.
      const data = Buffer.from(dataOf(m.memory, bufvec >>> 0));
      m.retrieved(cookie, data);
      return fs.retrieveReply(r.on(ino), offset(off), data, r);
    },
    { isUnanswered: true },
  ),
};

/** The handlers that answer requests, each once. */
export const handlerNames = [...new Set(Object.values(opTable).map((row) => row.handler))];

/** The operations of struct fuse_lowlevel_ops that belong to the session, not to a request. */
export const sessionOps = ['init', 'destroy'] as const;
