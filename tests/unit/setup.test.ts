import { strict as assert } from 'node:assert';
import { accessSync, chmodSync, constants, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Scope } from '../helpers/scope.js';
import { SetupTree } from '../helpers/setuptree.js';
import { exec } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const SLOW = { timeout: 60_000 };

const test = suite('setup.sh');

let template: SetupTree;

/** A tree in which all is built. */
function built(scope: Scope): SetupTree {
  return new SetupTree(scope, template);
}

test.before(async (scope) => {
  template = new SetupTree(scope);
  const LIBFUSE_TARBALL = await template.tarball();
  const { status, stderr } = await template.run([], { LIBFUSE_TARBALL });
  assert.equal(status, 0, stderr);
  assert.deepEqual(template.calls(), ['npm', 'wasm', 'shim']);
});

test(
  'builds everything once, then nothing',
  async (scope) => {
    const tree = built(scope);
    assert.equal(tree.read('build/libfuse-9.9.9/lib/version.c'), 'int version;\n');
    assert.match(tree.read('dist/cli.js'), /cli = 1/);
    assert.match(tree.read('dist/examples/hello.js'), /hello = 1/);
    accessSync(tree.path('dist/cli.js'), constants.X_OK);
    const started = Date.now();
    const { status, stderr } = await tree.run();
    assert.equal(stderr, 'setup: everything is up to date\n');
    assert.equal(status, 0);
    assert.ok(Date.now() - started < 3000);
  },
  SLOW,
);

test(
  'rebuilds only what depends on a change',
  async (scope) => {
    const tree = built(scope);
    const changes: [string, string, string[], RegExp][] = [
      ['wasm/session.c', '/* new */', ['wasm'], /^setup: compiling libfuse to WebAssembly\n$/],
      ['wasm/new.c', '', ['wasm'], /^setup: compiling libfuse to WebAssembly\n$/],
      ['shim/addon.c', '/* new */', ['shim'], /^setup: compiling the shim\n$/],
      [
        'ts/cli.ts',
        'export const cli = 1;\nString(cli + 1);\n',
        [],
        /^setup: compiling TypeScript\nsetup: bundling the library\n$/,
      ],
      [
        'examples/hello.ts',
        'export const hello = 2;\n',
        [],
        /^setup: compiling the examples\nsetup: bundling the library\n$/,
      ],
    ];
    for (const [file, text, calls, said] of changes) {
      tree.write(file, text);
      const { status, stderr } = await tree.run();
      assert.match(stderr, said, file);
      assert.equal(status, 0);
      assert.deepEqual(tree.calls(), calls, file);
    }
    assert.match(tree.read('dist/cli.js'), /cli \+ 1/);
    tree.write('package-lock.json', `${tree.read('package-lock.json')}\n`);
    const { stderr } = await tree.run();
    assert.match(stderr, /installing npm packages/);
    assert.doesNotMatch(stderr, /WebAssembly|shim/);
  },
  SLOW,
);

test(
  'restores a lost or changed output, and drops what a deleted module left',
  async (scope) => {
    const tree = built(scope);
    rmSync(tree.path('dist/cli.js'));
    tree.write('dist/wasmfuse.wasm', 'not what the compiler made');
    tree.write('build/libfuse-9.9.9/lib/version.c', 'int patched;\n');
    tree.write('ts/extra.ts', 'export const extra = 1;\n');
    tree.write('dist/old.js', 'not what this version has');
    assert.equal((await tree.run()).status, 0);
    assert.ok(tree.exists('dist/cli.js') && !tree.exists('dist/old.js'));
    assert.ok(tree.exists('build/internals/extra.js') && tree.exists('dist/extra.d.ts'));
    assert.equal(tree.read('build/libfuse-9.9.9/lib/version.c'), 'int version;\n');
    assert.deepEqual(tree.calls(), ['wasm']);
    rmSync(tree.path('ts/extra.ts'));
    assert.equal((await tree.run()).status, 0);
    assert.ok(!tree.exists('build/internals/extra.js') && !tree.exists('dist/extra.d.ts'));
    assert.ok(tree.exists('dist/cli.js') && tree.exists('build/internals/vendor/wasi-js.js'));
  },
  SLOW,
);

test(
  'shows what failed, and goes on from there the next time',
  async (scope) => {
    const tree = built(scope);
    tree.write('wasm/session.c', '/* new */');
    const working = tree.read('scripts/build-shim.sh');
    tree.standIn('scripts/build-shim.sh', 'echo "addon.c:1: no such thing"; exit 3');
    const failing = await tree.run();
    assert.equal(failing.status, 1);
    assert.match(failing.stderr, /addon\.c:1: no such thing\nsetup: error: shim failed;.*\n$/);
    assert.deepEqual(tree.calls(), ['wasm']);
    assert.equal((await tree.run()).status, 1);
    tree.write('scripts/build-shim.sh', working);
    assert.equal((await tree.run()).status, 0);
    assert.deepEqual(tree.calls(), ['shim']);
  },
  SLOW,
);

test(
  'repeats a step that was killed half way',
  async (scope) => {
    const tree = built(scope);
    const working = tree.read('scripts/build-wasm.sh');
    tree.standIn('scripts/build-wasm.sh', 'echo half > dist/wasmfuse.wasm; kill -KILL $PPID');
    assert.equal((await tree.run()).status, null);
    assert.equal(tree.read('dist/wasmfuse.wasm'), 'half\n');
    tree.write('scripts/build-wasm.sh', working);
    assert.equal((await tree.run()).status, 0);
    assert.deepEqual(tree.calls(), ['wasm']);
    assert.notEqual(tree.read('dist/wasmfuse.wasm'), 'half\n');
  },
  SLOW,
);

