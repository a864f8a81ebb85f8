#!/bin/sh
# Brings all that `make book` installs into one folder, _build/wheels or EXAMLAB_WHEELS, for this Python and this kind
# of machine. With EXAMLAB_WHEELS set to that folder, `make book` then needs no network. Run by `make wheels`.
set -eu
folder=${EXAMLAB_WHEELS:-_build/wheels}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
say() { printf '%s\n' "$*" >&2; }
bring() {
  if ! "$@" >"$place/log" 2>&1; then tail -n 15 "$place/log" >&2; say "The folder $folder is not complete: see above."; exit 1; fi
}

mkdir -p "$folder/npm"
say "Filling $folder …"
bring .venv/bin/python -m pip download --disable-pip-version-check --progress-bar off \
  --require-hashes -r requirements.lock -d "$folder"
# A package that comes as sources alone is built with this.
bring .venv/bin/python -m pip download --disable-pip-version-check --progress-bar off --no-deps setuptools -d "$folder"
cp package.json package-lock.json "$place"
bring .venv/bin/npm ci --prefix "$place" --cache "$folder/npm" --ignore-scripts --no-audit --no-fund
.venv/bin/npm config get registry >"$folder/npm/registry"
say "$folder holds $(ls "$folder" | grep -c -e '\.whl$' -e '\.tar\.gz$') packages and npm's cache, $(du -sh "$folder" | cut -f1)."
