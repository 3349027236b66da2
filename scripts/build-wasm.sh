#!/usr/bin/env bash
# Compiles libfuse and wasm/*.c into dist/wasmfuse.wasm, and prints the layout of what crosses into
# TypeScript. Usage: build-wasm.sh [where to write layout.ts]
set -euo pipefail
cd "$(dirname "$0")/.."

read -r version _ < libfuse-version
libfuse=build/libfuse-$version
layout=${1:-ts/session/generated/layout.ts}
compat=build/compat
mkdir -p "$compat/bits" build/wasm dist

# Linux's errno numbers, as the native compiler knows them: emscripten's are WASI's.
{
  echo '#pragma once'
  cc -dM -E -include errno.h - < /dev/null | grep -E '^#define E[A-Z0-9]+ ' | sort
} > "$compat/bits/errno.h"

# Linux constants that emscripten's headers lack.
{
  echo '#pragma once'
  printf '#include <%s.h>\n' linux/fs linux/xattr linux/falloc linux/fcntl sys/file |
    cc -dM -E - |
    grep -E '^#define (RENAME|FALLOC_FL|SEEK|LOCK)_[A-Z_]+ |^#define (XATTR_[CLRS]|F_[RWU])' | sort
} > "$compat/linux_constants.h"

# Times and block counts of 64 bits, as the protocol has them; emscripten's are 32.
types=$(emcc --cflags | grep -o -- '--sysroot=[^ ]*' | cut -d= -f2)/include/bits/alltypes.h
sed -E 's/^typedef .* (time_t|blkcnt_t);/typedef long long \1;/
        s/^typedef .* (fsblkcnt_t|fsfilcnt_t);/typedef unsigned long long \1;/' \
  "$types" > "$compat/bits/alltypes.h"

mapfile -t flags < <(grep -v '^#' wasm/flags.txt | tr -s ' ' '\n' | sed 's/="\(.*\)"$/=\\"\1\\"/')
flags=("${flags[@]//\\\"/\"}")
IFS=. read -r major minor hotfix <<< "$version"
defines=(-DLIBFUSE_VERSION="\"$version\"" -DLIBFUSE_MAJOR="$major" -DLIBFUSE_MINOR="$minor"
  -DLIBFUSE_HOTFIX="$hotfix")
includes=(-I"$compat" -Iwasm/compat -I"$libfuse/include" -I"$libfuse/lib")

libfuse_sources=()
for name in fuse_lowlevel fuse_opt buffer fuse_log util mount mount_util helper cuse_lowlevel \
  fuse_loop_mt; do
  libfuse_sources+=("$libfuse/lib/$name.c")
done
module_sources=()
for source in wasm/*.c; do
  [[ $source == wasm/layout.c ]] || module_sources+=("$source")
done
exports=$(sed 's/.*/_&/' wasm/exports.txt | paste -sd,)

emcc "${flags[@]}" "${defines[@]}" "${includes[@]}" -sEXPORTED_FUNCTIONS="$exports" \
  "${libfuse_sources[@]}" "${module_sources[@]}" -o build/wasm/wasmfuse.wasm

emcc -D_REENTRANT -DHAVE_LIBFUSE_PRIVATE_CONFIG_H -DFUSE_USE_VERSION=317 \
  -Wno-macro-redefined "${defines[@]}" "${includes[@]}" -sSTANDALONE_WASM \
  wasm/layout.c -o build/wasm/layout.wasm
node scripts/print-layout.mjs build/wasm/layout.wasm > build/wasm/layout.ts
mkdir -p "$(dirname "$layout")"

# Unchanged output keeps its time stamp, so that nothing after it is rebuilt.
update() {
  cmp -s "$1" "$2" && return
  cp "$1" "$2.part"
  mv "$2.part" "$2"
}
update build/wasm/layout.ts "$layout"
update build/wasm/wasmfuse.wasm dist/wasmfuse.wasm
