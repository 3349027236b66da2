import { once } from 'node:events';
import { RemoteFilesystem } from '#dist/remote.js';
import { endpointOf } from '#dist/rpc.js';
import { exposed, exposedHere } from './exposed.js';
import type { Scope } from './scope.js';

/** A filesystem's handlers in a thread of their own, called from this one. */
export async function inThread(scope: Scope, module: URL, data?: unknown) {
  const { remote, worker } = exposed(module, data);
  scope.after(() => worker.terminate());
  const filesystem = new RemoteFilesystem(await endpointOf(remote));
  const end = async () => {
    worker.terminate();
    await once(worker, 'exit');
  };
  return { filesystem, operations: filesystem.operations, remote, end };
}

/** The handlers of an object as they look from another thread. */
export async function connected(scope: Scope, object: object): Promise<RemoteFilesystem> {
  const filesystem = new RemoteFilesystem(await endpointOf(exposedHere(scope, object)));
  scope.after(() => filesystem.close());
  return filesystem;
}
