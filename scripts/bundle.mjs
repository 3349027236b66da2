// Bundles the compiled modules of build/internals into the few files of dist: to load one module
// takes Node about as long as it takes to load them all.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const INTERNALS = 'build/internals';

/**
 * An entry that also imports all that is public: then whatever any two entries share, all do. In a
 * worker the handlers' module imports that anyway.
 */
function entry(name, firstLine = '') {
  const file = `build/entries/${name}.js`;
  const imports = ['index', name].map((module) => `import '../internals/${module}.js';\n`);
  mkdirSync('build/entries', { recursive: true });
  writeFileSync(file, firstLine + imports.join(''));
  return file;
}

const examples = readdirSync(join(INTERNALS, 'examples')).filter((name) => name.endsWith('.js'));

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  outdir: 'dist',
  sourcemap: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

const results = await Promise.all([
  build({
    ...common,
    entryPoints: {
      index: join(INTERNALS, 'index.js'),
      worker: entry('worker'),
      cli: entry('cli', '#!/usr/bin/env node\n'),
    },
    external: Object.keys(dependencies),
    splitting: true,
    // The one file that they share: two of them would fail.
    chunkNames: 'core',
  }),
  build({
    ...common,
    entryPoints: examples.map((name) => join(INTERNALS, 'examples', name)),
    outdir: 'dist/examples',
    external: ['wasmfuse'],
  }),
]);

const written = new Set(results.flatMap(({ metafile }) => Object.keys(metafile.outputs)));
for (const name of readdirSync('dist', { recursive: true })) {
  const file = join('dist', name);
  if (/\.js(\.map)?$/.test(name) && !written.has(file)) rmSync(file);
}
