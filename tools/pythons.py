"""Find a Python of a given version on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_ASKED = "import sys; print('%d.%d' % sys.version_info[:2])"


def find_python(version: str) -> Path | None:
    """Return a Python of a version such as 3.12: one on the path that starts, or one that pyenv keeps."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(f"python{version}"), *map(str, sorted(kept.glob(f"{version}.*/bin/python")))]
    for candidate in filter(None, candidates):
        # What stands on the path may be a script that only says that there is none.
        done = subprocess.run([candidate, "-c", _ASKED], capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip() == version:
            return Path(candidate)
    return None
