# Sourced by the set-up: the programs that build must be the versions that this tree is made for.

emcc_inputs=(emsdk-version)
emcc_tools=(emcc)
emcc_outputs=()

check_emcc() {
  local wanted found
  wanted=$(< emsdk-version)
  found=$(emcc --version 2>&1 | grep -oEm1 '[0-9]+\.[0-9]+\.[0-9]+' || true)
  [[ $found == "$wanted" ]] || die "$(type -P emcc) is version ${found:-unknown}, but" \
    "emsdk-version asks for $wanted: put that one first on PATH"
}

check_node() {
  local wanted found
  wanted=$(sed -nE 's/.*"node": ">=([0-9]+)".*/\1/p' package.json)
  found=$(node --version 2> /dev/null || true)
  [[ $found =~ ^v([0-9]+) ]] && ((BASH_REMATCH[1] >= wanted)) ||
    die "Node $wanted or newer is needed; ${found:-none} is on PATH"
}
