// Checks that imports point one way, from the top of this list to its end, that no modules import
// each other in a circle, and that what belongs to one module is touched by no other.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const LAYERS = [
  { name: 'command line', files: /^ts\/cli(\.ts$|\/)/ },
  { name: 'public interface', files: /^ts\/index\.ts$/ },
  { name: 'mounts and pool', files: /^ts\/[^/]+\.ts$/ },
  { name: 'system calls for users', files: /^ts\/posix\// },
  { name: 'session', files: /^ts\/session\/(?!generated\/)/ },
  { name: 'generated', files: /^ts\/session\/generated\// },
  // What every layer may know; listed by name, so it is looked up before the folders above.
  { name: 'contract', files: /^ts\/(types|operations|further|errors|names)\.ts$|^ts\/vendor\// },
];

/** What only one file may touch: a package that it imports, or a global whose value it uses. */
const OWNERS = { comlink: 'ts/copies.ts', WebAssembly: 'ts/session/module.ts' };

const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const problems = [];

function sources(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
}

/** What a module imports, whether only for its types, and the names that its code uses. */
function parse(file) {
  const imports = [];
  const names = new Set();
  const add = (specifier, typeOnly) => {
    if (specifier && ts.isStringLiteral(specifier)) {
      imports.push({ specifier: specifier.text, typeOnly: Boolean(typeOnly) });
    }
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node)) add(node.argument.literal, true);
    else if (node.kind === ts.SyntaxKind.ImportKeyword) add(node.parent.arguments?.[0], false);
    else if (ts.isIdentifier(node) && !ts.findAncestor(node, ts.isTypeNode)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  const text = readFileSync(file, 'utf8');
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return { file, imports, names };
}

/** The source that a relative import means, or undefined when there is none. */
function resolve(file, specifier) {
  const base = join(file, '..', specifier).replace(/\.js$/, '');
  return [`${base}.ts`, `${base}.d.ts`].find((path) => existsSync(path));
}

function rank(file) {
  const last = LAYERS.length - 1;
  return LAYERS[last].files.test(file) ? last : LAYERS.findIndex(({ files }) => files.test(file));
}

function checkImport(file, specifier) {
  if (specifier.startsWith('.')) {
    const target = resolve(file, specifier);
    if (target === undefined) problems.push(`${file}: there is no ${specifier}`);
    else if (rank(target) < rank(file)) {
      const [from, to] = [LAYERS[rank(file)].name, LAYERS[rank(target)]?.name ?? 'no layer'];
      problems.push(`${file} (${from}) imports ${target} (${to})`);
    }
  } else if (file.startsWith('ts/vendor/') && packageName(specifier) in devDependencies) {
    // The types of what is bundled.
  } else if (!specifier.startsWith('node:') && !(packageName(specifier) in dependencies)) {
    problems.push(`${file}: ${specifier} is no dependency that users get`);
  }
}

function packageName(specifier) {
  return /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
}

function checkModule({ file, imports, names }) {
  if (rank(file) === -1) problems.push(`${file} is in no layer of scripts/layering.mjs`);
  for (const { specifier } of imports) checkImport(file, specifier);
  const touched = new Set([...names, ...imports.map(({ specifier }) => packageName(specifier))]);
  if (file.endsWith('.d.ts')) return;
  for (const [name, owner] of Object.entries(OWNERS)) {
    if (touched.has(name) && file !== owner) {
      problems.push(`${file} uses ${name}; only ${owner} may`);
    }
  }
}

/** What the sources outside of the library may import, as users can. */
const OUTSIDE = { examples: ['wasmfuse'], bench: ['wasmfuse', 'comlink'] };

/** What a user could write sees the package's public name, its dependencies, and its own parts. */
function checkOutside({ file, imports }) {
  const [folder] = file.split('/');
  const allowed = OUTSIDE[folder];
  for (const { specifier } of imports) {
    const own = specifier.startsWith('.') && join(file, '..', specifier).startsWith(`${folder}/`);
    if (own || specifier.startsWith('node:') || allowed.includes(packageName(specifier))) continue;
    problems.push(
      `${file}: ${specifier} is neither ${allowed.join(', ')}, nor Node's, nor its own`,
    );
  }
}

/** Imports of types alone are gone when the code runs, so they may close a circle. */
function checkCircles(modules) {
  const targets = new Map(
    modules.map(({ file, imports }) => [
      file,
      imports
        .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
        .map(({ specifier }) => resolve(file, specifier)),
    ]),
  );
  const done = new Set();
  const visit = (file, path) => {
    if (path.includes(file)) {
      problems.push(`circle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
    } else if (!done.has(file)) {
      for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    }
  };
  for (const file of targets.keys()) visit(file, []);
}

const modules = sources('ts').map(parse);
modules.forEach(checkModule);
checkCircles(modules);
for (const folder of Object.keys(OUTSIDE)) sources(folder).map(parse).forEach(checkOutside);

for (const problem of problems) console.error(`layering: ${problem}`);
if (problems.length > 0) process.exit(1);
console.log(`layering: ${modules.length} modules in ${LAYERS.length} layers`);
