"""Fetching a published file: whole, as it was published, or not at all."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

__all__ = ["FetchError", "cache_folder", "fetch", "file_digest"]

ATTEMPTS = 5  # how often a connection that breaks is taken up again
PAUSE = 1.0  # seconds before that
LARGEST = 2**28  # bytes: a server that never stops sending shall not fill the disk
BLOCK = 2**16

Progress = Callable[[int, int], object]


class FetchError(OSError):
    """A file could not be fetched; the message says why."""


class _Broken(Exception):
    """The connection broke, or what was begun cannot be continued: worth another attempt."""


def cache_folder() -> Path:
    """Return where the book keeps what it fetched, as the platform would have it.

    That is ``$EXAMLAB_CACHE`` where it is set, otherwise a folder `examlab` in ``%LOCALAPPDATA%``
    (Windows), ``~/Library/Caches`` (macOS), or ``$XDG_CACHE_HOME``, which is ``~/.cache`` unless set.

    Returns
    -------
    Path
        The folder, which need not exist.

    Examples
    --------
    >>> os.environ["EXAMLAB_CACHE"] = "here"
    >>> cache_folder().name
    'here'
    >>> del os.environ["EXAMLAB_CACHE"]
    """
    if chosen := os.environ.get("EXAMLAB_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "examlab"


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "empty").write_bytes(b"")
    ...     file_digest(Path(folder, "empty"))[:12]
    'e3b0c44298fc'
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(
    url: str, path: Path, *, sha256: str, progress: Progress | None = None, timeout: float = 30
) -> None:
    """Fetch a file, check it, and only then give it its name.

    What arrives goes into a file beside `path`, of the same name and ``.part``. If the connection breaks,
    what is missing is asked for, up to five times in all and again at the next call. A server that cannot
    send a part of a file sends all of it anew.

    Parameters
    ----------
    url : str
        Where it is published.
    path : Path
        What it becomes; the folder has to exist.
    sha256 : str
        Its SHA-256 in hexadecimal digits: a file with another one is thrown away.
    progress : callable, optional
        Called with the bytes that have arrived and the bytes there will be, each time some arrive, if the
        server tells how many there will be.
    timeout : float
        Seconds to wait for a server that says nothing.

    Raises
    ------
    FetchError
        If the file cannot be had or cannot be written; then nothing stands at `path` that did not before.

    Examples
    --------
    From a file, which has an address too:

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     published, copy = Path(folder, "published"), Path(folder, "copy")
    ...     _ = published.write_text("counts")
    ...     fetch(published.as_uri(), copy, sha256=file_digest(published))
    ...     copy.read_text()
    'counts'
    """
    part = path.with_name(f"{path.name}.part")
    validator = ""  # what the server calls this version of the file
    for attempt in range(ATTEMPTS):
        time.sleep(PAUSE if attempt else 0)
        try:
            begun = _size(part)
            if not begun or file_digest(part) != sha256:
                with _ask(url, part, begun=begun, validator=validator, timeout=timeout) as response:
                    validator = validator or _validator(response)
                    _receive(response, part, begun=begun, progress=progress)
            if (found := file_digest(part)) == sha256:
                part.replace(path)
                return
            head, size = part.read_bytes()[:512], _size(part)
            part.unlink()
        except _Broken as broken:
            last = broken
            continue
        except FetchError:
            raise
        except OSError as error:
            raise FetchError(f"{part} could not be written ({error.strerror or error})") from error
        if not begun:  # otherwise parts of two files may have been joined: once more from the start
            what = "a web page" if looks_like_a_page(head) else f"{size} bytes of SHA-256 {found}"
            raise FetchError(f"{url} did not send the published file but {what}")
        last = _Broken("what was begun did not belong to it")
    raise FetchError(f"{url} did not come in {ATTEMPTS} attempts ({last}); the next call continues")


def looks_like_a_page(head: bytes) -> bool:
    """Tell whether a file that begins like this is a web page.

    Examples
    --------
    >>> looks_like_a_page(b" <!DOCTYPE html>"), looks_like_a_page(b"MATLAB 5.0 MAT-file")
    (True, False)
    """
    return head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<head"))


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _ask(url: str, part: Path, *, begun: int, validator: str, timeout: float) -> HTTPResponse:
    """Ask for the file, or for what is missing of it, and return the answer if it is one that can be used."""
    headers = {"User-Agent": "examlab (a book; Python)", "Accept-Encoding": "identity"}
    if begun:
        headers["Range"] = f"bytes={begun}-"
        if validator:
            headers["If-Range"] = validator
    host = urlsplit(url).hostname
    try:
        response: HTTPResponse = urlopen(Request(url, headers=headers), timeout=timeout)
    except HTTPError as error:
        error.close()
        if begun and error.code == 416:  # nothing is missing, yet the file is not the one wanted
            part.unlink()
            raise _Broken("more had been kept than there is") from error
        raise FetchError(_refusal(url, error.code, str(error.reason))) from error
    except URLError as error:
        raise FetchError(f"no connection to {host} ({error.reason})") from error
    except (OSError, HTTPException) as error:  # after the connection was made
        raise _Broken(f"{host} did not answer: {error or type(error).__name__}") from error
    return response


def _refusal(url: str, code: int, reason: str) -> str:
    host = urlsplit(url).hostname
    if code in (401, 403, 406, 451):
        return f"{host} refused ({code} {reason}): it is known to refuse some programs and some networks"
    if code in (404, 410):
        return f"{url} is not there any more ({code} {reason})"
    return f"{host} answered {code} {reason}; it may work later"


def _receive(response: HTTPResponse, part: Path, *, begun: int, progress: Progress | None) -> None:
    """Write what arrives behind what was begun, or in its place if the server sends all of it."""
    continued = response.status == 206
    done = begun if continued else 0
    length = int(response.headers.get("Content-Length") or 0)
    of = done + length
    with part.open("ab" if continued else "wb") as file:
        for block in _blocks(response):
            file.write(block)
            done += len(block)
            if done > LARGEST:
                break
            if progress and length:
                progress(done, of)
        file.flush()
        os.fsync(file.fileno())  # a crash after the renaming shall not leave an empty file
    if done > LARGEST:
        part.unlink()
        raise FetchError(f"{response.url} sent more than {LARGEST} bytes, far more than the file has")
    if length and done < of:
        raise _Broken(f"the connection broke after {done} of {of} bytes")


def _blocks(response: HTTPResponse) -> Iterator[bytes]:
    try:
        while block := response.read1(BLOCK):
            yield block
    except (OSError, HTTPException) as error:
        raise _Broken(f"the connection broke: {error or type(error).__name__}") from error


def _validator(response: HTTPResponse) -> str:
    """Return what tells this version of the file from others, in a form that If-Range takes: no weak ETag."""
    etag: str = response.headers.get("ETag", "")
    return etag if etag.startswith('"') else response.headers.get("Last-Modified", "")
