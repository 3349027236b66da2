import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir } from './mount.js';
import type { Scope } from './scope.js';
import { exec, type Ran, type RunOptions, sh } from './sh.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** A whole set-up of this small tree runs the TypeScript compiler twice. */
const SETUP_MS = 30_000;
/** Modules that scripts/bundle.mjs names. */
const ENTRIES = ['index', 'worker', 'cli', 'cli/program', 'cli/umount', 'cli/demo'];
const BUNDLED = [...ENTRIES, 'remote'];
const COPY = { recursive: true, verbatimSymlinks: true };

/** The least that the compiler has to read and check. */
const compilerOptions = { module: 'nodenext', lib: ['es5'], types: [], skipLibCheck: true };

function project(rootDir: string, outDir: string, declarationDir: string, info: string): string {
  const output = { outDir, declarationDir, tsBuildInfoFile: info, composite: true };
  return JSON.stringify({
    compilerOptions: { ...compilerOptions, rootDir, ...output },
    include: [rootDir],
  });
}

/**
 * A small tree with the real set-up script, whose compilers of C and whose npm are stand-ins that
 * write down that they ran. No network, no Debian package and no real libfuse is involved.
 */
export class SetupTree {
  readonly dir: string;
  /** The folder of the programs that stand in; first on PATH. */
  readonly bin: string;

  /** A new tree, or a copy of one with all that is built there. */
  constructor(scope: Scope, template?: SetupTree) {
    this.dir = tempDir(scope, 'setup ');
    this.bin = template?.bin ?? this.path('bin');
    if (template === undefined) this.#fill();
    else cpSync(template.dir, this.dir, { ...COPY, preserveTimestamps: true });
  }

  #fill(): void {
    cpSync(join(ROOT, 'scripts'), this.path('scripts'), COPY);
    for (const file of ['package.json', 'package-lock.json', '.npmrc', 'emsdk-version']) {
      cpSync(join(ROOT, file), this.path(file));
    }
    this.write('libfuse-version', '9.9.9 0\n');
    this.write('tsconfig.base.json', '{}');
    this.write('tsconfig.json', project('ts', 'build/internals', 'dist', 'build/ts.tsbuildinfo'));
    this.write(
      'examples/tsconfig.json',
      project(
        '.',
        '../build/internals/examples',
        '../dist/examples',
        '../build/examples.tsbuildinfo',
      ),
    );
    for (const path of BUNDLED) {
      const name = basename(path);
      this.write(`ts/${path}.ts`, `export const ${name} = 1;\nString(${name});\n`);
    }
    this.write('ts/session/generated/layout.ts', 'export const layout = 1;\n');
    this.write('examples/hello.ts', 'export const hello = 1;\n');
    for (const file of ['wasm/session.c', 'shim/abi.h', 'shim/addon.c']) this.write(file, '');
    this.standIn('scripts/build-wasm.sh', 'echo wasm >> calls; date +%N > dist/wasmfuse.wasm');
    this.standIn('scripts/build-shim.sh', 'echo shim >> calls; date +%N > dist/shim.node');
    this.standIn('bin/emcc', `echo "emcc (a stand-in) ${this.read('emsdk-version').trim()}"`);
    this.standIn(
      'bin/npm',
      `echo npm >> calls; rm -rf node_modules; mkdir -p node_modules dist
       ln -s '${ROOT}node_modules/'* '${ROOT}node_modules/.bin' node_modules/
       cp package-lock.json node_modules/.package-lock.json`,
    );
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  exists(name: string): boolean {
    return existsSync(this.path(name));
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  standIn(name: string, script: string): void {
    this.write(name, `#!/bin/bash\nset -e\n${script}\n`);
    chmodSync(this.path(name), 0o755);
  }

  /** A tarball with this one source file, which `libfuse-version` then asks for. */
  async tarball(text = 'int version;\n'): Promise<string> {
    this.write('fuse-9.9.9/lib/version.c', text);
    const made = await sh(
      `tar -czf fuse.tar.gz fuse-9.9.9; rm -r fuse-9.9.9
       echo "9.9.9 $(sha256sum < fuse.tar.gz | cut -d' ' -f1)" > libfuse-version; pwd`,
      { cwd: this.dir },
    );
    return join(made.trim(), 'fuse.tar.gz');
  }

  /** PATH as on a machine without these programs. */
  without(...programs: string[]): string {
    const lean = this.path('lean');
    rmSync(lean, { recursive: true, force: true });
    mkdirSync(lean);
    for (const folder of (process.env.PATH ?? '').split(':').filter((path) => existsSync(path))) {
      for (const program of readdirSync(folder)) {
        const link = join(lean, program);
        if (!programs.includes(program) && !existsSync(link)) {
          rmSync(link, { force: true });
          symlinkSync(join(folder, program), link);
        }
      }
    }
    return lean;
  }

  async run(args: string[] = [], env: NodeJS.ProcessEnv = {}, via: string[] = []): Promise<Ran> {
    const [file = 'bash', ...rest] = [...via, 'bash', 'scripts/setup.sh', ...args];
    const options: RunOptions = { cwd: this.dir, timeout: SETUP_MS };
    const inherited: NodeJS.ProcessEnv = {
      ...process.env,
      PATH: `${this.bin}:${process.env.PATH}`,
    };
    delete inherited.LIBFUSE_TARBALL;
    return exec(file, rest, { ...options, env: { ...inherited, ...env } });
  }

  /** The stand-ins that ran since this was last asked. */
  calls(): string[] {
    if (!this.exists('calls')) return [];
    const calls = this.read('calls').trim().split('\n');
    rmSync(this.path('calls'));
    return calls;
  }
}
