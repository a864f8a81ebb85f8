"""What a site can have once its own address is known: canonical links, previews, the list of its pages.

Publishing gives the address in the environment. The page for dead links is always there; it stands at the
root of its host unless the address says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from examlab.i18n import gettext as _
from examlab.reading.publish.moved import moved_pages
from examlab.reading.publish.preview import HEIGHT, PREVIEW, WIDTH, draw_preview

__all__ = ["EXTENSIONS", "use_not_found_page", "use_site", "write_all_pages"]

EXTENSIONS = ["sphinxext.opengraph", "sphinx_sitemap"]
"""Extensions that complain, or say what is not true, where the address is not known."""


def use_site(root: Path, config: Config, address: str) -> None:
    """Set what needs to know where the book is published."""
    config.html_baseurl = address
    config.notfound_urls_prefix = urlsplit(address).path
    config.sitemap_url_scheme = "{link}"
    config.sitemap_excludes = [f"{name}.html" for name in ["search", "genindex", "404", *moved_pages(root)]]
    config.ogp_site_url = address
    config.ogp_site_name = config.html_title
    config.ogp_social_cards = {"enable": False}  # one picture for the book, drawn here
    config.ogp_image = f"_static/{PREVIEW}"
    config.ogp_image_alt = _("The book's title beside curves that a slider moves.")
    config.ogp_custom_meta_tags = [
        f'<meta property="og:image:width" content="{WIDTH}" />',
        f'<meta property="og:image:height" content="{HEIGHT}" />',
        '<meta name="twitter:card" content="summary_large_image" />',
    ]
    folder = root / "_build" / "preview"
    draw_preview(folder / PREVIEW, title=config.html_title)
    config.html_static_path.append(str(folder))


def use_not_found_page(config: Config) -> None:
    """Give the page for dead links its words."""
    config.notfound_template = "not-found.html"
    config.notfound_urls_prefix = "/"
    config.notfound_context = {
        "title": _("There is no such page"),
        "not_found": {
            "what": _("Nothing stands at this address: it may be misspelt, or its page may be gone."),
            "search": _("Search the book"),
            "map": _("Go to the map of the exam"),
            "contents": _("All pages are listed in the contents, at the side or behind the menu button."),
        },
    }


def write_all_pages(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Return every page for being written again: the list of pages would name no other."""
    return sorted(env.found_docs) if app.config.html_baseurl else []
