import { randomUUID } from 'node:crypto';
import { type Filesystem, moduleUrl, operationsOf } from './handlers.js';
import { LocalService } from './local.js';
import type { SessionConfig, Settings } from './options.js';
import { Pool } from './pool.js';
import type { Service } from './service.js';

/** Where a filesystem is served: a module in threads of its own, an object on this thread. */
export function placed(
  ops: Filesystem,
  config: SessionConfig,
  { server, closeTimeout, workers }: Settings,
  statistics: SharedArrayBuffer,
): Service {
  if (typeof ops !== 'string' && !(ops instanceof URL)) {
    if (workers > 1) {
      throw new TypeError(
        'several workers need a module as filesystem; an object has one thread only',
      );
    }
    const loaded = { fs: operationsOf(ops, 'filesystem'), object: ops };
    return new LocalService(loaded, server, statistics, closeTimeout);
  }
  const url = moduleUrl(ops);
  const siblings = workers > 1 ? `wasmfuse:${randomUUID()}` : undefined;
  const jobs = Array.from({ length: workers }, (_, worker) => ({
    url,
    data: config.data,
    config: server,
    statistics,
    worker,
    siblings,
  }));
  return new Pool(jobs, closeTimeout, config.resourceLimits);
}
