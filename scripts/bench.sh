#!/usr/bin/env bash
# Sets up, then runs one of the measuring programs of bench/. Usage: bench.sh <program> [args]
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh --with-bench
program=$1
shift
exec node "build/bench/$program.js" "$@"
