import { strict as assert } from 'node:assert';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { exec, sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A tree of these files, with the scripts of the gate. */
function tree(scope: Scope, files: Record<string, string>): string {
  const dir = tempDir(scope, 'gate-');
  const all = { 'package.json': '{ "dependencies": { "comlink": "1" } }', ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  mkdirSync(join(dir, 'examples'), { recursive: true });
  cpSync(join(ROOT, 'scripts'), join(dir, 'scripts'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  return dir;
}

const layering = suite('layering.mjs');

const GOOD = {
  'ts/index.ts': "export { close } from './session.js';\n",
  'ts/session.ts':
    "import type { T } from './types.js';\nimport { Module } from './session/module.js';",
  'ts/types.ts': "import type fs from 'node:fs';\nexport type T = fs.Stats;\n",
  'ts/copies.ts': "import * as comlink from 'comlink';\n",
  'ts/session/memory.ts': 'export type M = WebAssembly.Memory;\n',
  'ts/session/module.ts': "import { M } from './memory.js';\nexport default WebAssembly.Memory;\n",
  'examples/hello.ts': "import * as fuse from 'wasmfuse';\nimport './hello/part.js';\n",
  'bench/soak.ts': "import 'wasmfuse';\nimport 'comlink';\nimport './soak/part.js';\n",
};

async function layers(scope: Scope, files: Record<string, string>) {
  const cwd = tree(scope, { ...GOOD, ...files });
  return exec(process.execPath, ['scripts/layering.mjs'], { cwd });
}

layering('passes what points one way', async (scope) => {
  const { status, stdout, stderr } = await layers(scope, {});
  assert.equal(status, 0, stderr);
  assert.match(stdout, /6 modules/);
});

for (const [title, file, text, problem] of [
  [
    'an import upwards',
    'ts/session/up.ts',
    "import '../session.js'",
    /session\/up\.ts .*imports ts\/session\.ts/,
  ],
  [
    'a type imported upwards',
    'ts/session/up.ts',
    "import type { A } from '../index.js'",
    /imports ts\/index\.ts/,
  ],
  [
    'a dynamic import upwards',
    'ts/session/up.ts',
    "await import('../session.js')",
    /imports ts\/session\.ts/,
  ],
  [
    'a re-export upwards',
    'ts/types.ts',
    "export * from './session.js'",
    /types\.ts \(contract\) imports/,
  ],
  [
    'a circle',
    'ts/session/memory.ts',
    "import './module.js'",
    /circle: .*memory\.ts -> .*module\.ts/,
  ],
  ['a file in no layer', 'ts/odd/a.ts', '', /ts\/odd\/a\.ts is in no layer/],
  ['a missing module', 'ts/a.ts', "import './gone.js'", /there is no \.\/gone\.js/],
  ['a package for development', 'ts/a.ts', "import 'wasi-js'", /wasi-js is no dependency/],
  ['a built-in without node:', 'ts/a.ts', "import 'fs'", /fs is no dependency/],
  ['a second user of comlink', 'ts/a.ts', "import 'comlink/x'", /only ts\/copies\.ts may/],
  [
    'a second user of WebAssembly',
    'ts/a.ts',
    'WebAssembly.compile',
    /only ts\/session\/module\.ts may/,
  ],
  [
    'an example with internals',
    'examples/a.ts',
    "import '../ts/types.js'",
    /examples\/a\.ts: \.\.\/ts/,
  ],
  [
    'a measuring program with internals',
    'bench/a.ts',
    "import '#dist/a.js'",
    /bench\/a\.ts: #dist/,
  ],
  ['an example with comlink', 'examples/a.ts', "import 'comlink'", /examples\/a\.ts: comlink/],
] as const) {
  layering(`finds ${title}`, async (scope) => {
    const { status, stderr } = await layers(scope, { [file]: text });
    assert.equal(status, 1);
    assert.match(stderr, problem);
  });
}

const sources = suite('sources.mjs');

const THEIRS = Array.from({ length: 10 }, (_, n) => `int v${n} = ${n};\n`).join('');

async function check(scope: Scope, file: string, text: string) {
  const dir = tree(scope, { 'libfuse-version': '9.9.9 0', 'build/libfuse-9.9.9/lib/a.c': THEIRS });
  rmSync(join(dir, 'node_modules'));
  rmSync(join(dir, 'scripts'), { recursive: true });
  await sh('git init --quiet; echo build > .gitignore', { cwd: dir });
  writeFileSync(join(dir, file), text);
  return exec(process.execPath, [join(ROOT, 'scripts/sources.mjs')], { cwd: dir });
}

sources('passes a plain file', async (scope) => {
  const { status, stdout, stderr } = await check(scope, 'a.c', 'int a;\nint b;\nint main;\n');
  assert.equal(status, 0, stderr);
  assert.equal(stdout, 'sources: 1 files\n');
});

for (const [title, text, problem] of [
  [
    "lines of libfuse's, however spaced",
    `int x;\n${THEIRS.replaceAll(/ |\n/g, '$&\n ')}`,
    /a\.c:2: the same 40 words/,
  ],
  ['a long file', 'int a;\n'.repeat(351), /a\.c: 351 lines/],
  ['a wide line', `int a; //${' '.repeat(100)}.\n`, /a\.c:1: over 100 columns/],
  ['a character beyond ASCII', 'int a; // \u00e9\n', /a\.c:1: not plain ASCII/],
] as const) {
  sources(`finds ${title}`, async (scope) => {
    const { status, stderr } = await check(scope, 'a.c', text);
    assert.equal(status, 1);
    assert.match(stderr, problem);
  });
}
