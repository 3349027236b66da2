# Sourced by the set-up: libfuse's source, by version and hash, in build/libfuse-<version>.
# LIBFUSE_TARBALL names a local tarball; else it is the source package of Debian's release below,
# from the mirror that this machine already uses.

libfuse_release=trixie
read -r libfuse_version libfuse_sha256 < libfuse-version
libfuse_tarball=build/libfuse-$libfuse_version.tar.gz
libfuse_source=build/libfuse-$libfuse_version

libfuse_inputs=(libfuse-version)
libfuse_tools=()
libfuse_outputs=("$libfuse_source/lib" "$libfuse_source/include")

extract_libfuse() {
  if [[ ! -f $libfuse_tarball ]] || ! is_libfuse "$libfuse_tarball"; then fetch_libfuse; fi
  rm -rf "$libfuse_source" "$libfuse_source.part"
  mkdir "$libfuse_source.part"
  quiet tar tar --extract --no-same-owner --strip-components=1 \
    --file "$libfuse_tarball" --directory "$libfuse_source.part"
  mv "$libfuse_source.part" "$libfuse_source"
}

# A tarball that is named is checked in every run, also in those that don't need it.
check_libfuse_tarball() {
  if [[ -z ${LIBFUSE_TARBALL-} ]]; then return; fi
  [[ -r $LIBFUSE_TARBALL ]] || die "LIBFUSE_TARBALL: can't read $LIBFUSE_TARBALL"
  verify_libfuse "$LIBFUSE_TARBALL"
}

fetch_libfuse() {
  local folder=$PWD/build/fetch
  rm -rf "$folder"
  mkdir "$folder"
  if [[ -n ${LIBFUSE_TARBALL-} ]]; then
    cp "$LIBFUSE_TARBALL" "$folder/libfuse.tar.gz"
  else
    download_libfuse "$folder"
    mv "$folder"/fuse3_*.orig.tar.* "$folder/libfuse.tar.gz"
  fi
  verify_libfuse "$folder/libfuse.tar.gz"
  mv "$folder/libfuse.tar.gz" "$libfuse_tarball"
  rm -rf "$folder"
}

is_libfuse() {
  sha256sum --check --status <<< "$libfuse_sha256  $1"
}

verify_libfuse() {
  local name=${LIBFUSE_TARBALL:-"Debian's source package fuse3"}
  is_libfuse "$1" || die "$name has sha256" \
    "$(sha256sum < "$1" | cut -d' ' -f1), but libfuse-version asks for $libfuse_sha256"
}

# The mirrors of Debian that this machine's apt is set up for.
debian_mirrors() {
  local codename
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
  apt-get --print-uris update |
    sed -nE "s|^'(.*)/dists/($codename\|stable\|oldstable)/InRelease'.*|\1|p" | sort -u
}

# download_libfuse <folder>: leaves fuse3's original tarball there. The folder holds apt's whole
# state meanwhile, so that neither root nor a change of the machine's own sources is needed.
download_libfuse() {
  local mirror package hint="LIBFUSE_TARBALL=path builds from a local tarball of it"
  type -P apt-get > /dev/null || die "libfuse $libfuse_version's source is missing; $hint"
  mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
  for mirror in $(debian_mirrors); do
    echo "deb-src $mirror $libfuse_release main"
  done > "$1/sources.list"
  [[ -s $1/sources.list ]] || die "apt has no Debian mirror to take libfuse's source from; $hint"

  local apt=(-o Dir::Etc::sourcelist="$1/sources.list" -o Dir::Etc::sourceparts=-
    -o Dir::State::lists="$1/lists" -o Dir::Cache="$1/cache" -o APT::Sandbox::User=root)
  logged libfuse apt-get "${apt[@]}" update || true
  package=$(apt-cache "${apt[@]}" showsrc --only-source fuse3 2> /dev/null |
    sed -nE "s/^Version: (${libfuse_version//./\\.}-.*)/\1/p" | head -n1 || true)
  if [[ -n $package ]]; then
    (cd "$1" && apt-get "${apt[@]}" source --download-only --tar-only --only-source \
      "fuse3=$package") >> build/log/libfuse.log 2>&1 < /dev/null && return
  fi
  if no_network libfuse; then
    die "no network: can't fetch libfuse $libfuse_version's source; $hint"
  fi
  die "Debian $libfuse_release has no fuse3 $libfuse_version (see build/log/libfuse.log); $hint"
}