test(
  'builds once when two run at once',
  async (scope) => {
    const tree = built(scope);
    tree.standIn('scripts/build-wasm.sh', 'sleep 1; echo wasm >> calls; date > dist/wasmfuse.wasm');
    const first = tree.run();
    await setTimeout(300);
    const second = await tree.run();
    assert.equal((await first).status, 0);
    assert.equal(second.status, 0);
    assert.match(second.stderr, /waiting for another set-up.*\nsetup: everything is up to date\n$/);
    assert.deepEqual(tree.calls(), ['wasm']);
  },
  SLOW,
);

test(
  'stops on an emcc that is not the pinned version, also when all is built',
  async (scope) => {
    const tree = built(scope);
    tree.standIn('other/emcc', 'echo "emcc (Emscripten) 9.8.7 (0123abc)"');
    const { status, stderr } = await tree.run([], {
      PATH: `${tree.path('other')}:${process.env.PATH}`,
    });
    assert.equal(status, 1);
    assert.match(stderr, /error: .*other\/emcc is version 9\.8\.7, but emsdk-version asks for \d/);
  },
  SLOW,
);

test(
  'stops on a tarball with another hash, and names both',
  async (scope) => {
    const tree = built(scope);
    const wanted = tree.read('libfuse-version').split(' ')[1]?.trim();
    tree.write('bad.tar.gz', 'bad');
    for (const LIBFUSE_TARBALL of [tree.path('bad.tar.gz'), tree.path('no.tar.gz')]) {
      const { status, stderr } = await tree.run([], { LIBFUSE_TARBALL });
      assert.equal(status, 1);
      assert.ok(stderr.includes(LIBFUSE_TARBALL));
      assert.equal(stderr.split('\n').length, 2, stderr);
      if (LIBFUSE_TARBALL.includes('bad')) {
        assert.match(stderr, new RegExp(`sha256 [0-9a-f]{64}, but .* ${wanted}\n$`));
      }
    }
  },
  SLOW,
);

test(
  'without root, names the packages to install by hand',
  async (scope) => {
    const tree = new SetupTree(scope);
    const PATH = tree.without('emcc', 'fusermount3');
    const asRoot = process.getuid?.() === 0;
    const via = asRoot ? ['setpriv', '--reuid=65534', '--clear-groups'] : [];
    // The other user has to come as far as the tree.
    chmodSync(dirname(tree.dir), 0o711);
    chmodSync(tree.dir, 0o777);
    const { status, stderr } = await tree.run([], { PATH }, via);
    assert.equal(status, 1);
    assert.match(stderr, /^setup: error: .*sudo apt-get install .*\bemscripten\b.*\bfuse3\n$/);
    assert.doesNotMatch(stderr, /gcc/);
  },
  SLOW,
);

test(
  'says on another distribution what it needs',
  async (scope) => {
    const tree = new SetupTree(scope);
    const { status, stderr } = await tree.run([], { PATH: tree.without('emcc', 'apt-get') });
    assert.equal(status, 1);
    assert.match(stderr, /^setup: error: .*no Debian.*\bemscripten\b.*\n$/);
  },
  SLOW,
);

test(
  'installs only the packages that are missing, and says when there is no network',
  async (scope) => {
    if (process.getuid?.() !== 0) scope.skip('only root installs packages');
    const tree = new SetupTree(scope);
    const other = tree.path('other');
    const PATH = `${other}:${tree.without('emcc', 'apt-get')}`;
    tree.standIn('other/apt-get', 'echo "E: Temporary failure resolving \'mirror\'"; exit 100');
    const offline = await tree.run([], { PATH });
    assert.equal(offline.status, 1);
    assert.match(offline.stderr, /error: no network: .* Debian packages emscripten\n$/);

    tree.standIn(
      'other/apt-get',
      `echo "\${@: -1}" >> calls
       if [[ $* == *install* ]]; then cp '${tree.bin}/emcc' '${other}'; fi`,
    );
    // As far as this goes without a compiler.
    tree.standIn('other/npm', 'echo npm $1 >> calls; exit 1');
    assert.equal((await tree.run([], { PATH })).status, 1);
    assert.deepEqual(tree.calls(), ['update', 'emscripten', 'npm ci']);
  },
  SLOW,
);

test(
  'says when there is no network to fetch libfuse and npm packages from',
  async (scope) => {
    const probe = await exec('unshare', ['--net', 'true']);
    if (probe.status !== 0) scope.skip(`unshare --net: ${probe.stderr.trim()}`);
    const offline = ['unshare', '--net'];
    const [withNpm, withoutNpm] = [new SetupTree(scope), new SetupTree(scope)];
    rmSync(withoutNpm.path('bin/npm'));
    const cache = { npm_config_cache: withoutNpm.path('cache') };
    const [libfuse, npm] = await Promise.all([
      withNpm.run([], {}, offline),
      withoutNpm.run([], cache, offline),
    ]);
    assert.match(libfuse.stderr, /error: no network: .*libfuse 9\.9\.9.*LIBFUSE_TARBALL=path.*\n$/);
    assert.match(npm.stderr, /error: no network: .*npm packages\n$/);
    assert.deepEqual([libfuse.status, npm.status], [1, 1]);
  },
  SLOW,
);

test('refuses an old Node and an unknown argument', async (scope) => {
  const tree = new SetupTree(scope);
  const unknown = await tree.run(['--with-test']);
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /unknown argument --with-test; usage/);
  tree.standIn('other/node', 'echo v18.20.4');
  const old = await tree.run([], { PATH: `${tree.path('other')}:${process.env.PATH}` });
  assert.equal(old.status, 1);
  assert.match(old.stderr, /^setup: error: Node \d+ or newer is needed; v18\.20\.4 is on PATH\n$/);
});
