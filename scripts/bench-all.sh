#!/usr/bin/env bash
# npm run bench and npm run profile: sets up what measures us beside the others, then runs a program
# of bench/. Usage: bench-all.sh <program> [args]
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh --with-bench
bash scripts/bench-peers.sh
bash scripts/bench-clients.sh
program=$1
shift
exec node "build/bench/$program.js" "$@"
