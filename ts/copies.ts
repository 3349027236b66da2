import { createRequire } from 'node:module';
import type * as Comlink from 'comlink';

export type { Endpoint, ProxyMethods, Remote, TransferHandler } from 'comlink';

/** One of the package's two copies of itself; users may import either. */
export type Copy = typeof Comlink;

/** What a port of Node has of what Comlink's adapter uses, whose own types have another name. */
export interface NodePort {
  postMessage(message: unknown, transfer?: unknown[]): void;
  on(type: string, listener: unknown, options?: object): void;
  off(type: string, listener: unknown, options?: object): void;
  start?(): void;
}

export interface Copies {
  /** What `import 'comlink'` gives. */
  readonly own: Copy;
  readonly all: readonly Copy[];
  nodeEndpoint(port: NodePort): Comlink.Endpoint;
}

const load = createRequire(import.meta.url);

/**
 * Reads no file asynchronously where Node can do without: it leaves a file open whose thread ends
 * meanwhile, and a handler may end the thread at any time.
 */
export async function loadCopies(): Promise<Copies> {
  const own: Copy = load('comlink');
  return {
    own,
    all: [own, await moduleCopy()],
    nodeEndpoint: load('comlink/dist/umd/node-adapter.js'),
  };
}

async function moduleCopy(): Promise<Copy> {
  try {
    return load('comlink/dist/esm/comlink.mjs');
  } catch {
    // Node before 20.19 requires no ES modules, and none does while the thread is importing it.
    return import('comlink/dist/esm/comlink.mjs');
  }
}
