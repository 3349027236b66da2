import { errno, FUSEError } from '../errors.js';
import { fsencode } from '../names.js';
import type { Attributes, IoctlResult } from '../types.js';
import { bytesOf, count, i63, inode, object, u32, u64 } from './check.js';
import { attrTimeout, putEntry, putFileInfo, putLock, putStat, putStatvfs } from './encode.js';
import { layout } from './generated/layout.js';
import type { Module } from './module.js';
import type { Request } from './request.js';
import { scratchOf } from './scratch.js';

/**
 * Answers a request with what its handler returned. Encodes first and answers last, so that a value
 * that can't be encoded throws while the request can still be answered with an error. Returns
 * libfuse's result: 0, or -errno when the kernel did not take the answer.
 */
export type Reply = (module: Module, request: Request, value: unknown) => number;

const MAX_I32 = 2 ** 31 - 1;

function nonZero(inode: bigint): void {
  if (inode === 0n) throw new RangeError('ino is 0, which names no inode');
}

/** Success, with nothing to tell. */
export const done: Reply = (module, request) => {
  request.claim();
  return module.exports.fuse_reply_err(request.pointer, 0);
};

/** Nobody waits for an answer: it was given before the handler ran. */
export const nothing: Reply = () => 0;

/** Attributes of a name; inode 0 makes a negative entry. */
export const lookedUp: Reply = (module, request, value) => {
  const entry = scratchOf(module) + layout.scratch.entry;
  putEntry(module.memory, entry, value);
  request.claim();
  return module.exports.fuse_reply_entry(request.pointer, entry);
};

/** Attributes of a new name. */
export const entry: Reply = (module, request, value) => {
  const at = scratchOf(module) + layout.scratch.entry;
  nonZero(putEntry(module.memory, at, value));
  request.claim();
  return module.exports.fuse_reply_entry(request.pointer, at);
};

/** Attributes of the inode that was asked for. */
export const attributes: Reply = (module, request, value) => {
  const given = object<Attributes>(value, 'attributes') as Attributes;
  const at = scratchOf(module) + layout.scratch.entry + layout.entryParam.attr;
  const ino = inode(given.ino ?? request.inode, 'ino');
  nonZero(ino);
  putStat(module.memory, at, given, ino);
  const timeout = attrTimeout(given);
  request.claim();
  return module.exports.fuse_reply_attr(request.pointer, at, timeout);
};

/** Target of a symbolic link. */
export const target: Reply = (module, request, value) => {
  const bytes = typeof value === 'string' ? fsencode(value) : bytesOf(value, 'link target');
  if (bytes.includes(0)) throw new TypeError('link target has a NUL');
  if (bytes.length >= request.task.replySize) throw new RangeError('link target is too long');
  const { memory, exports } = module;
  memory.bytes.set(bytes, request.task.reply);
  memory.bytes[request.task.reply + bytes.length] = 0;
  request.claim();
  return exports.fuse_reply_readlink(request.pointer, request.task.reply);
};

/** A FileInfo, or a bare handle. */
export const opened: Reply = (module, request, value) => {
  const file = scratchOf(module) + layout.scratch.file;
  putFileInfo(module.memory, file, value);
  request.claim();
  return module.exports.fuse_reply_open(request.pointer, file);
};

/** A pair of FileInfo and attributes. */
export const created: Reply = (module, request, value) => {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new TypeError('create returns [FileInfo, attributes]');
  }
  const file = scratchOf(module) + layout.scratch.file;
  const at = scratchOf(module) + layout.scratch.entry;
  putFileInfo(module.memory, file, value[0]);
  nonZero(putEntry(module.memory, at, value[1]));
  request.claim();
  return module.exports.fuse_reply_create(request.pointer, at, file);
};

function sendBytes(module: Module, request: Request, bytes: Uint8Array): number {
  const { memory, exports } = module;
  let at = memory.offsetOf(bytes);
  if (at === undefined) {
    if (bytes.length > request.task.replySize) throw new RangeError('the answer is too long');
    at = request.task.reply;
    memory.bytes.set(bytes, at);
  }
  request.claim();
  return exports.fuse_reply_buf(request.pointer, at, bytes.length);
}

/** Data of a file: bytes, or how many the handler put into the reply's own buffer. */
export const data: Reply = (module, request, value) => {
  const { limit, task } = request;
  if (typeof value === 'number' || typeof value === 'bigint') {
    const size = count(value, 'count of read', limit);
    request.bytesRead = size;
    request.claim();
    return module.exports.fuse_reply_buf(request.pointer, task.reply, size);
  }
  const bytes = bytesOf(value, 'result of read');
  if (bytes.length > limit) {
    throw new RangeError(`read returned ${bytes.length} bytes where ${limit} were asked for`);
  }
  request.bytesRead = bytes.length;
  return sendBytes(module, request, bytes);
};

