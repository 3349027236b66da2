#!/usr/bin/env bash
# npm test: sets up, then runs all tests, or those that the arguments name.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh --with-tests
exec node build/tests/run.js "$@"
