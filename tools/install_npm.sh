#!/bin/sh
# Brings what package-lock.json names: KaTeX's style sheet and fonts, and the tests' accessibility checker. Run by make; quick when present.
set -eu
stamp=node_modules/installed.lock
if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp"; then exit 0; fi
log="${TMPDIR:-/tmp}/examlab-npm.$$"
trap 'rm -f "$log"' EXIT
set --
if [ -n "${EXAMLAB_WHEELS:-}" ]; then # as tools/fill_wheels.sh left it; the cache knows packages by where they came from
  set -- --offline --cache "$EXAMLAB_WHEELS/npm" --registry "$(cat "$EXAMLAB_WHEELS/npm/registry")"
fi
if ! .venv/bin/npm ci "$@" --ignore-scripts --no-audit --no-fund >"$log" 2>&1; then
  cat "$log" >&2
  if grep -qE 'EINTEGRITY' "$log"; then
    echo "A package does not match package-lock.json: it is not the file that was tested. Try another network." >&2
  elif [ -n "${EXAMLAB_WHEELS:-}" ]; then
    echo "The folder $EXAMLAB_WHEELS does not hold every npm package: fill it with make wheels, with a network." >&2
  elif grep -qE 'ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ERR_SOCKET_TIMEOUT|network' "$log"; then
    echo "The npm registry could not be reached. Check the network (or npm's proxy settings), then run make again." >&2
  else
    echo "The npm packages could not be installed: see above." >&2
  fi
  exit 1
fi
cp package-lock.json "$stamp"
