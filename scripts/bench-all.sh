#!/usr/bin/env bash
# npm run bench: sets up, then measures us beside the others. Usage: bench-all.sh [quick]
# [work or peer]...
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh --with-bench
bash scripts/bench-peers.sh
bash scripts/bench-clients.sh
exec node build/bench/run/main.js "$@"