/** How many bytes were copied within the filesystem. */
export const copied: Reply = (module, request, value) => {
  const size = count(value, `count of ${request.operation}`, request.limit);
  request.claim();
  return module.exports.fuse_reply_write(request.pointer, size);
};

/** How many bytes were written. */
export const written: Reply = (module, request, value) => {
  request.bytesWritten = count(value, `count of ${request.operation}`, request.limit);
  return copied(module, request, value);
};

/** An xattr's bytes, or their number when the caller asks for that only. */
function sized(module: Module, request: Request, bytes: Uint8Array): number {
  if (request.limit === 0) {
    request.claim();
    return module.exports.fuse_reply_xattr(request.pointer, bytes.length);
  }
  if (bytes.length > request.limit) throw new FUSEError(errno.ERANGE as number);
  return sendBytes(module, request, bytes);
}

/** Value of an extended attribute. */
export const xattrValue: Reply = (module, request, value) =>
  sized(
    module,
    request,
    typeof value === 'string' ? fsencode(value) : bytesOf(value, 'xattr value'),
  );

/** Names of extended attributes. */
export const xattrNames: Reply = (module, request, value) => {
  const list = object<Iterable<string | Uint8Array>>(value, 'list of xattr names');
  if (typeof list[Symbol.iterator] !== 'function') {
    throw new TypeError('list of xattr names is not iterable');
  }
  const end = Buffer.alloc(1);
  const parts: Uint8Array[] = [];
  for (const name of list as Iterable<unknown>) {
    const bytes = typeof name === 'string' ? fsencode(name) : bytesOf(name, 'xattr name');
    if (bytes.length === 0 || bytes.includes(0))
      throw new TypeError('xattr name is empty or has a NUL');
    parts.push(bytes, end);
  }
  return sized(module, request, Buffer.concat(parts));
};

/** Whether access is granted. */
export const allowed: Reply = (module, request, value) => {
  request.claim();
  return module.exports.fuse_reply_err(request.pointer, value ? 0 : (errno.EACCES as number));
};

export const statvfs: Reply = (module, request, value) => {
  const at = scratchOf(module) + layout.scratch.statvfs;
  putStatvfs(module.memory, at, value);
  request.claim();
  return module.exports.fuse_reply_statfs(request.pointer, at);
};

export const lock: Reply = (module, request, value) => {
  const at = scratchOf(module) + layout.scratch.lock;
  putLock(module.memory, at, value);
  request.claim();
  return module.exports.fuse_reply_lock(request.pointer, at);
};

export const block: Reply = (module, request, value) => {
  const number = u64(value, 'block');
  request.claim();
  return module.exports.fuse_reply_bmap(request.pointer, number);
};

export const ioctl: Reply = (module, request, value) => {
  const given: IoctlResult =
    typeof value === 'number' ? value : (object(value, 'ioctl result') as { result: number });
  const { result, data } = typeof given === 'number' ? { result: given, data: undefined } : given;
  if (!Number.isInteger(result) || Math.abs(result) > MAX_I32) {
    throw new TypeError(`result of ioctl is no 32-bit integer: ${result}`);
  }
  const bytes = data === undefined ? Buffer.alloc(0) : bytesOf(data, 'data of ioctl');
  if (bytes.length > request.limit) {
    throw new RangeError(`ioctl returned ${bytes.length} bytes where ${request.limit} fit`);
  }
  module.memory.bytes.set(bytes, request.task.reply);
  request.claim();
  const { pointer, task } = request;
  return module.exports.fuse_reply_ioctl(pointer, result, task.reply, bytes.length);
};

export const events: Reply = (module, request, value) => {
  const mask = u32(value ?? 0, 'poll mask');
  request.claim();
  return module.exports.fuse_reply_poll(request.pointer, mask);
};

/** An offset in a file. */
export const position: Reply = (module, request, value) => {
  const at = i63(value, 'offset of lseek');
  request.claim();
  return module.exports.fuse_reply_lseek(request.pointer, at);
};

/** The entries that readdirReply has put into the reply. */
export const listing: Reply = (module, request) => {
  const size = request.directory?.used ?? 0;
  request.claim();
  return module.exports.fuse_reply_buf(request.pointer, request.task.reply, size);
};
