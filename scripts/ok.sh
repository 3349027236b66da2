#!/usr/bin/env bash
# npm run ok: the one gate. Runs every check even when one fails, the tests last; succeeds when all
# of them do.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=()

check() {
  local name=$1
  shift
  printf '\n== %s\n' "$name"
  "$@" || failed+=("$name")
}

generated() {
  find ts/session/generated -type f -exec sha256sum {} + | LC_ALL=C sort
}

before=$(generated)
bash scripts/setup.sh --with-tests || exit

# The set-up has printed the layout anew; a difference means that a stale one is in the tree.
layout_is_current() {
  diff <(echo "$before") <(generated) && return
  echo 'ts/session/generated was stale; it is up to date in this work tree: commit it' >&2
  return 1
}

check 'format and lint' node_modules/.bin/biome check --error-on-warnings .
check 'generated layout' layout_is_current
operations_are_current() {
  diff docs/operations.md <(node scripts/print-operations.mjs) && return
  echo 'docs/operations.md is stale: node scripts/print-operations.mjs > docs/operations.md' >&2
  return 1
}

check 'table of operations' operations_are_current
check 'architecture' node scripts/architecture.mjs
check 'layers' node scripts/layering.mjs
check 'sources' node scripts/sources.mjs
check 'tests' bash scripts/test.sh

if ((${#failed[@]} > 0)); then
  printf 'not ok: %s\n' "${failed[@]}" >&2
  exit 1
fi
