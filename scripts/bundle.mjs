// Bundles the compiled modules of build/internals into the few files of dist: 90 modules would
// double the time that a program takes to load the library. Packages that users don't install are
// in the bundle: the WASI part of wasi-js, which npm can't install with its scripts on, and
// commander.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const INTERNALS = 'build/internals';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/** What CommonJS modules require when they run. */
const banner = {
  js: `import { createRequire as requireOf } from 'node:module';
const require = requireOf(import.meta.url);`,
};

/** wasi-js traces its calls with this; the real one also loads what colours a terminal. */
const debug = {
  name: 'debug',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^debug$/ }, () => ({ path: 'debug', namespace: 'none' }));
    onLoad({ filter: /./, namespace: 'none' }, () => ({
      contents: 'module.exports = () => Object.assign(() => {}, { enabled: false });',
    }));
  },
};

/** A package as a module beside those of the library, for the bundle and for single modules. */
const vendor = (name, contents) =>
  build({
    ...common,
    stdin: { contents, resolveDir: '.' },
    plugins: [debug],
    banner,
    outfile: join(INTERNALS, 'vendor', `${name}.js`),
  });

/**
 * Makes these modules import also all that is public: then whatever any two of them share, all do,
 * and it can be in one file. In a worker the handlers' module imports that anyway.
 */
const sharers = {
  name: 'sharers',
  setup({ onLoad }) {
    onLoad(
      { filter: /\/internals\/(index|worker|cli\/(program|umount|demo))\.js$/ },
      ({ path }) => {
        const shared = ['index', 'remote'].map((name) => resolve(INTERNALS, `${name}.js`));
        const imports = shared.map((file) => `import '${file}';`).join('\n');
        return { contents: `${readFileSync(path, 'utf8')}\n${imports}\n` };
      },
    );
  },
};

/** What the command line's first file loads later lies beside it. */
const later = {
  name: 'later',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/cli\/program\.js$/ }, () => ({
      path: './program.js',
      external: true,
    }));
  },
};

function licence(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${folder} has no licence file to ship`);
  return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
}

const vendored = await Promise.all([
  vendor('wasi-js', `export { default } from 'wasi-js/dist/wasi.js';`),
  vendor('commander', `export { Command, CommanderError, Option } from 'commander';`),
]);

const examples = readdirSync(join(INTERNALS, 'examples')).filter((name) => name.endsWith('.js'));

const bundles = await Promise.all([
  build({
    ...common,
    outdir: 'dist',
    sourcemap: true,
    entryPoints: {
      index: join(INTERNALS, 'index.js'),
      worker: join(INTERNALS, 'worker.js'),
      program: join(INTERNALS, 'cli/program.js'),
      umount: join(INTERNALS, 'cli/umount.js'),
      demo: join(INTERNALS, 'cli/demo.js'),
    },
    external: Object.keys(dependencies),
    plugins: [sharers],
    splitting: true,
    // The one file that they share: two of them would fail.
    chunkNames: 'core',
  }),
  build({
    ...common,
    outdir: 'dist',
    sourcemap: true,
    entryPoints: [join(INTERNALS, 'cli.js')],
    plugins: [later],
  }),
  build({
    ...common,
    outdir: 'dist/examples',
    sourcemap: true,
    entryPoints: examples.map((name) => join(INTERNALS, 'examples', name)),
    external: ['wasmfuse'],
  }),
]);

const filesOf = (results, kind) => results.flatMap(({ metafile }) => Object.keys(metafile[kind]));

const written = new Set(filesOf(bundles, 'outputs'));
for (const name of readdirSync('dist', { recursive: true })) {
  const file = join('dist', name);
  if (/\.js(\.map)?$/.test(name) && !written.has(file)) rmSync(file);
}

const packages = filesOf([...vendored, ...bundles], 'inputs')
  .map((input) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0])
  .filter((folder) => folder !== undefined);
const licences = [...new Set(packages)].map(licence);
mkdirSync('dist/vendor', { recursive: true });
writeFileSync('dist/vendor/LICENSES.txt', licences.join(`\n${'-'.repeat(80)}\n\n`));
