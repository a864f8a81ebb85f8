#!/bin/sh
# Installs Jupyter Notebook 7 and what a notebook needs into .venv-notebook. Run by make; quick when present.
set -eu
venv=.venv-notebook
stamp=$venv/installed.lock
if cmp -s requirements-notebook.lock "$stamp"; then exit 0; fi

echo "Installing Jupyter Notebook 7 and what a notebook needs into $venv (about a minute, once) …" >&2
rm -rf "$venv"
.venv/bin/python -m venv "$venv"
log=$venv/install.log
fail() { tail -n 15 "$log" >&2; echo "$1" >&2; exit 1; }
"$venv/bin/python" -m pip install --disable-pip-version-check --progress-bar off \
  --require-hashes -r requirements-notebook.lock >"$log" 2>&1 ||
  fail "Jupyter Notebook 7 could not be installed: see above. Only make test-notebook7 needs it."
"$venv/bin/python" -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e . >>"$log" 2>&1 ||
  fail "The helper package in src/ could not be installed: see above."
cp requirements-notebook.lock "$stamp"
