"""When a page was last changed, from the history of its files.

A copy without history, or with too short a one, has no dates; nor has a machine without git.
"""

from __future__ import annotations

import shutil

from sphinx.config import Config

__all__ = ["EXTENSIONS", "use_dates"]

EXTENSIONS = ["sphinx_last_updated_by_git"] if shutil.which("git") else []


def use_dates(config: Config) -> None:
    """Write dates as 12 May 2026, each language in its way."""
    if not EXTENSIONS:
        config.html_last_updated_fmt = None  # Sphinx would write when the site was built
        return
    config.html_last_updated_fmt = "%-d %B %Y"
    config.git_last_updated_timezone = "UTC"
    config.git_untracked_show_sourcelink = True  # a new page can be downloaded too
