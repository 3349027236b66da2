/** Comlink ships these types beside another name than the module's. */
declare module 'comlink/dist/esm/node-adapter.mjs' {
  import type { Endpoint } from 'comlink';

  interface NodeEndpoint {
    postMessage(message: unknown, transfer?: unknown[]): void;
    on(type: string, listener: unknown, options?: object): void;
    off(type: string, listener: unknown, options?: object): void;
    start?(): void;
  }
  export default function nodeEndpoint(endpoint: NodeEndpoint): Endpoint;
}
