import { layout } from './generated/layout.js';
import type { BufPointer, Module } from './module.js';

const { buf: fields } = layout;

/** The bytes of a message in a request buffer: a view. */
export function readBuf({ memory }: Module, buf: BufPointer): Buffer {
  const start = memory.view.getUint32(buf + fields.mem, true);
  return memory.slice(start, memory.view.getUint32(buf + fields.bytes, true));
}

/** Puts a message there, as if it had been read from the device. */
export function writeBuf({ memory }: Module, buf: BufPointer, bytes: Uint8Array): void {
  memory.view.setUint32(buf + fields.bytes, bytes.length, true);
  memory.bytes.set(bytes, memory.view.getUint32(buf + fields.mem, true));
}
