import { layout } from './generated/layout.js';
import type { Pointer } from './memory.js';
import type { BufPointer, Module } from './module.js';

const { buf: fields } = layout;

/**
 * Request buffers, which fw_bufs_free frees together, by the first of them.
 *
 * @throws Error when there is no memory for them.
 */
export function newBufs({ exports }: Module, size: number, count: number): BufPointer[] {
  const first = exports.fw_bufs_new(count, size) >>> 0;
  if (first === 0) throw new Error(`no memory for ${count} request buffers of ${size} bytes`);
  return Array.from({ length: count }, (_, i) => (first + i * fields.size) as BufPointer);
}

/** One, with which fw_bufs_free frees it. @throws Error when there is no memory for it. */
export function newBuf(module: Module, size: number): BufPointer {
  const [buf] = newBufs(module, size, 1);
  return buf as BufPointer;
}

/** Where its bytes are. */
export function startOf({ memory }: Module, buf: BufPointer): Pointer {
  return memory.view.getUint32(buf + fields.mem, true);
}

/** The bytes of a message in a request buffer: a view. */
export function readBuf(module: Module, buf: BufPointer): Buffer {
  const { memory } = module;
  return memory.slice(startOf(module, buf), memory.view.getUint32(buf + fields.bytes, true));
}

/** Puts a message there, as if it had been read from the device. */
export function writeBuf(module: Module, buf: BufPointer, bytes: Uint8Array): void {
  const { memory } = module;
  memory.view.setUint32(buf + fields.bytes, bytes.length, true);
  memory.bytes.set(bytes, startOf(module, buf));
}
