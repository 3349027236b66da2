/** Comlink ships these types beside other names than the modules have. */
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

declare module 'comlink/dist/esm/comlink.mjs' {
  export * from 'comlink';
}
