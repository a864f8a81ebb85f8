"""A student as the hub sees one: what JupyterLab asks over HTTP, and what it says to a kernel."""

from __future__ import annotations

import json
import math
import time
import uuid
from typing import Any

import requests
import websocket

from tests.classroom.hub import Hub

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
Message = dict[str, Any]


class Student:
    """One student: a name, cookies, a server, a notebook, a kernel; all must be done before a deadline."""

    def __init__(self, hub: Hub, name: str, *, seconds: float = 300) -> None:
        self.hub, self.name = hub, name
        self.server = f"{hub.address}/user/{name}"
        self._deadline = time.monotonic() + seconds
        self._web = requests.Session()
        self._kernel = ""
        self._socket: websocket.WebSocket | None = None
        self._session = uuid.uuid4().hex
        self.widgets: dict[str, dict[str, Any]] = {}
        """The state of every widget of the kernel, by name."""

    # ---- Over HTTP

    def log_in(self) -> None:
        """Log in as through the form."""
        login = f"{self.hub.address}/hub/login"
        self._done(self._web.get(login, timeout=self._left))
        form = {"username": self.name, "password": self.hub.password, "_xsrf": self._xsrf("/hub/")}
        answer = self._web.post(login, data=form, timeout=self._left, allow_redirects=False)
        if answer.status_code != 302:
            raise AssertionError(f"the hub refused the login of {self.name}: {answer.status_code}")

    def start_server(self) -> None:
        """Start a server, wait until it is there, and open JupyterLab on it."""
        self._done(self._web.get(f"{self.hub.address}/hub/spawn", timeout=self._left))
        user = f"{self.hub.address}/hub/api/users/{self.name}"
        while not self._asked("GET", user, cookies="/hub/")["server"]:
            time.sleep(0.5)
        self.open_lab()

    def open_lab(self) -> None:
        """Open JupyterLab, through whatever redirects the hub asks for."""
        page = self._done(self._web.get(f"{self.server}/lab/tree/notebooks", timeout=self._left))
        if "jupyter-config-data" not in page.text:
            raise AssertionError(f"{page.url} is not JupyterLab")

    def read(self, path: str) -> Any:
        """Return what a file holds, by the server's word."""
        return self._api("GET", f"contents/{path}")["content"]

    def save(self, path: str, content: Any, kind: str) -> None:
        """Save a notebook, or a file of text."""
        form = "json" if kind == "notebook" else "text"
        self._api("PUT", f"contents/{path}", {"type": kind, "format": form, "content": content})

    def open_notebook(self, path: str) -> Any:
        """Open a notebook with a kernel of its own, and return what it holds."""
        notebook = self.read(path)
        asked = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        self._kernel = self._api("POST", "sessions", asked)["kernel"]["id"]
        self.connect()
        return notebook

    # ---- To a kernel

    def connect(self) -> None:
        """Open a channel to the kernel, or another in the place of one that may be broken."""
        self.leave()
        address = f"{self.server.replace('http', 'ws', 1)}/api/kernels/{self._kernel}/channels"
        cookies = (f"{cookie.name}={cookie.value}" for cookie in self._cookies(f"/user/{self.name}/"))
        self._socket = websocket.create_connection(
            f"{address}?session_id={self._session}",
            cookie="; ".join(cookies),
            origin=self.hub.address,
            timeout=self._left,
        )
        # Like JupyterLab, ask nothing else before the kernel has told what it is: while the server still
        # looks for the kernel, answers may be lost.
        while not self._is_answered("kernel_info_request"):
            pass

    def leave(self) -> None:
        """Close the channel; the server and the kernel stay."""
        if self._socket is not None:
            self._socket.close()

    def run(self, code: str) -> list[Message]:
        """Run a cell and return what it showed; raise AssertionError if it raised."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        shown = self._say("execute_request", content)
        for message in shown:
            if message["msg_type"] == "error":
                raise AssertionError(f"{message['content']['ename']}: {message['content']['evalue']}")
        return shown

    def move(self, slider: str, index: int) -> float:
        """Move a slider, and return the seconds until its picture has changed."""
        started = time.monotonic()
        data = {"method": "update", "state": {"index": index}, "buffer_paths": []}
        answers = self._say("comm_msg", {"comm_id": slider, "data": data})
        if not any(map(_is_picture, answers)):
            raise AssertionError(f"slider to position {index}: no new picture")
        return time.monotonic() - started

    def sliders(self) -> list[str]:
        """Return the sliders of the kernel."""
        return [
            name for name, state in self.widgets.items() if state.get("_model_name") == "SelectionSliderModel"
        ]

    def _is_answered(self, kind: str) -> bool:
        """Tell whether a message is answered within a second."""
        try:
            return bool(self._say(kind, {}, seconds=1))
        except websocket.WebSocketTimeoutException:
            return False

    def _say(self, kind: str, content: Message, *, seconds: float = math.inf) -> list[Message]:
        """Send a message and return the answers, until the kernel is idle again."""
        assert self._socket is not None
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self._session,
            "username": self.name,
            "version": "5.3",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self._socket.send(json.dumps(message | {"channel": "shell"}))
        answers: list[Message] = []
        while True:
            self._socket.settimeout(min(seconds, self._left))
            answer = json.loads(self._socket.recv())
            if answer["content"].get("execution_state") in ("restarting", "dead"):
                raise ConnectionError(f"the kernel of {self.name} ended before it had answered")
            if answer["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            self._note(answer)
            answers.append(answer)
            if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
                return answers

    def _note(self, message: Message) -> None:
        if message["msg_type"] == "comm_open":
            self.widgets[message["content"]["comm_id"]] = message["content"]["data"]["state"]

    # ---- Cookies and time

    @property
    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"{self.name} ran out of time")
        return left

    def _cookies(self, path: str) -> list[Any]:
        return [cookie for cookie in self._web.cookies if path.startswith(cookie.path)]

    def _xsrf(self, path: str) -> str:
        """Return the token that a page under a path sends back: that of the longest path."""
        found = [cookie for cookie in self._cookies(path) if cookie.name == "_xsrf"]
        return str(max(found, key=lambda cookie: len(cookie.path)).value)

    def _api(self, method: str, what: str, body: Any = None) -> Any:
        return self._asked(method, f"{self.server}/api/{what}", body, cookies=f"/user/{self.name}/")

    def _asked(self, method: str, address: str, body: Any = None, *, cookies: str) -> Any:
        headers = {"X-XSRFToken": self._xsrf(cookies)}
        answer = self._web.request(method, address, json=body, headers=headers, timeout=self._left)
        return self._done(answer).json()

    def _done(self, answer: requests.Response) -> requests.Response:
        if not answer.ok:
            asked = f"{answer.request.method} {answer.url}"
            raise AssertionError(f"{asked}: {answer.status_code} {answer.text[:200]}")
        return answer


def _is_picture(message: Message) -> bool:
    if message["msg_type"] != "comm_msg":
        return False
    return "<svg" in str(message["content"]["data"].get("state", {}).get("value", ""))
