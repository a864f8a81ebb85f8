"""Links to the project's repository: edit a page, report a mistake in it, run it in Binder.

Nobody writes the repository's address into a file: publishing gives it in the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config

from examlab.i18n import gettext as _

__all__ = ["Repository", "add_links", "repository_in", "right_buttons", "use_repository"]

_KINDS = {"github": ["github"], "gitlab": ["gitlab"], "forgejo": ["forgejo", "gitea", "codeberg"]}
"""What runs a repository's site, with the words in a host's name that give it away."""

_ICON = "fas fa-code-branch"
"""The mark of a company would be wrong on all other hosts."""


@dataclass(frozen=True)
class Repository:
    """Where the project's files are published, and what runs the site there."""

    url: str
    branch: str = "main"
    kind: str = "github"

    def report(self, title: str, text: str) -> str:
        """Return the address where a report is begun, with its first words."""
        place, names = "issues/new", ("title", "body")
        if self.kind == "gitlab":
            place, names = "-/issues/new", ("issue[title]", "issue[description]")
        return (
            f"{self.url}/{place}?{urlencode(dict(zip(names, (title, text), strict=True)), quote_via=quote)}"
        )

    def edit(self, file: str) -> str:
        """Return the address where a file is edited."""
        place = {"github": "edit", "gitlab": "-/edit", "forgejo": "_edit"}[self.kind]
        return f"{self.url}/{place}/{self.branch}/{file}"

    def binder(self, file: str) -> str:
        """Return what Binder calls a file of this repository, opened in JupyterLab."""
        host, path = urlsplit(self.url).netloc, urlsplit(self.url).path.strip("/")
        if host == "github.com":
            place = f"gh/{path}"
        elif host == "gitlab.com":
            place = f"gl/{quote(path, safe='')}"
        else:
            place = f"git/{quote(self.url, safe='')}"
        return f"{place}/{self.branch}?{urlencode({'urlpath': f'lab/tree/{file}'}, quote_via=quote)}"


def repository_in(environment: Mapping[str, str]) -> Repository | None:
    """Return the repository that the environment names, None if it names none.

    Raises
    ------
    ValueError
        If it says that something runs the repository's site which this module does not know.
    """
    url = environment.get("EXAMLAB_REPOSITORY_URL", "").rstrip("/")
    if not url:
        return None
    guesses = [kind for kind, words in _KINDS.items() if any(word in urlsplit(url).netloc for word in words)]
    kind = environment.get("EXAMLAB_REPOSITORY_KIND") or (guesses or ["github"])[0]
    if kind not in _KINDS:
        raise ValueError(f"EXAMLAB_REPOSITORY_KIND is {kind!r}: it has to be one of {', '.join(_KINDS)}")
    return Repository(url, environment.get("EXAMLAB_REPOSITORY_BRANCH") or "main", kind)


def use_repository(config: Config, repository: Repository) -> None:
    """Let the theme write its links to the repository, all but that for reports: its words are English."""
    config.html_theme_options |= {
        "repository_url": repository.url,
        "repository_branch": repository.branch,
        "repository_provider": "github",  # of the three it knows; `right_buttons` writes what differs
        "use_repository_button": True,
        "use_edit_page_button": True,
        "launch_buttons": {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab"},
        "article_footer_items": ["page-links.html"],
    }


def add_links(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give a page what stands at its foot: the links for reports and for better wordings."""
    repository: Repository | None = app.config.examlab_repository
    if repository is None or doctree is None:
        return
    address = context.get("pageurl") or f"{page}.html"
    report = repository.report(
        _("A mistake on “{title}”").format(title=app.env.titles[page].astext()),
        _("Page: {address}\n\nWhat is wrong, and what should stand there?\n").format(address=address),
    )
    context["page_links"] = [
        (_("Report a mistake on this page"), report),
        (_("Suggest a better wording"), repository.edit(f"{page}{context['page_source_suffix']}")),
    ]


def right_buttons(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Right the theme's buttons: it knows three companies only, and writes a report's words in English."""
    repository: Repository | None = app.config.examlab_repository
    if repository is None:
        return
    buttons = context["header_buttons"]
    for button in [*buttons, *(button for group in buttons for button in group.get("buttons", []))]:
        if button.get("icon", "").startswith("fab "):
            button["icon"] = _ICON
        elif "/" in button.get("icon", ""):  # a picture of no size, for which the page would wait
            button["icon"] = "fas fa-rocket"
    if doctree is None:
        return
    file = f"{page}{context['page_source_suffix']}"
    addresses = {
        "Binder": f"https://mybinder.org/v2/{repository.binder(file)}",
        "source-repository-button": repository.url,
        "source-edit-button": repository.edit(file),
    }
    for group in buttons:
        for button in group.get("buttons", []):
            name = button.get("label", button["text"])
            if name in addresses:
                button["url"] = addresses[name]
        if group["label"] == "source-buttons":
            group["buttons"].append(
                {
                    "type": "link",
                    "url": context["page_links"][0][1],
                    "text": _("Report a mistake"),
                    "tooltip": context["page_links"][0][0],
                    "icon": "fas fa-circle-exclamation",
                    "label": "source-issues-button",
                }
            )
