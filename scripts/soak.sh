#!/usr/bin/env bash
# npm run soak: sets up, then mounts, uses and ends filesystems at random. Usage: soak.sh [seconds]
# [seed]. What the library and its handlers log goes to build/log/soak.log.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh --with-bench
# glibc keeps what is free in up to 8 arenas a CPU, and between what is not: with nothing mounted 34
# to 45 MiB after four workers at a time. So only what grows shows: 19 to 22 MiB in one arena, and
# large blocks given back one by one.
export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=16384 MALLOC_TRIM_THRESHOLD_=16384
exec node --expose-gc build/bench/soak.js "$@" 2> build/log/soak.log
