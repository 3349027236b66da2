import path from 'node:path';
import WASI from '../vendor/wasi-js.js';

/**
 * The WASI imports, served by wasi-js: clocks, the environment (which libfuse hands on to
 * fusermount3), and libfuse's output line by line. There is no file system behind them.
 */
export function wasiImports(
  module: WebAssembly.Module,
  print: (line: string) => void,
): { imports: WebAssembly.Imports; setMemory(memory: WebAssembly.Memory): void } {
  let partial = '';
  const output = (bytes: Uint8Array) => {
    const lines = (partial + Buffer.from(bytes).toString()).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) print(line);
  };
  const wasi = new WASI({
    bindings: {
      hrtime: process.hrtime.bigint,
      exit(code) {
        throw new Error(`libfuse aborted with status ${code}`);
      },
      kill(signal) {
        throw new Error(`libfuse raised ${signal}`);
      },
      randomFillSync: (bytes) => crypto.getRandomValues(bytes),
      isTTY: () => false,
      fs: {},
      path,
    },
    env: process.env,
    sendStdout: output,
    sendStderr: output,
  });
  return {
    imports: wasi.getImports(module) as WebAssembly.Imports,
    setMemory: (memory) => wasi.setMemory(memory),
  };
}
