"""A name changed in every place where it stands, or the reason why it cannot be.

In: a `View`, an offset, the rule files that are there, another name. Out: `Edit`s, or `Refused`. Must not know facts files,
which whoever asks adds: the names in them are those of inputs.

Nothing is trusted: the changed texts are checked as a whole, and one with an error that was not there before refuses the
change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from dsl.ide.navigation import identity, last_place, name_at, references, views_with
from dsl.ide.view import View
from dsl.syntax.parser_table import tables
from dsl.syntax.syntax_errors import DECLARATION_WORDS
from dsl.text.edits import Edit, applied
from dsl.text.files import Overlay
from dsl.text.record import record
from dsl.text.source import SourceFile, Span
from dsl.types.functions import FUNCTIONS
from dsl.workspace.workspace import Snapshot

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@record
class Refused:
    """Why nothing is changed, in a sentence."""

    reason: str


@record
class Renamed:
    """The old name and the new one, the role of the name, and all edits in rule files."""

    before: str
    after: str
    role: str
    edits: tuple[Edit, ...]


def may_rename(view: View, offset: int) -> Span | Refused:
    """The name at a place, where it can be changed."""
    found = name_at(view, offset)
    if found is None or not identity(view, found[0]):
        return Refused("there is no name here that the rules declare")
    return last_place(found[1])


def rename(view: View, offset: int, name: str, paths: Iterable[Path] = ()) -> Renamed | Refused:
    """All edits that give the name at a place another name, in its own file and in all of `paths` that mean it."""
    place = may_rename(view, offset)
    if isinstance(place, Refused):
        return place
    old = place.text
    refused = _not_a_name(name)
    if refused is not None:
        return refused
    every = [*paths]
    edits = tuple(Edit(each.span, name) for each in references(view, offset, every))
    if name == old or not edits:
        return Renamed(old, name, view.role(old), ())
    files = {edit.span.source.path: edit.span.source for edit in edits}
    texts = {path: applied(source, [e for e in edits if e.span.source == source]) for path, source in files.items()}
    taken = _taken(view.snapshot, files, name)
    if taken is not None:
        return taken
    worse = _worse(view.snapshot, [*views_with(view.snapshot, [view.path, *every], old)], texts)
    return worse or Renamed(old, name, _role(view, old, files), edits)


def _role(view: View, name: str, files: Iterable[str]) -> str:
    """What a name is: in its own file, or, where that drops it, in the one that declares it."""
    roles = (each.role(name) for each in (view, *(View(view.snapshot, Path(path)) for path in files)))
    return next(filter(None, roles), "")


def _not_a_name(name: str) -> Refused | None:
    if not _NAME.fullmatch(name):
        return Refused(f"`{name}` is no name: letters, digits and _ alone, and no digit first")
    if name in DECLARATION_WORDS or name in tables().words or name in FUNCTIONS:
        return Refused(f"`{name}` is a word of the language: take another")
    return None


def _taken(snapshot: Snapshot, files: Iterable[str], name: str) -> Refused | None:
    """That one of the files has the name already."""
    for path in files:
        declared = View(snapshot, Path(path)).declared(name)
        if declared is not None:
            return Refused(f"there is a `{name}` already ({declared.span})")
    return None


def _worse(snapshot: Snapshot, views: Iterable[View], texts: Mapping[str, SourceFile]) -> Refused | None:
    """That a file has an error with the changed texts which it does not have now."""
    library = snapshot.library
    files = Overlay({Path(path): source.text for path, source in texts.items()}, library.files)
    after = Snapshot(replace(library, files=files))
    for view in views:
        before = Counter(found.code for found in view.checked.errors)
        for found in after.checked(view.path).errors:
            before[found.code] -= 1
            if before[found.code] < 0:
                return Refused(f"with that name {view.path.name} would have an error: {found.message}")
    return None
