import type { Pointer } from './memory.js';
import type { Module } from './module.js';

/** The module's scratch record, for one call at a time; it never moves. */
export function scratchOf({ memory, exports }: Module): Pointer {
  if (memory.scratch === 0) memory.scratch = exports.fw_scratch() >>> 0;
  return memory.scratch;
}
