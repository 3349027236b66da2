#!/usr/bin/env bash
# Compiles the clients of npm run bench, bench/clients/*.c, into build/clients.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

compile_clients() {
  local source
  for source in bench/clients/*.c; do
    cc -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -pthread \
      -o "build/clients/$(basename "$source" .c)" "$source"
  done
}

mkdir -p build/clients build/stamps
clients_inputs=(bench/clients scripts/bench-clients.sh)
clients_tools=(cc)
clients_outputs=(build/clients)
step clients "compiling the benchmark's clients" compile_clients
