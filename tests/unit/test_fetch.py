"""Fetching a file from a server on this machine that misbehaves in every way a server can."""

from __future__ import annotations

import hashlib
import itertools
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from examlab.hyperspectral import fetch

BODY = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(BODY).hexdigest()
ETAG = '"version 1"'


class Handler(BaseHTTPRequestHandler):
    """Answers as the server's `behave` says, and notes what was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append({name: self.headers[name] for name in ("Range", "If-Range")})
        self.close_connection = True
        self.server.behave(self, len(self.server.asked))

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", *, length=None, headers=None):
        self.send_response(status)
        for name, value in ({"ETag": ETAG} | (headers or {})).items():
            self.send_header(name, value)
        if length is not False:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def rest(self, body, *, of=None):
        """Send what was asked for by Range, or its beginning, as a good server does."""
        start = int(re.fullmatch(r"bytes=(\d+)-", self.headers["Range"])[1])
        end = len(BODY) - 1
        self.answer(
            206,
            body[start:],
            length=len(BODY) - start,
            headers={"Content-Range": f"bytes {start}-{end}/{of or len(BODY)}"},
        )


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(fetch, "PAUSE", 0)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        server.handle_error = lambda *_: None  # a client that hangs up is part of the game
        server.asked = []
        server.url = f"http://127.0.0.1:{server.server_port}/scene.mat"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "scene.mat"


def part(path):
    return path.with_name("scene.mat.part")


def get(server, path, **options):
    fetch.fetch(server.url, path, **{"sha256": SHA256, "timeout": 5, **options})


def refused(server, path, message, **options):
    """Check that the file is refused, and that nothing stands under its name."""
    with pytest.raises(fetch.FetchError, match=message):
        get(server, path, **options)
    assert not path.exists()


def test_a_good_server_gives_the_file_and_tells_its_progress(server, path):
    server.behave = lambda asked, _: asked.answer(200, BODY)
    told = []
    get(server, path, progress=lambda done, of: told.append((done, of)))
    assert path.read_bytes() == BODY and list(path.parent.iterdir()) == [path]
    assert told[-1] == (len(BODY), len(BODY)) and len(told) > 2
    assert all(0 < a[0] < b[0] for a, b in itertools.pairwise(told))
    assert server.asked == [{"Range": None, "If-Range": None}]


def test_a_file_without_a_length_arrives_too(server, path):
    server.behave = lambda asked, _: asked.answer(200, BODY, length=False)
    told = []
    get(server, path, progress=lambda *step: told.append(step))
    assert path.read_bytes() == BODY and not told


def test_a_broken_connection_is_taken_up_where_it_broke(server, path):
    def behave(asked, turn):
        if turn == 1:
            asked.answer(200, BODY[:100_000], length=len(BODY))
        else:
            asked.rest(BODY[: 100_000 + 50_000 * turn])

    server.behave = behave
    told = []
    get(server, path, progress=lambda done, of: told.append((done, of)))
    assert path.read_bytes() == BODY and not part(path).exists()
    assert [asked["Range"] for asked in server.asked] == [
        None,
        "bytes=100000-",
        "bytes=200000-",
        "bytes=250000-",
    ]
    assert [asked["If-Range"] for asked in server.asked] == [None, ETAG, ETAG, ETAG]
    assert {of for _, of in told} == {len(BODY)}


def test_the_next_call_continues_what_this_one_began(server, path):
    server.behave = lambda asked, turn: (
        asked.answer(200, BODY[:1000], length=len(BODY)) if turn == 1 else asked.rest(b"")
    )
    refused(server, path, r"5 attempts \(the connection broke after 1000 of 256000 bytes\); the next call")
    assert part(path).read_bytes() == BODY[:1000]
    server.behave = lambda asked, _: asked.rest(BODY)
    get(server, path)
    assert path.read_bytes() == BODY and server.asked[-1]["Range"] == "bytes=1000-"


def test_a_server_that_ignores_range_sends_it_all_anew(server, path):
    part(path).write_bytes(BODY[:1000])
    server.behave = lambda asked, _: asked.answer(200, BODY)
    get(server, path)
    assert path.read_bytes() == BODY


def test_another_version_under_the_same_name_is_not_joined(server, path):
    part(path).write_bytes(b"x" * 1000)  # of another version; the server does not look at If-Range
    server.behave = lambda asked, turn: asked.rest(BODY) if turn == 1 else asked.answer(200, BODY)
    get(server, path)
    assert path.read_bytes() == BODY and server.asked[1]["Range"] is None


@pytest.mark.parametrize("claim", ["bytes 0-255999/256000", "bytes */256000", "nonsense", ""])
def test_a_part_that_was_not_asked_for_is_not_joined(server, path, claim):
    part(path).write_bytes(BODY[:1000])
    server.behave = lambda asked, turn: (
        asked.answer(206, BODY, headers={"Content-Range": claim}) if turn == 1 else asked.answer(200, BODY)
    )
    get(server, path)
    assert path.read_bytes() == BODY


def test_a_part_longer_than_the_file_is_thrown_away(server, path):
    part(path).write_bytes(BODY * 2)
    server.behave = lambda asked, turn: asked.answer(416 if turn == 1 else 200, BODY)
    get(server, path)
    assert path.read_bytes() == BODY


def test_a_whole_part_needs_no_server(server, path):
    part(path).write_bytes(BODY)
    get(server, path)
    assert path.read_bytes() == BODY and not server.asked


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (BODY[:-1] + b"!", "did not send the published file but 256000 bytes of SHA-256 [0-9a-f]{64}"),
        (BODY[:-1], "did not send the published file but 255999 bytes"),
        (b"", "did not send the published file but 0 bytes"),
        (b"\n<!DOCTYPE html><title>Log in</title>", "did not send the published file but a web page"),
    ],
)
def test_another_file_is_refused_and_thrown_away(server, path, body, message):
    server.behave = lambda asked, _: asked.answer(200, body)
    refused(server, path, message)
    assert not part(path).exists() and len(server.asked) == 1


def test_a_length_that_is_too_small_cuts_the_file(server, path):
    server.behave = lambda asked, _: asked.answer(200, BODY, length=1000)
    refused(server, path, "but 1000 bytes")


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (403, r"127\.0\.0\.1 refused \(403 Forbidden\): it is known to refuse some programs"),
        (404, r"scene\.mat is not there any more \(404 Not Found\)"),
        (503, r"127\.0\.0\.1 answered 503 Service Unavailable; it may work later"),
    ],
)
def test_a_refusal_is_said_at_once(server, path, status, message):
    server.behave = lambda asked, _: asked.answer(status)
    refused(server, path, message)
    assert len(server.asked) == 1 and not part(path).exists()


def test_a_refusal_keeps_what_was_begun(server, path):
    part(path).write_bytes(BODY[:1000])
    server.behave = lambda asked, _: asked.answer(503)
    refused(server, path, "503")
    assert part(path).read_bytes() == BODY[:1000]


def test_a_server_that_falls_silent_is_not_waited_for_long(server, path):
    def behave(asked, turn):
        asked.answer(200, BODY[:1000], length=len(BODY))
        asked.wfile.flush()
        time.sleep(0.3)

    server.behave = behave
    refused(server, path, "5 attempts .*timed out", timeout=0.05)


def test_a_server_that_hangs_up_without_a_word(server, path):
    server.behave = lambda asked, turn: asked.answer(200, BODY) if turn == 3 else None
    get(server, path)
    assert path.read_bytes() == BODY


def test_a_server_that_never_stops_does_not_fill_the_disk(server, path, monkeypatch):
    monkeypatch.setattr(fetch, "LARGEST", 100_000)
    server.behave = lambda asked, _: asked.answer(200, BODY, length=False)
    refused(server, path, "sent more than 100000 bytes")
    assert not part(path).exists()


def test_no_server_no_name(server, path, monkeypatch):
    server.shutdown()
    server.server_close()
    refused(server, path, r"no connection to 127\.0\.0\.1 \(.*refused")
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(fetch.FetchError, match=r"no connection to nowhere\.invalid"):
        fetch.fetch("http://nowhere.invalid/scene.mat", path, sha256=SHA256)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_full_disk_is_named(server, path):
    part(path).symlink_to("/dev/full")
    server.behave = lambda asked, _: asked.answer(200, BODY)
    refused(server, path, r"scene\.mat\.part could not be written \(No space left on device\)")


def test_a_place_that_cannot_be_written_is_named(server, path):
    server.behave = lambda asked, _: asked.answer(200, BODY)
    refused(server, path.parent / "missing" / "scene.mat", r"part could not be written \(No such file")
    part(path).mkdir()
    refused(server, path, r"part could not be written")


def test_an_interruption_leaves_what_can_be_continued(server, path):
    def interrupt(done, of):
        raise KeyboardInterrupt

    server.behave = lambda asked, _: asked.answer(200, BODY)
    with pytest.raises(KeyboardInterrupt):
        get(server, path, progress=interrupt)
    assert not path.exists() and BODY.startswith(part(path).read_bytes())


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {}, "{home}/.cache/examlab"),
        ("linux", {"XDG_CACHE_HOME": "/var/x"}, "/var/x/examlab"),
        ("darwin", {"XDG_CACHE_HOME": "/var/x"}, "{home}/Library/Caches/examlab"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/examlab"),
        ("win32", {}, "{home}/AppData/Local/examlab"),
        ("win32", {"EXAMLAB_CACHE": "~/mine"}, "{home}/mine"),
    ],
)
def test_the_cache_is_where_the_platform_keeps_caches(platform, variables, folder, monkeypatch):
    for name in ("EXAMLAB_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert fetch.cache_folder() == Path(folder.format(home=Path.home()))
