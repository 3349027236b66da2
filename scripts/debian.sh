# Sourced by the set-up: installs the Debian packages of what this machine lacks.

# Node ships libuv's header with its own; some packages of Node do not.
uv_header=$(dirname "$(dirname "$(readlink -f "$(type -P node)")")")/include/node/uv.h
if [[ ! -f $uv_header ]]; then uv_header=/usr/include/uv.h; fi

# What must be there, as a command or a file, and the package that brings it.
build_needs="
  emcc                    emscripten
  cc                      gcc
  /usr/include/stdio.h    libc6-dev
  $uv_header              libuv1-dev
  fusermount3             fuse3
"
# What the tests run on the mounts.
test_needs="
  git                     git
  tar                     tar
  rsync                   rsync
  sqlite3                 sqlite3
  getfattr                attr
  getfacl                 acl
  setpriv                 util-linux
"

# lacking <needs>: the packages of what is missing, one a line.
lacking() {
  local need package
  while read -r need package; do
    if [[ -n $need && ! -e $need ]] && ! type -P "$need" > /dev/null; then echo "$package"; fi
  done <<< "$1"
}

# with_packages <needs>: returns when all that is needed is there.
with_packages() {
  local packages
  packages=$(lacking "$1" | paste -sd' ')
  if [[ -z $packages ]]; then return; fi
  type -P apt-get > /dev/null ||
    die "missing, and this is no Debian: install what its packages $packages hold"
  ((EUID == 0)) ||
    die "missing packages; run: sudo apt-get install --no-install-recommends $packages"

  say "installing Debian packages: $packages"
  # A source that fails matters only when a package is then missing.
  logged apt-update apt-get update || true
  logged apt-install env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
    install --yes --no-install-recommends $packages 9>&- || apt_failed "$packages"
  packages=$(lacking "$1" | paste -sd' ')
  if [[ -n $packages ]]; then die "installed, but not on PATH: what $packages should bring"; fi
  anything_built=yes
}

apt_failed() {
  # Without lists to look in, only the update can say why there are none.
  if no_network apt-install ||
    { no_network apt-update && grep -q 'Unable to locate' build/log/apt-install.log; }; then
    die "no network: can't install the Debian packages $1"
  fi
  grep -h '^E:' build/log/apt-install.log >&2 || true
  die "can't install the Debian packages $1; see build/log/apt-install.log"
}
