/** wasi-js, bundled by the build so that users never install it: it has a broken install script. */
export default class WASI {
  constructor(config: {
    bindings: {
      hrtime(): bigint;
      exit(code: number): void;
      kill(signal: string): void;
      randomFillSync(bytes: Uint8Array<ArrayBuffer>): unknown;
      isTTY(fd: number): boolean;
      fs: object;
      path: object;
    };
    args?: string[];
    env?: Record<string, string | undefined>;
    sendStdout?(bytes: Uint8Array): void;
    sendStderr?(bytes: Uint8Array): void;
  });
  getImports(module: WebAssembly.Module): Record<string, Record<string, CallableFunction>>;
  setMemory(memory: WebAssembly.Memory): void;
}
