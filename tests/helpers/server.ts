/** Serves a filesystem by the public API: `server.js <ServerOptions as JSON>`, ended by umount. */
import * as fuse from 'wasmfuse';
import { build } from './build.js';

export interface ServerOptions {
  module: string;
  mountpoint: string;
  /** Mount options beside the default ones. */
  options?: string[];
  /** Leave the default mount options out. */
  bare?: boolean;
  /** What the module is built with. */
  data?: unknown;
  minTasks?: number;
  maxTasks?: number;
  /** Build the Operations here and serve them on this thread, instead of in a worker. */
  instance?: boolean;
}

const {
  module,
  mountpoint,
  options = [],
  data,
  ...rest
} = JSON.parse(process.argv[2] ?? '') as ServerOptions;
const { minTasks, maxTasks, instance, bare } = rest;

const operations = instance ? await build(module, data) : module;
const all = new Set([...(bare ? [] : fuse.defaultOptions), ...options]);
try {
  await fuse.init(operations, mountpoint, all, { data });
  await fuse.main(minTasks, maxTasks);
  await fuse.close();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
