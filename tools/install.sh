#!/bin/sh
# Creates .venv from requirements.lock, or brings it up to date. Run by make; quick when nothing changed.
# EXAMLAB_WHEELS names a folder that `make wheels` has filled: packages come from there, and no network is asked.
set -eu
venv=.venv
lock=$venv/installed.lock
project=$venv/installed.toml
say() { printf '%s\n' "$*" >&2; }

if cmp -s requirements.lock "$lock" && cmp -s pyproject.toml "$project"; then exit 0; fi

install_package() {
  if ! "$venv/bin/python" -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e . >"$venv/install.log" 2>&1; then
    tail -n 15 "$venv/install.log" >&2; say "The helper package in src/ could not be installed: see above."; exit 1
  fi
  cp requirements.lock "$lock"
  cp pyproject.toml "$project"
}

if cmp -s requirements.lock "$lock"; then install_package; exit 0; fi

python=
for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
  [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$candidate; break; fi
  found="${found:-} $candidate ($("$candidate" -V 2>&1 || true))"
done
if [ -z "$python" ]; then
  say "This book needs Python 3.11 or later. Found:${found:- no Python at all}."
  say "Install a newer Python, or name one: make book PYTHON=/path/to/python3.12"
  exit 1
fi

say "Installing what the book needs into $venv with $("$python" -V) (about a minute, once) …"
rm -rf "$venv"
if ! "$python" -m venv "$venv" 2>"${TMPDIR:-/tmp}/examlab-venv.$$"; then
  cat "${TMPDIR:-/tmp}/examlab-venv.$$" >&2; rm -f "${TMPDIR:-/tmp}/examlab-venv.$$"
  say "Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv. Then run make again."
  rm -rf "$venv"; exit 1
fi
rm -f "${TMPDIR:-/tmp}/examlab-venv.$$"

log=$venv/install.log
set --
if [ -n "${EXAMLAB_WHEELS:-}" ]; then set -- --no-index --find-links "$EXAMLAB_WHEELS"; fi
if ! "$venv/bin/python" -m pip install --disable-pip-version-check --progress-bar off "$@" \
      --require-hashes -r requirements.lock >"$log" 2>&1; then
  tail -n 15 "$log" >&2
  if grep -qiE 'do not match the hashes|hashes are required|in --require-hashes mode' "$log"; then
    say "A package does not match requirements.lock: it is not the file that was tested."
    say "If you changed pyproject.toml, run: make lock. If you did not, do not install it; try another network."
  elif [ -n "${EXAMLAB_WHEELS:-}" ]; then
    say "The folder $EXAMLAB_WHEELS does not hold every package for $("$venv/bin/python" -V) on this machine."
    say "Fill it with make wheels, with a network, on a machine of this kind and with this Python."
  elif grep -qiE 'name resolution|NewConnectionError|Failed to establish|timed out|Connection (refused|reset|aborted)|ProxyError|SSLError|unreachable|from versions: none' "$log"; then
    say "The package index could not be reached. Check the network (or the proxy, or pip's configuration), then run make again."
  elif grep -qiE 'No matching distribution|Could not find a version|requires a different python|conflict' "$log"; then
    say "requirements.lock has no package for this Python ($("$venv/bin/python" -V)) or this machine."
    say "Try a Python from 3.11 to 3.14: make book PYTHON=/path/to/python3.12. To renew the lock: make lock."
  else
    say "The installation failed; the whole record is in the lines above and in pip's own words."
  fi
  rm -rf "$venv"; exit 1
fi
install_package
