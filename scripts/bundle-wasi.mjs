// Bundles the WASI part of wasi-js, which can't be installed from npm with its scripts on, into
// build/internals/vendor; the licences of all packages that are in it, into dist/vendor.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const { metafile } = await build({
  stdin: { contents: `export { default } from 'wasi-js/dist/wasi.js';`, resolveDir: '.' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // What CommonJS modules require when they run.
  banner: {
    js: `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`,
  },
  outfile: 'build/internals/vendor/wasi-js.js',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

function licence(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${folder} has no licence file to ship`);
  return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
}

const packages = Object.keys(metafile.inputs).map(
  (input) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0],
);
const licences = [...new Set(packages)].filter((folder) => folder !== undefined).map(licence);
mkdirSync('dist/vendor', { recursive: true });
writeFileSync('dist/vendor/LICENSES.txt', licences.join(`\n${'-'.repeat(80)}\n\n`));
