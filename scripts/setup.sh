#!/usr/bin/env bash
# Makes all that a fresh clone lacks: Debian packages, npm packages, libfuse's source, the
# WebAssembly module, the shim and the JavaScript. Does only what is not up to date; may be
# interrupted at any point and run twice at once. With --with-bench also the measuring programs,
# with --with-tests these and what only tests need.
# LIBFUSE_TARBALL=path takes libfuse's source from a local tarball.
set -euo pipefail
cd "$(dirname "$0")/.."
for part in lib debian toolchain npm libfuse typescript; do . "scripts/$part.sh"; done

with_tests=
with_bench=
case ${1-} in
  '') ;;
  --with-bench) with_bench=yes ;;
  --with-tests) with_tests=yes with_bench=yes ;;
  *) die "unknown argument $1; usage: setup.sh [--with-bench | --with-tests]" ;;
esac

mkdir -p build/stamps build/log
# What this starts holds the lock too: nothing builds beside the rest of a killed set-up.
exec 9> build/lock
if ! flock --nonblock 9; then
  say 'waiting for another set-up in this folder'
  flock 9
fi
anything_built=

check_node
check_libfuse_tarball
with_packages "$build_needs${with_tests:+$test_needs}"
step emcc "checking emcc's version" check_emcc
step npm 'installing npm packages' install_npm
step libfuse "fetching libfuse $libfuse_version's source" extract_libfuse

wasm_inputs=(wasm shim/{abi,fuse_uring}.h libfuse-version
  scripts/{build-wasm.sh,print-layout.mjs} node_modules/wasi-js/package.json)
wasm_tools=(emcc cc)
wasm_outputs=(dist/wasmfuse.wasm ts/session/generated)
step wasm 'compiling libfuse to WebAssembly' quiet wasm bash scripts/build-wasm.sh

shim_inputs=(shim scripts/build-shim.sh node_modules/node-api-headers/package.json)
shim_tools=(cc node)
shim_outputs=(dist/shim.node)
step shim 'compiling the shim' quiet shim bash scripts/build-shim.sh

library=(ts ts tsconfig.json build/internals dist)
project "${library[@]}"
step ts 'compiling TypeScript' compile "${library[@]}"
# What other projects see of the library, and the tests also of the examples and of bench.
mapfile -t declarations < <(modules ts dist/ .d.ts)

examples=(examples examples examples/tsconfig.json build/internals/examples dist/examples)
project "${examples[@]}" "${declarations[@]}"
step examples 'compiling the examples' compile "${examples[@]}"
mapfile -O "${#declarations[@]}" -t declarations < <(modules examples dist/examples/ .d.ts)

step bundle 'bundling the library' quiet bundle node scripts/bundle.mjs
if [[ ! -x dist/cli.js ]]; then chmod +x dist/cli.js; fi

if [[ -n $with_bench ]]; then
  bench=(bench bench bench/tsconfig.json build/bench build/bench)
  project "${bench[@]}" "${declarations[@]}"
  step bench 'compiling the measuring programs' compile "${bench[@]}"
  mapfile -O "${#declarations[@]}" -t declarations < <(modules bench build/bench/ .d.ts)
fi
if [[ -n $with_tests ]]; then
  tests=(tests tests tests/tsconfig.json build/tests build/tests)
  project "${tests[@]}" "${declarations[@]}"
  step tests 'compiling the tests' compile "${tests[@]}"
fi
if [[ -z $anything_built ]]; then say 'everything is up to date'; fi
