#!/bin/sh
# Installs what only the bench needs into .venv, from requirements-bench.lock. Run by make; quick when present.
set -eu
stamp=.venv/installed-bench.lock
if cmp -s requirements-bench.lock "$stamp"; then exit 0; fi
log=.venv/install-bench.log
echo "Installing PyTorch, which the bench compares with, into .venv (several gigabytes on Linux, once) …" >&2
if ! .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off \
      --require-hashes -r requirements-bench.lock >"$log" 2>&1; then
  tail -n 15 "$log" >&2
  echo "PyTorch could not be installed: see above. Only the bench needs it." >&2
  exit 1
fi
cp requirements-bench.lock "$stamp"
