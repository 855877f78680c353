"""A small editor: drives `thesis lsp` as a process, over its streams, as any editor does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import IO, Any, cast

from dsl.ide.positions import EditorText
from evaluator.servers.lsp.documents import address_of
from tests.paths import ROOT

Json = dict[str, Any]
TIMEOUT = 60.0
ALL = {
    "workspace": {"inlayHint": {"refreshSupport": True}, "codeLens": {"refreshSupport": True}},
    "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}},
    "window": {"showDocument": {"support": True}},
}


class Failed(Exception):
    """A request that was answered with an error."""

    def __init__(self, error: Json) -> None:
        super().__init__(error["message"])
        self.code: int = error["code"]


class Editor:
    """One session. Every answer and notification is kept until somebody asks for it."""

    def __init__(self, *folders: Path, capabilities: Json | None = None, options: Json | None = None, begin: bool = True,
                 code: str | None = None) -> None:  # fmt: skip
        ours = "import sys; from evaluator.commands.main import main; sys.argv = ['thesis', 'lsp']; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", code or ours],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folders[0] if folders else ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        self.stdin, self.stdout = cast(IO[bytes], self.process.stdin), cast(IO[bytes], self.process.stdout)
        self._came: SimpleQueue[Json | None] = SimpleQueue()
        self._kept: list[Json] = []
        self._number = 0
        self.texts: dict[str, EditorText] = {}
        self.versions: dict[str, int] = {}
        Thread(target=self._read, daemon=True).start()
        Thread(target=self._drain, daemon=True).start()
        self.capabilities: Json = {}
        if begin:
            given = [{"uri": address_of(str(f)), "name": f.name} for f in folders]
            params = {"processId": None, "rootUri": None, "workspaceFolders": given,
                      "capabilities": ALL if capabilities is None else capabilities,
                      "initializationOptions": options or {}}  # fmt: skip
            self.capabilities = self.ask("initialize", params)["capabilities"]
            self.tell("initialized", {})

    def __enter__(self) -> Editor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.stdin, self.stdout, self.process.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    # --- messages ----------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        while True:
            length = 0
            try:
                while line := self.stdout.readline().strip():
                    name, _, value = line.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                data = self.stdout.read(length) if length else b""
            except ValueError:
                data = b""
            if not data:
                self._came.put(None)
                return
            self._came.put(json.loads(data))

    def _drain(self) -> None:
        stderr = cast(IO[bytes], self.process.stderr)
        self.said = b""
        try:
            while part := stderr.read1(4096):  # type: ignore[attr-defined]
                self.said += part
        except ValueError:
            return

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self.stdin.write(data)
        self.stdin.flush()

    def send(self, message: Json) -> None:
        """A message."""
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))

    def tell(self, method: str, params: object) -> None:
        """A notification."""
        self.send({"method": method, "params": params})

    def begin(self, method: str, params: object) -> int:
        """A request whose answer is not waited for yet."""
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params})
        return self._number

    def ask(self, method: str, params: object, timeout: float = TIMEOUT) -> Any:
        """A request and its answer. Raises Failed."""
        return self.answer(self.begin(method, params), timeout)

    def answer(self, number: object, timeout: float = TIMEOUT) -> Any:
        """The answer to a request. Raises Failed."""
        found = self.wait(lambda m: m.get("id") == number and "method" not in m, timeout)
        if "error" in found:
            raise Failed(found["error"])
        return found["result"]

    def wait(self, wanted: Callable[[Json], bool], timeout: float = TIMEOUT) -> Json:
        """The first message that is wanted, of those that came already or will come."""
        for at, message in enumerate(self._kept):
            if wanted(message):
                return self._kept.pop(at)
        while True:
            try:
                message = self._came.get(timeout=timeout)
            except Empty:
                raise AssertionError(f"nothing came; stderr: {self.said.decode()[-2000:]}") from None
            assert message is not None, f"the server ended; stderr: {self.said.decode()[-2000:]}"
            if wanted(message):
                return message
            self._kept.append(message)

    def notification(self, method: str, **params: object) -> Json:
        """The first notification or request of a method with these parameters."""

        def wanted(message: Json) -> bool:
            given = message.get("params") or {}
            return message.get("method") == method and all(given.get(k) == v for k, v in params.items())

        found: Json = self.wait(wanted).get("params") or {}
        return found

    # --- files -------------------------------------------------------------------------------------------------------

    def open(self, path: Path, text: str, language: str = "thesis") -> str:
        """Opens a file with a text."""
        address = address_of(str(path))
        self.texts[address], self.versions[address] = EditorText(text), 1
        item = {"uri": address, "languageId": language, "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": item})
        return address

    def replace(self, address: str, before: str, after: str) -> None:
        """Replaces the first place of a text in an open file by another, as an edit of that place alone."""
        editor = self.texts[address]
        at = editor.text.index(before)
        change = {"range": self.place(address, at, at + len(before)), "text": after}
        self.texts[address] = EditorText(editor.text[:at] + after + editor.text[at + len(before) :])
        self.versions[address] += 1
        item = {"uri": address, "version": self.versions[address]}
        self.tell("textDocument/didChange", {"textDocument": item, "contentChanges": [change]})

    def findings(self, address: str) -> list[Json]:
        """What was published for the newest text of a file."""
        found = self.notification("textDocument/publishDiagnostics", uri=address, version=self.versions[address])
        listed: list[Json] = found["diagnostics"]
        return listed

    def at(self, address: str, text: str, into: int = 1) -> Json:
        """The parameters of a request about a place: so many characters into a text."""
        place = self.place(address, self.texts[address].text.index(text) + into)
        return {"textDocument": {"uri": address}, "position": place["start"]}

    def place(self, address: str, start: int, end: int | None = None) -> Json:
        """A range, counted by this side alone: lines end with CR, LF or both."""
        found = [self._counted(self.texts[address].text, offset) for offset in (start, start if end is None else end)]
        return {"start": found[0], "end": found[1]}

    @staticmethod
    def _counted(text: str, offset: int) -> Json:
        before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        line = before.rpartition("\n")[2]
        return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}

    def applied(self, address: str, edits: list[Json]) -> str:
        """The text of an open file with edits, none of which touches another."""
        editor = self.texts[address]
        ordered = sorted(edits, key=lambda e: (e["range"]["start"]["line"], e["range"]["start"]["character"]))
        for edit in reversed(ordered):
            editor = editor.changed(_range(edit["range"]), edit["newText"])
        return editor.text

    def end(self) -> int:
        """Ends the session as the protocol says; the exit status."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.process.wait(timeout=TIMEOUT)


def _range(found: Mapping[str, Any]) -> Any:
    from dsl.ide.positions import Position, Range

    return Range(Position(**found["start"]), Position(**found["end"]))


@contextmanager
def opened(folder: Path, text: str, name: str = "rules.thesis", **more: Any) -> Iterator[tuple[Editor, str]]:
    """A session with one open file in a folder."""
    with Editor(folder, **more) as editor:
        yield editor, editor.open(folder / name, text)


def applied_to(text: str, edits: list[Json]) -> str:
    """A text with edits of the protocol."""
    editor = EditorText(text)
    ordered = sorted(edits, key=lambda e: (e["range"]["start"]["line"], e["range"]["start"]["character"]))
    for edit in reversed(ordered):
        editor = editor.changed(_range(edit["range"]), edit["newText"])
    return editor.text


__all__ = ["Editor", "Failed", "applied_to", "opened"]
