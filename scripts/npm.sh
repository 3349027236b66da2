# Sourced by the set-up: the npm packages that package-lock.json names, their scripts never run.

npm_inputs=(package-lock.json .npmrc)
npm_tools=()
npm_outputs=(node_modules/.package-lock.json)

install_npm() {
  # `npm run --silent` around this would silence it, and hide why it fails.
  if logged npm npm ci --loglevel=warn --ignore-scripts --no-audit --no-fund \
    --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=2000; then return; fi
  if no_network npm; then die "no network: can't fetch the npm packages"; fi
  # npm's own text comes first; what follows is its manual.
  grep -m 12 'error' build/log/npm.log >&2 || true
  die 'npm ci failed; all of its output is in build/log/npm.log'
}
