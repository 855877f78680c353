"""What an editor shows between the words: types that are not written, and what names and conditions come to today; and
above declarations what can be done with them.

In: a `View`, and what only facts say. Out: `Hint`s, `Lens`es. Must not know editors.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from dsl.ide.describe import head
from dsl.ide.view import NO_FACTS, Beside, Known, View, type_of
from dsl.ide.words import Sort, words
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.record import record
from dsl.types.days import iso
from dsl.types.units import Kind


@record
class Hint:
    """A text that is shown at a place and is none of the file; `type_`: it is a type."""

    offset: int
    text: str
    more: str = ""
    type_: bool = False


_WITH_VALUE = (s.Input, s.Metric, s.Condition, s.Verdict, s.Pillar, s.Kill, s.Catalyst, s.Forecast)


def hints(view: View, beside: Beside = NO_FACTS, start: int = 0, end: int | None = None) -> tuple[Hint, ...]:
    """The hints of a part of a file, in the order of the text."""
    stop = len(view.text) if end is None else end
    found: list[Hint] = []
    for written in view.own():
        inner = written.declaration if isinstance(written, s.Override) else written
        if written.span.end < start or written.span.start > stop or isinstance(inner, s.Broken):
            continue
        found += _type(view, inner)
        if isinstance(inner, _WITH_VALUE):
            known = beside.value(inner.name.name)
            found += [Hint(_line_end(view, inner.name.span.end), f"= {known.text}", known.more)] if known else []
            found += _atoms(view, inner.name.name, beside)
    return tuple(sorted((h for h in found if start <= h.offset <= stop), key=lambda each: each.offset))


def _type(view: View, written: s.Declaration) -> Iterator[Hint]:
    """The type of a formula or a threshold that does not write it."""
    if not isinstance(written, s.Metric | s.Param) or written.type is not None:
        return
    declared = view.index.declared(written.name.name)
    kind = type_of(declared)
    if declared is None or kind is None or kind.kind is Kind.ANY:
        return
    shown = head(view, declared).partition(" : ")[2]
    if shown:
        yield Hint(_named_end(view, written), f": {shown}", type_=True)


def _named_end(view: View, written: s.Declaration) -> int:
    """Where the name and the title of a declaration end."""
    end = written.name.span.end
    following = next((w for w in words(view.text, end, written.span.end) if w.sort is not Sort.COMMENT), None)
    return following.end if following is not None and following.sort is Sort.TEXT else end


def _atoms(view: View, name: str, beside: Beside) -> Iterator[Hint]:
    """What each comparison of a name comes to, behind it."""
    if name not in view.program.position:
        return
    for whole in view.program.expressions(name):
        if whole.type.kind is not Kind.FLAG or whole.span.source.path != view.source.path:
            continue
        for atom in p.atoms(whole):
            known = beside.at(atom.address)
            if known is not None:
                yield Hint(atom.span.end, known.text, known.more)


def _line_end(view: View, offset: int) -> int:
    end = view.text.find("\n", offset)
    end = len(view.text) if end < 0 else end
    comment = next((w for w in words(view.text, offset, end) if w.sort is Sort.COMMENT), None)
    return offset + len(view.text[offset : comment.start if comment else end].rstrip())


# --- above declarations --------------------------------------------------------------------------------------


class Command:
    """What a lens does when it is pressed, by the names that the server answers to."""

    REPORT, TEST, FLIP, EXPLAIN = "thesis.report", "thesis.test", "thesis.flip", "thesis.explain"
    COVERAGE, EXAMPLES, PROVE = "thesis.coverage", "thesis.addExamples", "thesis.prove"


@record
class Lens:
    """Something that can be done with a declaration: what is shown, the command, and what it is given beside the file."""

    start: int
    end: int
    title: str
    command: str
    arguments: tuple[str, ...] = ()


def lenses(view: View, beside: Beside = NO_FACTS) -> tuple[Lens, ...]:
    """The lenses of a file: its report, tests, what they reach and what can be proven at the head, each example by itself, what
    would change each verdict."""
    return tuple(lens for written in view.own() for lens in _lenses(written, beside))


def _lenses(written: s.Declaration, beside: Beside) -> Iterator[Lens]:
    start, end = written.span.start, written.name.span.end
    match written:
        case s.Header():
            yield Lens(start, end, "Show the report", Command.REPORT)
            yield Lens(start, end, "Run all examples", Command.TEST)
            yield Lens(start, end, "What do they reach?", Command.COVERAGE)
            yield Lens(start, end, "Prove", Command.PROVE)
        case s.Example():
            yield Lens(start, end, "Run this example", Command.TEST, (written.name.name,))
        case s.Verdict() | s.Kill():
            known: Known | None = beside.value(written.name.name)
            said = f"{known.text}: what would change it?" if known is not None else "What would change it?"
            yield Lens(start, end, said, Command.FLIP, (written.name.name,))
            yield Lens(start, end, "Why?", Command.EXPLAIN, (written.name.name,))
        case s.Condition():
            yield Lens(start, end, "Why?", Command.EXPLAIN, (written.name.name,))


# --- for whom --------------------------------------------------------------------------------------------------

_SUBJECT = re.compile(
    r"^[ \t]*\#[ \t]*for[ \t]+(?P<ticker>[A-Z0-9][A-Z0-9.\-]*)(?:[ \t]+as[ \t]+of[ \t]+(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}))?[ \t]*$",
    re.MULTILINE,
)


@record
class Subject:
    """For whom values are shown, and as of which day (None: the newest)."""

    ticker: str | None
    day: dt.date | None = None


def subject(view: View) -> Subject | None:
    """What a comment of the file asks for: `# for BABA as of 2026-05-14`. None where none does; a day that there is not
    is no day."""
    found = _SUBJECT.search(view.text)
    if found is None:
        return None
    try:
        day = iso(found["day"]) if found["day"] else None
    except ValueError:
        return None
    return Subject(found["ticker"], day)
