import { randomUUID } from 'node:crypto';
import { type Filesystem, moduleUrl, operationsOf } from './handlers.js';
import { LocalService } from './local.js';
import type { SessionConfig, Settings } from './options.js';
import { Pool } from './pool.js';
import { isRemote } from './rpc.js';
import type { Service } from './service.js';

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
  if (isRemote(ops)) {
    const job = { module: undefined, config: server, statistics, worker: 0, siblings: undefined };
    return new Pool([job], closeTimeout, config.resourceLimits, ops);
  }
  if (!isModule) {
    const loaded = { fs: operationsOf(ops, 'filesystem'), object: ops };
    return new LocalService(loaded, server, statistics, closeTimeout);
  }
  const url = moduleUrl(ops);
  const siblings = workers > 1 ? `wasmfuse:${randomUUID()}` : undefined;
  const jobs = Array.from({ length: workers }, (_, worker) => ({
    module: { url, data: config.data },
    config: server,
    statistics,
    worker,
    siblings,
  }));
  return new Pool(jobs, closeTimeout, config.resourceLimits);
}
