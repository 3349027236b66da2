import { bytesOf } from './session/check.js';
import { opTable } from './session/optable.js';
import * as reply from './session/reply.js';
import {
  type Attributes,
  EntryAttributes,
  FileInfo,
  type FileLock,
  type IoctlResult,
  StatvfsData,
} from './types.js';

/**
 * Results of handlers made fit for another thread. Structured clone would miss accessors, choke on
 * iterators, and take along whatever else an object holds, or the whole buffer behind a view.
 */
type Portable = (value: unknown, transfer: ArrayBuffer[]) => unknown;

const attributeFields = Object.keys(new EntryAttributes());
const fileFields = Object.keys(new FileInfo());
const statvfsFields = Object.keys(new StatvfsData());
const lockFields: readonly (keyof FileLock)[] = ['type', 'start', 'length', 'pid'];
const ioctlFields: readonly (keyof Exclude<IoctlResult, number>)[] = ['result', 'data'];

/** The fields of an object that matter; what is no object is refused where it arrives. */
function pick(value: unknown, fields: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const picked: Record<string, unknown> = {};
  for (const field of fields) {
    const given: unknown = (value as Record<string, unknown>)[field];
    if (given !== undefined) picked[field] = given;
  }
  return picked;
}

/** Attributes that have been checked: what is no number was not looked at, and is not needed. */
export function portableAttributes(attributes: Attributes): Attributes {
  const picked = pick(attributes, attributeFields) as Record<string, unknown>;
  for (const [field, value] of Object.entries(picked)) {
    if (typeof value !== 'number' && typeof value !== 'bigint') delete picked[field];
  }
  return picked as Attributes;
}

const fields =
  (names: readonly string[]): Portable =>
  (value) =>
    pick(value, names);

/** A copy, as the handler may keep the original. */
const bytes: Portable = (value, transfer) => {
  if (!ArrayBuffer.isView(value)) return value;
  const copy = new Uint8Array(bytesOf(value, 'bytes'));
  transfer.push(copy.buffer);
  return copy;
};

const names: Portable = (value, transfer) => {
  const list = value as Iterable<unknown> | null | undefined;
  if (typeof list !== 'object' || typeof list?.[Symbol.iterator] !== 'function') return value;
  return Array.from(list, (name) => bytes(name, transfer));
};

const created: Portable = (value) =>
  Array.isArray(value) && value.length === 2
    ? [pick(value[0], fileFields), pick(value[1], attributeFields)]
    : value;

const ioctl: Portable = (value, transfer) => {
  const picked = pick(value, ioctlFields);
  if (typeof picked !== 'object' || picked === null) return value;
  const { data } = picked as { data?: unknown };
  return { ...picked, data: bytes(data, transfer) };
};

const nothing: Portable = () => undefined;

/** By the kind of answer; what is missing here is a single number. */
const byReply = new Map<reply.Reply, Portable>([
  [reply.done, nothing],
  [reply.nothing, nothing],
  [reply.listing, nothing],
  [reply.lookedUp, fields(attributeFields)],
  [reply.entry, fields(attributeFields)],
  [reply.attributes, fields(attributeFields)],
  [reply.opened, fields(fileFields)],
  [reply.created, created],
  [reply.statvfs, fields(statvfsFields)],
  [reply.lock, fields(lockFields)],
  [reply.ioctl, ioctl],
  [reply.data, bytes],
  [reply.target, bytes],
  [reply.xattrValue, bytes],
  [reply.xattrNames, names],
  [reply.allowed, Boolean],
]);

const byHandler = new Map(
  Object.values(opTable).map((row) => [row.handler as string, byReply.get(row.reply)]),
);

/**
 * The result of a handler as it travels.
 *
 * @param transfer gets the buffers that are to be moved instead of copied.
 */
export function portable(handler: string, value: unknown, transfer: ArrayBuffer[]): unknown {
  const make = byHandler.get(handler);
  return make === undefined ? value : make(value, transfer);
}
