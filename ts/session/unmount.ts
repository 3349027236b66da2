import { fsencode } from '../names.js';
import type { Log } from './log.js';
import { instantiate, type OpImport } from './module.js';
import { opTable, sessionOps } from './optable.js';

/** For an instance that serves nothing. */
export const idleOps: Readonly<Record<string, OpImport>> = Object.fromEntries(
  [...Object.keys(opTable), ...sessionOps].map((name) => [name, unexpected as OpImport]),
);

function unexpected(): never {
  throw new Error('an instance without a session got a request');
}

/**
 * Unmounts in the way of libfuse (lazily; by fusermount3 for ordinary users) a filesystem whose own
 * instance can't do it any more, because its thread is dead.
 */
export function unmount(mountpoint: string, log: Log): void {
  const { exports, memory } = instantiate({ ops: idleOps, log, interrupted: unexpected });
  const path = Buffer.concat([fsencode(mountpoint), Buffer.alloc(1)]);
  const at = exports.malloc(path.length) >>> 0;
  memory.bytes.set(path, at);
  exports.fuse_kern_unmount(at, -1);
}
