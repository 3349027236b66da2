#!/usr/bin/env bash
# Compiles shim/*.c into dist/shim.node. Without a C library of its own: its symbols come from the
# process that loads it, so one file serves glibc and musl. Its threads and its signal handler may
# outlive the thread that has loaded it, so it is never unloaded.
set -euo pipefail
cd "$(dirname "$0")/.."

napi=node_modules/node-api-headers/include
# uv.h: Node ships it with its headers; Debian's libuv1-dev has it where Node does not.
node_headers=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")/include/node
mkdir -p dist build

cc -std=gnu11 -O2 -fPIC -shared -nostdlib -fvisibility=hidden -fno-stack-protector \
  -Wl,-z,nodelete -U_FORTIFY_SOURCE -Wall -Wextra -Werror -I"$napi" -isystem "$node_headers" \
  shim/*.c -o build/shim.node
# In place of the old file, which a mount may be running, not over it.
cmp -s build/shim.node dist/shim.node || {
  cp build/shim.node dist/shim.node.part
  mv dist/shim.node.part dist/shim.node
}
