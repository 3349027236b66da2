import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Operations } from '#dist/operations.js';
import { wasmModule } from '#dist/session/module.js';
import { opTable, sessionOps } from '#dist/session/optable.js';
import { suite } from '../helpers/suite.js';

const EXPORTS = fileURLToPath(new URL('../../../wasm/exports.txt', import.meta.url));
/** What the compiler exports by itself, beside names of its own that begin with underscores. */
const BY_ITSELF = ['htons', 'ntohs', 'stackSave', 'stackRestore', 'stackAlloc'];
const isOwn = (name: string) => /^_|^emscripten_/.test(name) || BY_ITSELF.includes(name);

const test = suite('the boundary of the module');

test('imports exactly the operations of the table', () => {
  const imports = WebAssembly.Module.imports(wasmModule());
  const ops = imports.filter(({ module }) => module === 'ops').map(({ name }) => name);
  assert.deepEqual(ops.sort(), [...Object.keys(opTable), ...sessionOps].sort());
});

test('exports exactly the functions that are listed', () => {
  const exports = WebAssembly.Module.exports(wasmModule());
  const functions = exports.filter(({ kind }) => kind === 'function').map(({ name }) => name);
  const listed = readFileSync(EXPORTS, 'utf8').split('\n').filter(Boolean);
  assert.deepEqual(functions.filter((name) => !isOwn(name)).sort(), listed.sort());
});

/** Methods of a prototype and of all those that it extends. */
function namesOf(prototype: object): string[] {
  if (prototype === Object.prototype) return [];
  const own = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  return [...own, ...namesOf(Object.getPrototypeOf(prototype))];
}

test('has a handler in Operations for every row, and a row for every handler', () => {
  const handlers = namesOf(Operations.prototype);
  const rows = Object.values(opTable).map(({ handler }) => handler as string);
  assert.deepEqual([...new Set([...rows, ...sessionOps])].sort(), handlers.sort());
});
