// Runs the layout program of wasm/layout.c and passes on what it prints.
import { readFileSync } from 'node:fs';
import wasiJs from 'wasi-js';
import bindings from 'wasi-js/dist/bindings/node.js';

const wasi = new wasiJs.default({
  bindings: { ...bindings.default, fs: {} },
  sendStdout: (bytes) => process.stdout.write(bytes),
});
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const instance = new WebAssembly.Instance(module, wasi.getImports(module));
wasi.start(instance);
