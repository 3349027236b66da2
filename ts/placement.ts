import { threadId } from 'node:worker_threads';
import { isRemote } from './comlink.js';
import { type Filesystem, moduleUrl, operationsOf } from './handlers.js';
import { LocalService } from './local.js';
import type { SessionConfig, Settings } from './options.js';
import { Pool } from './pool.js';
import type { Remote } from './rpc.js';
import type { Service } from './service.js';
import { wasmModule } from './session/module.js';
import type { Job } from './worker.js';

/**
 * Where a filesystem is served: a module in threads of its own, an object on this thread, a remote
 * where it is, with the loop in a thread of its own.
 */
export function placed(
  ops: Filesystem,
  config: SessionConfig,
  { server, closeTimeout, workers }: Settings,
  statistics: SharedArrayBuffer,
): Service {
  const common = { config: server, statistics };
  const pool = (jobs: Job[], remote?: Remote<object>) =>
    new Pool(jobs, closeTimeout, config.resourceLimits, remote);
  if (typeof ops === 'string' || ops instanceof URL) {
    const module = { url: moduleUrl(ops), data: config.data };
    const siblings = workers > 1 ? `wasmfuse:${threadId}:${process.hrtime.bigint()}` : undefined;
    const shared = { ...common, module, wasm: wasmModule(), siblings };
    return pool(Array.from({ length: workers }, (_, worker) => ({ ...shared, worker })));
  }
  if (workers > 1) {
    throw new TypeError('several workers need a module as filesystem: others have one thread only');
  }
  if (isRemote(ops)) {
    const none = { module: undefined, siblings: undefined };
    return pool([{ ...common, ...none, wasm: wasmModule(), worker: 0 }], ops);
  }
  const loaded = { fs: operationsOf(ops, 'filesystem'), object: ops };
  return new LocalService(loaded, server, statistics, closeTimeout);
}
