import { layout } from './generated/layout.js';
import type { Pointer } from './memory.js';
import type { BufPointer, Module } from './module.js';

const { buf: fields } = layout;

/** A request buffer, to be freed by fw_buf_free. @throws Error when there is no memory for it. */
export function newBuf({ exports }: Module, size: number): BufPointer {
  const buf = (exports.fw_buf_new(size) >>> 0) as BufPointer;
  if (buf === 0) throw new Error(`no memory for a request buffer of ${size} bytes`);
  return buf;
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
