/** Serves a filesystem by the public API: `server.js <ServerOptions as JSON>`, ended by umount. */
import type { Worker } from 'node:worker_threads';
import * as fuse from 'wasmfuse';
import { build } from './build.js';
import { exposed } from './exposed.js';
import type { Placement } from './placement.js';

export interface ServerOptions {
  module: string;
  mountpoint: string;
  /** Mount options beside the default ones. */
  options?: string[];
  /** Leave the default mount options out. */
  bare?: boolean;
  /** What the module is built with. */
  data?: unknown;
  workers?: number;
  transport?: 'read' | 'uring';
  minTasks?: number;
  maxTasks?: number;
  placement?: Placement;
}

const {
  module,
  mountpoint,
  options = [],
  data,
  ...rest
} = JSON.parse(process.argv[2] ?? '') as ServerOptions;
const { minTasks, maxTasks, placement, bare, workers = 1, transport } = rest;

/** The thread of the handlers of a remote is the user's own to end. */
let thread: Worker | undefined;

async function filesystem(): Promise<fuse.Filesystem> {
  if (placement === 'instance') return build(module, data);
  if (placement !== 'remote') return module;
  const { remote, worker } = exposed(new URL(module), data);
  thread = worker;
  return remote;
}

const all = new Set([...(bare ? [] : fuse.defaultOptions), ...options]);
try {
  await fuse.init(await filesystem(), mountpoint, all, {
    data,
    workers,
    ...(transport && { transport }),
  });
  await fuse.main(minTasks, maxTasks);
  await fuse.close();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  thread?.terminate();
}
