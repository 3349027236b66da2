#!/usr/bin/env bash
# npm start: sets up, then serves tmpfs on ./mnt or the directory given, until Ctrl-C.
set -euo pipefail
scripts=$(dirname "$0")
bash "$scripts/setup.sh"
# In place of this shell, so that signals reach the program itself.
exec node "$scripts/../dist/cli.js" start "$@"
