#!/usr/bin/env bash
# npm run profile: sets up, then shows where the CPU time of our server and C's goes, by perf.
# Usage: profile.sh [stat | readdir | git-status]...
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh --with-bench
bash scripts/bench-peers.sh
bash scripts/bench-clients.sh
exec node build/bench/profile.js "$@"
