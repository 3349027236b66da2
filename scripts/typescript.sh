# Sourced by the set-up: the TypeScript projects, and the bundle that the library imports.

# modules <folder> <output> <suffix>: the files that the modules of a folder are compiled to.
modules() {
  if [[ ! -d $1 ]]; then return; fi
  find "$1" -name '*.ts' ! -name '*.d.ts' -printf "$2/%P\n" | sed "s/\.ts$/$3/" | LC_ALL=C sort
}

# project <name> <folder> <config> <output> [input...]: declares the step of a TypeScript project.
project() {
  declare -ga "$1_tools=()" "$1_inputs=()" "$1_outputs=()"
  local -n tools=$1_tools inputs=$1_inputs outputs=$1_outputs
  inputs=(package-lock.json scripts/typescript.sh tsconfig.base.json "${@:2:2}" "${@:5}")
  mapfile -t outputs < <(modules "$2" "$4" .js)
}

# compile <name> <folder> <config> <output>: what is left of deleted modules goes too.
compile() {
  local name=$1 config=$3 module modules=build/$1.modules written=build/$1.written
  modules "$2" "$4" .js > "$modules"
  while read -r module; do
    # The compiler writes again what it knows it has written only when it has forgotten it.
    if [[ ! -f $module ]]; then rm -f "build/$name.tsbuildinfo"; fi
  done < "$modules"
  # All that may be there, also after a run that fails or is interrupted.
  touch "$written"
  LC_ALL=C sort -u "$written" "$modules" -o "$written"
  if ! logged "$name" node_modules/.bin/tsc --project "$config"; then
    cat "build/log/$name.log" >&2
    die "$config does not compile"
  fi
  LC_ALL=C comm -23 "$written" "$modules" | while read -r module; do
    rm -f "${module%.js}".{js,js.map,d.ts,d.ts.map}
  done
  mv "$modules" "$written"
}

bundle_inputs=(package-lock.json scripts/bundle-wasi.mjs)
bundle_tools=()
bundle_outputs=(dist/vendor)
