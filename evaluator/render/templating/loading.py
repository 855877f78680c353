"""Where templates lie: a folder of the analyst's before what ships, one file at a time.

In: folders. Out: jinja2's loader. Must not know what a template says.

A template of the analyst's takes the place of the one of its name; `shipped/NAME` is always the one that ships, so that a
template can extend what it replaces. A link that leads out of the folder is not followed, and nothing is read but templates.
"""

from __future__ import annotations

import os
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, Template, TemplateNotFound, TemplateSyntaxError

SHIPPED = "shipped/"
"""Before the name of a template: the one that ships."""
SUFFIX = ".j2"
MAX_BYTES = 1_000_000

_Source = tuple[str, str, Callable[[], bool]]


class _Current:
    """Whether a template is still the one that was read: its file is as it was, and none has come to lie nearer."""

    def __init__(self, path: Path, stamp: tuple[int, int, int] | None, nearer: list[Path]) -> None:
        self._path, self._stamp, self._nearer = path, stamp, nearer

    def __call__(self) -> bool:
        return _stamp(self._path) == self._stamp and not any(map(os.path.lexists, self._nearer))


class TwoFolders(BaseLoader):
    """Templates of one folder laid over those of another."""

    def __init__(self, own: Path, shipped: Path) -> None:
        self.own, self.shipped = Path(os.path.realpath(own)), Path(os.path.realpath(shipped))
        self._homes: tuple[Environment, Environment] | None = None

    def lives_in(self, held: Environment, plain: Environment) -> None:
        """Says in which environment an analyst's templates run, and in which those that ship, whichever asks for them."""
        self._homes = held, plain

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        """A template, compiled for the environment that it runs in. Raises TemplateNotFound, TemplateSyntaxError."""
        if self._homes is None or environment not in self._homes:
            return super().load(environment, name, globals)
        held, plain = self._homes
        home = plain if self.ships(self.get_source(environment, name)[1]) else held
        return super().load(home, name, home.make_globals(None))

    def ships(self, filename: str | None) -> bool:
        """Whether the file of a template is one of those that ship."""
        return filename is not None and Path(filename).is_relative_to(self.shipped)

    def get_source(self, environment: Environment, template: str) -> _Source:
        """The text of a template, its file, and whether it is still that. Raises TemplateNotFound."""
        plain = template.removeprefix(SHIPPED)
        folders = (self.shipped,) if template != plain else (self.own, self.shipped)
        for folder in folders:
            found = _read(folder, plain)
            if found is not None:
                text, path, stamp = found
                nearer = [other / plain for other in folders[: folders.index(folder)]]
                return text, str(path), _Current(path, stamp, nearer)
        raise TemplateNotFound(template)

    def list_templates(self) -> list[str]:
        """The names of all templates."""
        return sorted({*templates_in(self.own), *templates_in(self.shipped)})


def templates_in(folder: Path) -> list[str]:
    """The templates of a folder, by their names: `memo.html.j2`, `partials/facts.html.j2`."""
    found = (path for path in folder.rglob(f"*{SUFFIX}") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _read(folder: Path, name: str) -> tuple[str, Path, tuple[int, int, int] | None] | None:
    """Text, file and stamp of a template; None where the folder has none of this name. Raises TemplateSyntaxError for
    a file that is no text."""
    if not name.endswith(SUFFIX) or "\0" in name or "\\" in name or name.startswith("/") or ".." in name.split("/"):
        return None
    path = folder / name
    if not os.path.isfile(path) or not Path(os.path.realpath(path)).is_relative_to(folder):
        return None
    stamp = _stamp(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise TemplateSyntaxError(f"the template is longer than {MAX_BYTES:,} bytes", 1, name, str(path))
        text = data.decode("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TemplateSyntaxError(f"the template cannot be read: {reason}", 1, name, str(path)) from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TemplateSyntaxError("the template is not text in UTF-8", line, name, str(path)) from None
    return text, path, stamp


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is saved."""
    try:
        there = os.stat(path)
    except OSError:
        return None
    return there.st_mtime_ns, there.st_size, there.st_ino
