"""The files that an editor has open: their texts, and the paths that their addresses mean.

In: addresses (`file:///…`), texts and changes. Out: `Document`s. Must not know what is in them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from dsl.ide.positions import EditorText, Range
from dsl.text.record import record
from dsl.text.source import SourceFile

_RULES, _FACTS = ".thesis", (".yaml", ".yml")


@record
class Document:
    """An open file. `address`: as the editor writes it; `path`: the file that it is, or would be."""

    address: str
    path: Path
    language: str
    version: int
    editor: EditorText

    @property
    def is_rules(self) -> bool:
        """Whether it holds rules."""
        return self.path.suffix == _RULES or self.language == "thesis"

    @property
    def may_hold_facts(self) -> bool:
        """Whether it may be a facts file."""
        return self.path.suffix in _FACTS


class Documents:
    """All open files, by their addresses."""

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}
        self._files: dict[str, str] = {}
        """The address of the open file behind a path that was asked for, '' where it is not open: asked for each place that
        is sent."""

    def as_they_are(self) -> Documents:
        """The same, which stays as it is now."""
        found = Documents()
        found._open = dict(self._open)
        return found

    def __iter__(self) -> Iterator[Document]:
        return iter(list(self._open.values()))

    def get(self, address: str) -> Document | None:
        """An open file; None where the editor has not opened it."""
        return self._open.get(address)

    def open(self, address: str, language: str, version: int, text: str) -> Document:
        """A file that was opened, or opened anew."""
        found = Document(address, path_of(address), language, version, EditorText(text))
        self._open[address] = found
        self._files.clear()
        return found

    def change(self, address: str, version: int, changes: list[tuple[Range | None, str]]) -> Document | None:
        """A file with changes in it, one after the other; None where it is not open."""
        before = self._open.get(address)
        if before is None:
            return None
        editor = before.editor
        for where, text in changes:
            editor = editor.changed(where, text)
        found = Document(address, before.path, before.language, version, editor)
        self._open[address] = found
        return found

    def close(self, address: str) -> Document | None:
        """A file that was closed."""
        self._files.clear()
        return self._open.pop(address, None)

    def address(self, path: str) -> str:
        """How the editor calls a file: as it opened it, else the plain address of its path."""
        return self._opened(path) or address_of(path)

    def _opened(self, path: str) -> str:
        """The address under which a file is open; '' where it is not."""
        found = self._files.get(path)
        if found is None:
            real = os.path.realpath(path)
            same = (d.address for d in self._open.values() if os.path.realpath(d.path) == real)
            found = self._files[path] = next(same, "")
        return found

    def editor_of(self, source: SourceFile) -> EditorText:
        """The text as the editor holds it; of a file that is not open, as it was read."""
        found = self._open.get(self._opened(source.path))
        return found.editor if found is not None else EditorText(source.text)


def path_of(address: str) -> Path:
    """The file that an address means. One that is in no file yet has a path all the same."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    if parts.scheme == "file":
        if parts.netloc and parts.netloc != "localhost":
            return Path(f"//{parts.netloc}{path}")
        if len(path) > 2 and path[0] == "/" and path[2] == ":":  # /C:/rules
            path = path[1:]
        return Path(path or "/")
    name = path.strip("/").replace("/", "_").replace("\0", "") or "untitled"
    return Path.cwd() / (name if name.endswith((_RULES, *_FACTS)) else f"{name}{_RULES}")


def address_of(path: str) -> str:
    """The address of a file."""
    whole = Path(os.path.abspath(path)).as_posix()
    return "file://" + quote(whole if whole.startswith("/") else f"/{whole}")
