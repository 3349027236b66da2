#!/usr/bin/env bash
# Makes ready whom the benchmarks compare with: libfuse in C, pyfuse3, fuse-native. What can't be
# had is named, and the rest goes on: the benchmarks then say that it is missing. Usage:
# bench-peers.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
. scripts/debian.sh

peers=build/peers
mkdir -p build/stamps build/log "$peers/c"
exec 9> "$peers/lock"
flock 9
anything_built=

# What must be there, as a command or a file, and the package that brings it.
peer_needs="
  cc                                  gcc
  /usr/include/fuse3/fuse_lowlevel.h  libfuse3-dev
  pkg-config                          pkg-config
  fusermount3                         fuse3
  /lib/x86_64-linux-gnu/libfuse.so.2  libfuse2
  /usr/share/doc/python3-pyfuse3      python3-pyfuse3
  fio                                 fio
  taskset                             util-linux
"
fuse_native=fuse-native@2.2.6

# attempt <peer> <command...>: says what could not be done, and goes on.
attempt() {
  local name=$1
  shift
  # In a process of its own, so that a failure ends no more than this.
  if ! ("$@"); then say "$name can't be compared with here"; fi
}

# One program for each filesystem; serve.c is what all have in common.
build_c() {
  local flags="-O2 -std=gnu11 -Wall -Wextra -Werror -pthread" name source
  local -a parts
  source=bench/servers/c
  # A program that no longer compiles is missing, not the one of before.
  rm -f "$peers"/c/*
  for name in stat data listing delay memory passthrough; do
    parts=("$source/$name.c" "$source/serve.c" "$source/directory.c")
    if [[ -d $source/$name ]]; then parts+=("$source/$name"/*.c); fi
    quiet "peers-c-$name" cc $flags $(pkg-config --cflags fuse3) -I "$source" \
      -o "$peers/c/$name" "${parts[@]}" $(pkg-config --libs fuse3)
  done
}

# Its install scripts would build nothing that is used: the binding is in the package.
install_fuse_native() {
  mkdir -p "$peers/fuse-native"
  quiet peers-fuse-native npm install --prefix "$peers/fuse-native" --ignore-scripts --no-audit \
    --no-fund "$fuse_native"
}

# One by one, as a package that there is not would keep the others from being installed.
while read -r need; do
  if [[ -n $need ]]; then attempt "what needs ${need##* }" with_packages "$need" < /dev/null; fi
done <<< "$peer_needs"

c_inputs=(bench/servers/c scripts/bench-peers.sh)
c_tools=(cc pkg-config)
c_outputs=("$peers/c")
attempt 'libfuse in C' step c 'compiling the servers in C' build_c

native_inputs=(scripts/bench-peers.sh)
native_tools=(node)
native_outputs=("$peers/fuse-native/package-lock.json")
attempt fuse-native step native 'installing fuse-native' install_fuse_native
