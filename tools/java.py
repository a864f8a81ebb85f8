"""Find a Java, which the EPUB's validator runs on, or bring one with apt-get."""

from __future__ import annotations

import shutil
import sys

from browser import install_with_apt

HELP = (
    "No Java is here and none could be installed: the EPUB's validator needs one. "
    "Install a Java runtime, 11 or later."
)


def main() -> int:
    """Make sure there is a Java; say where, unless told to be quiet."""
    if shutil.which("java") is None:
        install_with_apt("default-jre-headless")
    found = shutil.which("java")
    if found is None:
        print(HELP, file=sys.stderr)
        return 1
    if "--quiet" not in sys.argv:
        print(found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
