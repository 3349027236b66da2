import { randomUUID } from 'node:crypto';
import { type Filesystem, moduleUrl, operationsOf } from './handlers.js';
import { LocalService } from './local.js';
import type { SessionConfig, Settings } from './options.js';
import { Pool } from './pool.js';
import { isRemote } from './rpc.js';
import type { Service } from './service.js';
import { wasmModule } from './session/module.js';

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
  const isModule = typeof ops === 'string' || ops instanceof URL;
  if (!isModule && workers > 1) {
    throw new TypeError('several workers need a module as filesystem: others have one thread only');
  }
  if (!isModule && !isRemote(ops)) {
    const loaded = { fs: operationsOf(ops, 'filesystem'), object: ops };
    return new LocalService(loaded, server, statistics, closeTimeout);
  }
  const wasm = wasmModule();
  if (isRemote(ops)) {
    const none = { module: undefined, siblings: undefined };
    const job = { ...none, config: server, statistics, wasm, worker: 0 };
    return new Pool([job], closeTimeout, config.resourceLimits, ops);
  }
  const url = moduleUrl(ops);
  const siblings = workers > 1 ? `wasmfuse:${randomUUID()}` : undefined;
  const jobs = Array.from({ length: workers }, (_, worker) => ({
    module: { url, data: config.data },
    config: server,
    statistics,
    wasm,
    worker,
    siblings,
  }));
  return new Pool(jobs, closeTimeout, config.resourceLimits);
}
