"""What a page may load and run: one Content-Security-Policy, for the pages and for common hosts."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from sphinx.application import Sphinx

__all__ = ["first_script", "meta", "policy", "write_headers"]


def first_script(root: Path) -> str:
    """Return the only script that stands in the pages."""
    return (root / "book" / "assets" / "theme.js").read_text(encoding="utf-8")


def policy(root: Path) -> str:
    """Return the policy: everything from the site itself, and only what is named here.

    Scripts are files of the site, save the one that chooses between light and dark, known by its hash.
    Formulas are placed by ``style`` attributes; ``style`` elements are forbidden where a browser tells them
    apart. Pictures of pixels stand in pages.
    """
    known = base64.b64encode(hashlib.sha256(first_script(root).encode()).digest()).decode()
    directives = {
        "default-src": "'none'",
        "script-src": f"'self' 'sha256-{known}'",
        "style-src": "'self' 'unsafe-inline'",
        "style-src-elem": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",  # the search page reads what it shows of the pages that it has found
        "form-action": "'self'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def meta(root: Path) -> str:
    """Return the policy as the element that stands in every page."""
    return f'<meta http-equiv="Content-Security-Policy" content="{policy(root)}">'


def write_headers(app: Sphinx, exception: Exception | None) -> None:
    """Write the policy, and two headers that no element can give, for hosts that read them from a file."""
    if exception is not None or app.builder.format != "html":
        return
    headers = {
        "Content-Security-Policy": policy(Path(app.confdir)),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
    for name, text in _files(headers).items():
        (Path(app.outdir) / name).write_text(text, encoding="utf-8")


def _files(headers: dict[str, str]) -> dict[str, str]:
    """Return the files by name: of Netlify and Cloudflare Pages, of Apache, of Vercel, of Azure."""
    netlify = "".join(f"  {name}: {value}\n" for name, value in headers.items())
    apache = "".join(f'  Header set {name} "{value}"\n' for name, value in headers.items())
    vercel = [{"key": name, "value": value} for name, value in headers.items()]
    return {
        "_headers": f"/*\n{netlify}",
        ".htaccess": f"<IfModule mod_headers.c>\n{apache}</IfModule>\n",
        "vercel.json": json.dumps({"headers": [{"source": "/(.*)", "headers": vercel}]}, indent=2) + "\n",
        "staticwebapp.config.json": json.dumps({"globalHeaders": headers}, indent=2) + "\n",
    }
