# Sourced by the set-up: the TypeScript projects, and what is bundled of their output.

# modules <folder> <prefix> <suffix>: the modules of a folder, without .ts, between these two.
modules() {
  if [[ ! -d $1 ]]; then return; fi
  find "$1" -name '*.ts' ! -name '*.d.ts' -printf "$2%P\n" | sed "s/\.ts$/$3/" | LC_ALL=C sort
}

# project <name> <folder> <config> <output> <declarations> [input...]: declares the step of a
# TypeScript project, whose code and declarations go to these folders.
project() {
  declare -ga "$1_tools=()" "$1_inputs=()" "$1_outputs=()"
  local -n tools=$1_tools inputs=$1_inputs outputs=$1_outputs
  inputs=(package{,-lock}.json scripts/typescript.sh tsconfig.base.json "${@:2:2}" "${@:6}")
  mapfile -t outputs < <(modules "$2" "$4/" .js)
}

# compile <name> <folder> <config> <output> <declarations>: what is left of deleted modules goes
# too.
compile() {
  local name=$1 config=$3 output=$4 declarations=$5 module
  local modules=build/$1.modules written=build/$1.compiled
  modules "$2" '' '' > "$modules"
  while read -r module; do
    # The compiler writes again what it knows it has written only when it has forgotten it.
    if [[ ! -f $output/$module.js ]]; then rm -f "build/$name.tsbuildinfo"; fi
  done < "$modules"
  # All that may be there, also after a run that fails or is interrupted.
  touch "$written"
  LC_ALL=C sort -u "$written" "$modules" -o "$written"
  if ! logged "$name" node_modules/.bin/tsc --project "$config"; then
    cat "build/log/$name.log" >&2
    die "$config does not compile"
  fi
  LC_ALL=C comm -23 "$written" "$modules" | while read -r module; do
    rm -f "$output/$module".{js,js.map} "$declarations/$module.d.ts"
  done
  mv "$modules" "$written"
}

# The bundler removes all other code from its folder.
bundle_tools=()
mapfile -t bundle_inputs < <(
  printf '%s\n' package{,-lock}.json scripts/bundle.mjs
  modules ts build/internals/ .js
  modules examples build/internals/examples/ .js
)
mapfile -t bundle_outputs < <(
  printf 'dist/%s\n' {core,index,worker,cli,program,umount,demo}.js{,.map}
  printf '%s\n' build/internals/vendor/{wasi-js,commander}.js dist/vendor/LICENSES.txt
  find examples -maxdepth 1 -name '*.ts' -printf 'dist/examples/%f\n' | sed 's/\.ts$/.js/'
)
