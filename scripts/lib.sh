# Sourced by the set-up: messages, logs, and steps that run only when something changed.

say() {
  printf 'setup: %s\n' "$*" >&2
}

die() {
  say "error: $*"
  exit 1
}

# logged <name> <command...>: its output goes to build/log/<name>.log, its status to the caller.
logged() {
  local log=build/log/$1.log
  shift
  mkdir -p build/log
  "$@" > "$log" 2>&1 < /dev/null
}

# quiet <name> <command...>: as logged, but a failure shows the end of the output and ends all.
quiet() {
  if logged "$@"; then return; fi
  tail -n 40 "build/log/$1.log" >&2
  die "$1 failed; all of its output is in build/log/$1.log"
}

# no_network <name>: whether what <name> logged is the complaint of a machine without a network.
no_network() {
  local apt='[Rr]esolv|[Cc]ould not connect|unreachable|timed out'
  local npm='EAI_AGAIN|ENOTFOUND|ENETUNREACH|ECONNREFUSED|ETIMEDOUT'
  grep -qE "$apt|$npm" "build/log/$1.log"
}

# digest <path...>: one hash over the names and contents of these files, and of all the files in
# these folders; what is missing counts as empty.
digest() {
  if (($# == 0)); then return; fi
  { find "$@" -type f -print0 2> /dev/null || true; } | LC_ALL=C sort -z |
    xargs -0r sha256sum | sha256sum | cut -d' ' -f1
}

# identity <command...>: changes when another program answers to a name, or the program changed.
identity() {
  local tool
  for tool; do stat -Lc '%n %Y %s' "$(type -P "$tool")"; done
}

# step <name> <message> <command...>: runs the command, unless the files in <name>_inputs, the
# programs in <name>_tools and the files that it leaves, <name>_outputs, are as after its last
# success.
step() {
  local name=$1 message=$2 stamp=build/stamps/$1 before
  local -n inputs=$1_inputs tools=$1_tools outputs=$1_outputs
  shift 2
  before=$(digest "${inputs[@]}"; identity "${tools[@]}")
  if [[ -f $stamp && $(< "$stamp") == "$before; $(digest "${outputs[@]}")" ]]; then return; fi
  rm -f "$stamp"
  say "$message"
  "$@"
  # The inputs are those from before the build: what changed meanwhile is built the next time.
  printf '%s; %s\n' "$before" "$(digest "${outputs[@]}")" > "$stamp.part"
  mv "$stamp.part" "$stamp"
  anything_built=yes
}
