#!/usr/bin/env bash
# npm run soak: sets up, then mounts, uses and ends filesystems at random. Usage: soak.sh [seconds]
# [seed]. What the library and its handlers log goes to build/log/soak.log.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh --with-bench
cc -shared -fPIC -O2 -Wall -Wextra -Werror -Inode_modules/node-api-headers/include \
  -o build/bench/trim.node bench/soak/trim.c
exec node --expose-gc build/bench/soak.js "$@" 2> build/log/soak.log
