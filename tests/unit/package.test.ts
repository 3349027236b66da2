import { strict as assert } from 'node:assert';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { exec } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NPM = ['pack', '--ignore-scripts', '--offline', '--pack-destination'];

const SLOW = { timeout: 60_000 };

const test = suite('the package');

/** A folder in which the package is installed with what it depends on, and nothing else. */
async function installed(scope: Scope): Promise<string> {
  const dir = tempDir(scope);
  const modules = join(dir, 'node_modules');
  mkdirSync(join(modules, 'wasmfuse'), { recursive: true });
  const packed = await exec('npm', [...NPM, dir], { cwd: ROOT, timeout: SLOW.timeout });
  assert.equal(packed.status, 0, packed.stderr);
  const [tarball] = readdirSync(dir).filter((name) => name.endsWith('.tgz'));
  const into = ['-xzf', join(dir, tarball as string), '--strip-components=1', '-C'];
  assert.equal((await exec('tar', [...into, join(modules, 'wasmfuse')])).status, 0);
  const about = readFileSync(join(modules, 'wasmfuse/package.json'), 'utf8');
  const { dependencies } = JSON.parse(about) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  return dir;
}

const PROGRAM = `
import * as fuse from 'wasmfuse';
try {
  await fuse.init('./missing.js', '/');
} catch (error) {
  console.log(error.stack);
}
console.log(fuse.version);
`;

const TYPED = `
import { type Attributes, FUSEError, Operations } from 'wasmfuse';
export default class extends Operations {
  override getattr(inode: bigint): Attributes {
    if (inode !== 1n) throw new FUSEError('ENOENT');
    return { ino: inode, mode: 0o040755 };
  }
}
`;

/** Links of the package's documents to files that it does not have. */
function deadLinks(root: string): string[] {
  const documents = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  assert.ok(documents.length > 5, `${documents}`);
  return documents.flatMap((name) =>
    [...readFileSync(join(root, name), 'utf8').matchAll(/\]\((?!\w+:)([^)#]+)/g)]
      .map(([, link]) => join(dirname(join(root, name)), link as string))
      .filter((file) => !existsSync(file))
      .map((file) => `${name}: ${file}`),
  );
}

test(
  'works where it is installed, with types and source maps',
  async (scope) => {
    const dir = await installed(scope);
    const node = (...args: string[]) =>
      exec(process.execPath, args, { cwd: dir, timeout: SLOW.timeout });

    writeFileSync(join(dir, 'program.js'), PROGRAM);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const ran = await node('--no-warnings', '--enable-source-maps', 'program.js');
    assert.equal(ran.stderr, '');
    assert.match(ran.stdout, /handlers' module does not exist: .*missing\.js/);
    assert.match(ran.stdout, /at .*wasmfuse\/ts\/handlers\.ts:\d+/);
    assert.ok(ran.stdout.endsWith(`\n${version}\n`), ran.stdout);

    const cli = 'node_modules/wasmfuse/dist/cli.js';
    assert.equal((await node(cli, '--version')).stdout, `${version}\n`);
    assert.match((await node(cli, 'umount', '.')).stderr, /nothing is mounted/);
    const failing = await node(cli, 'mount', 'hello', './missing');
    assert.match(failing.stderr, /^wasmfuse: .*ENOENT.*\n$/);

    assert.deepEqual(deadLinks(join(dir, 'node_modules/wasmfuse')), []);

    writeFileSync(join(dir, 'typed.ts'), TYPED);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
    const roots = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const checked = await node(tsc, ...options, ...roots, 'typed.ts');
    assert.equal(checked.stdout, '');
    assert.equal(checked.status, 0);
  },
  SLOW,
);
