#!/bin/sh
# Installs JupyterHub, its proxy and what a student's server needs into .venv-hub. Run by make; quick when present.
set -eu
venv=.venv-hub
stamp=$venv/installed.lock
lock() { cat requirements-hub.lock classroom/package-lock.json; }
if lock | cmp -s - "$stamp"; then exit 0; fi

echo "Installing JupyterHub and what a student needs into $venv (about a minute, once) …" >&2
rm -rf "$venv"
.venv/bin/python -m venv "$venv"
log=$venv/install.log
fail() { tail -n 15 "$log" >&2; echo "$1" >&2; exit 1; }
"$venv/bin/python" -m pip install --disable-pip-version-check --progress-bar off \
  --require-hashes -r requirements-hub.lock >"$log" 2>&1 ||
  fail "JupyterHub could not be installed: see above. Only make hub and make hub-bench need it."
"$venv/bin/python" -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e . >>"$log" 2>&1 ||
  fail "The helper package in src/ could not be installed: see above."
mkdir "$venv/proxy"
cp classroom/package.json classroom/package-lock.json "$venv/proxy"
"$venv/bin/npm" ci --prefix "$venv/proxy" --ignore-scripts --no-audit --no-fund >>"$log" 2>&1 ||
  fail "JupyterHub's proxy could not be installed: see above. Only make hub and make hub-bench need it."
lock > "$stamp"
