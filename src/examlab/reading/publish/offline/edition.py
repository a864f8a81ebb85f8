"""What is said of a book on its cover: its title, its authors, and which edition it is."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from examlab.i18n import gettext as _
from examlab.i18n import language

__all__ = ["Edition", "read_edition"]

_DIGITS = 10  # not as many as git would give: that depends on how much else a repository holds
_EARLIEST = 315_532_800  # 1980: no date in a zip file is earlier


@dataclass(frozen=True)
class Edition:
    """The facts of a book that its pages do not hold."""

    title: str
    author: str
    language: str
    commit: str
    """The first digits of the commit that the book was made from; empty outside of a repository."""
    time: datetime
    """When that commit was made: no file says when it was built, so that two builds are the same."""

    @property
    def name(self) -> str:
        """What a reader may quote: a date and a commit, or nothing where both are unknown."""
        if not self.commit:
            return ""
        return _("Edition of {date}, {commit}").format(date=f"{self.time:%Y-%m-%d}", commit=self.commit)


def read_edition(root: Path) -> Edition:
    """Return the edition of the project in a folder; ``SOURCE_DATE_EPOCH`` is asked before the repository.

    Sources from a release have no repository: there git has written the commit into a file.
    """
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    known = _git(root, "log", "-1", "--format=%H %ct") or _archived(root / ".git_archival.txt")
    commit, _space, seconds = known.partition(" ")
    moment = int(os.environ.get("SOURCE_DATE_EPOCH") or seconds or _EARLIEST)
    return Edition(
        config["title"],
        config["author"],
        language(),
        commit[:_DIGITS],
        datetime.fromtimestamp(max(moment, _EARLIEST), UTC),
    )


def _git(root: Path, *arguments: str) -> str:
    if not (root / ".git").exists():
        return ""
    try:
        asked = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return asked.stdout.strip()


def _archived(file: Path) -> str:
    found = file.read_text(encoding="utf-8").strip() if file.is_file() else ""
    return "" if "$" in found else found
