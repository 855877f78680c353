"""What a browser on this machine is answered: the newest report, and a word whenever there is another.

In: pages. Out: HTTP on loopback. Must not know how a page is made.

Only this machine is listened to, only `GET` of three paths behind a secret word is answered, and only where the browser asked for
this machine by its own name: a page of somebody's cannot read a thesis by having its own name lead here (DNS rebinding).
"""

from __future__ import annotations

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from dsl.text.record import record
from evaluator.servers.watch import shell

LOOPBACK = "127.0.0.1"
MAX_LISTENERS = 32
"""So many pages may be open at once."""
_QUIET = 5.0
"""Seconds after which a page that listens is sent an empty word, so that one that was closed is noticed."""


@record
class State:
    """What a page shows: the newest report by its number (0: none yet), and what is wrong or odd."""

    version: int = 0
    page: str = ""
    findings: tuple[str, ...] = ()
    broken: bool = False
    turn: int = 0
    """Counts every change of any of this."""


class Board:
    """The newest state, and those who wait for the next. For any number of threads."""

    def __init__(self) -> None:
        self._state = State()
        self._changed = threading.Condition()
        self.closed = False

    @property
    def state(self) -> State:
        """The newest."""
        return self._state

    def put(self, page: str | None, findings: tuple[str, ...]) -> bool:
        """A page that was made, None where something stands in the way: then the last good one stays. Out: whether anything
        is another than before."""
        with self._changed:
            was = self._state
            new = page is not None and page != was.page
            now = State(
                was.version + new, page if page is not None and new else was.page, findings, page is None, was.turn + 1
            )
            same = (now.version, now.findings, now.broken) == (was.version, was.findings, was.broken)
            if same:
                return False
            self._state = now
            self._changed.notify_all()
            return True

    def after(self, turn: int, seconds: float) -> State | None:
        """The newest state once it is another than that of a turn; None where it is still that one after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._state.turn != turn, seconds)
            return self._state if self._state.turn != turn else None

    def close(self) -> None:
        """Lets all go who wait."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()


class Server(ThreadingHTTPServer):
    """Answers browsers on this machine. `address` is what to open."""

    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, board: Board, port: int = 0) -> None:
        super().__init__((LOOPBACK, port), _Answer)
        self.board = board
        self.word = secrets.token_urlsafe(9)
        self.listeners = threading.BoundedSemaphore(MAX_LISTENERS)
        self.hosts = frozenset(f"{name}:{self.server_port}" for name in (LOOPBACK, "localhost"))

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{LOOPBACK}:{self.server_port}/{self.word}/"

    def begin(self) -> None:
        """Answers in a thread of its own."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def end(self) -> None:
        """Answers no more."""
        self.board.close()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is no matter."""


class _Answer(BaseHTTPRequestHandler):
    server: Server
    timeout = 30.0
    server_version, sys_version = "thesis", ""

    def do_GET(self) -> None:
        """Answers one question."""
        if self.headers.get_all("Host", []) not in [[host] for host in self.server.hosts]:
            self._send(403, "text/plain", "This page is for this machine alone.\n")
            return
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            self._send(403, "text/plain", "This page is not for other pages.\n")
            return
        base = f"/{self.server.word}/"
        path = self.path.partition("?")[0]
        if path == base:
            self._send(200, "text/html", shell.PAGE, shell.POLICY)
        elif path == f"{base}report" and self.server.board.state.version:
            self._send(200, "text/html", self.server.board.state.page, shell.REPORT_POLICY)
        elif path == f"{base}events":
            self._events()
        else:
            self._send(404, "text/plain", "There is nothing here.\n")

    def _events(self) -> None:
        """A word whenever there is something new, as long as the page is open."""
        if not self.server.listeners.acquire(blocking=False):
            self._send(503, "text/plain", "Too many pages are open.\n")
            return
        try:
            self._head(200, "text/event-stream")
            self.wfile.write(b"retry: 1000\n\n")
            turn = -1
            while not self.server.board.closed:
                state = self.server.board.after(turn, _QUIET)
                if state is None:
                    self.wfile.write(b":\n\n")
                else:
                    turn = state.turn
                    said = {"version": state.version, "findings": state.findings, "broken": state.broken}
                    self.wfile.write(f"data: {json.dumps(said)}\n\n".encode())
                self.wfile.flush()
        except OSError:
            pass  # the page was closed
        finally:
            self.server.listeners.release()

    def _send(self, status: int, kind: str, text: str, policy: str = "default-src 'none'") -> None:
        data = text.encode("utf-8", "backslashreplace")
        self._head(status, kind, policy, len(data))
        self.wfile.write(data)

    def _head(self, status: int, kind: str, policy: str = "default-src 'none'", length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Content-Security-Policy", policy)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""


_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Connection": "close",
}
