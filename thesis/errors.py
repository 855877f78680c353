"""What stands in the way, as values and as one exception with a text that says what to do.

In: diagnostics of the language and of facts. Out: `Diagnostic`, `ThesisError`. Must not know what was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from dsl.text.diagnostics import Diagnostic as Found
    from dsl.text.edits import Fix as FoundFix
    from evaluator.session.reading import Failed

T = TypeVar("T")

MAX_SHOWN = 20
"""So many diagnostics are written out in the text of an error; `.diagnostics` has all."""
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement in a text: `text` takes the place of what stands from `start` to `end`.

    `start` and `end` are offsets into the text of `file` (a newline is one character, a mark at its beginning is none);
    `line`, `column`, `end_line`, `end_column` say the same as places, which count from 1.
    """

    file: str
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend a finding: what it does, in words, and the edits that it takes.

    `sure`: nobody could mean another thing, so that `thesis check --fix` applies it unasked. Of several ways none is.
    """

    title: str
    sure: bool
    edits: tuple[Edit, ...]

    def applied(self, text: str) -> str:
        """A text with the edits made in it. Give it the text that was checked: places in another mean nothing.

        Raises ValueError: the edits are in several files, or do not fit the text.
        """
        if len({edit.file for edit in self.edits}) > 1:
            raise ValueError("this fix changes several files: apply the edits of each")
        for edit in sorted(self.edits, key=lambda e: e.start, reverse=True):
            if edit.end > len(text):
                raise ValueError("this fix belongs to another text")
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text


@dataclass(frozen=True, slots=True, repr=False)
class Diagnostic:
    """One finding in rules, facts or in what was asked for.

    `code` is stable (`thesis check --explain CODE` has its page), `severity` is "error" or "warning", `hint` says what to
    do (None where there is nothing to say). `file`, `line`, `column`, `end_line`, `end_column` say where: they count from
    1, an end is the column after the last character, and they are None where there is no place. `text` is all of it as a
    person reads it, with the lines marked. `fixes` are the ways to mend it as edits, none where there is no edit for it.
    """

    code: str
    severity: str
    message: str
    hint: str | None
    file: str | None
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    text: str
    fixes: tuple[Fix, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether nothing can be evaluated with it."""
        return self.severity == "error"

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        place = f" {self.file}:{self.line}:{self.column}" if self.line is not None else ""
        return short(f"<{self.severity} {self.code}{place}: {self.message}>")

    def _repr_html_(self) -> str:
        from thesis.pages import texts

        return texts([self.text])


class ThesisError(Exception):
    """What was asked for cannot be done. Its text says why and what to do; `diagnostics` has each finding as a value."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        texts = [d.text for d in self.diagnostics[:MAX_SHOWN]]
        left = len(self.diagnostics) - len(texts)
        return "\n\n".join([*texts, f"… and {left} more"] if left else texts)

    def __repr__(self) -> str:
        return short(f"<{type(self).__name__}: {'; '.join(d.message for d in self.diagnostics[:MAX_SHOWN])}>")

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the text alone, since the way through the program tells nobody anything."""
        return [f"{type(self).__name__}: {self}"]


class UnknownNameError(ThesisError, KeyError):
    """There is no such name; the text says which may be meant."""

    __str__ = ThesisError.__str__


for _error in (ThesisError, UnknownNameError):
    _error.__module__ = "thesis"  # as it is named in a traceback, and as a user imports it


def short(text: str) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 2]}…{line[-1]}"


def diagnostic(found: Found) -> Diagnostic:
    """A finding as the face shows it; what would steer a terminal, or is not seen, is made visible."""
    from dsl.text.diagnostics import to_json, to_text
    from dsl.text.hidden import one_line

    said = to_json(found)
    return Diagnostic(
        code=said["code"],
        severity=said["severity"],
        message=one_line(said["message"]),
        hint=one_line(said["hint"]) if said["hint"] is not None else None,
        file=said["file"],
        line=said["line"],
        column=said["column"],
        end_line=said["end_line"],
        end_column=said["end_column"],
        text=to_text(found),
        fixes=tuple(_fix(each) for each in found.fixes),
    )


def _fix(found: FoundFix) -> Fix:
    """A fix as the face shows it."""
    edits = []
    for edit in found.edits:
        span = edit.span
        end_line, end_column = span.source.position(max(span.end, span.start))
        edits.append(
            Edit(span.source.path, span.start, span.end, span.line, span.column, end_line, end_column, edit.text)
        )
    return Fix(found.title, found.sure, tuple(edits))


def diagnostics(found: Iterable[Found]) -> tuple[Diagnostic, ...]:
    """Findings as the face shows them."""
    return tuple(diagnostic(d) for d in found)


def settled(found: T | Failed) -> T:
    """What was found. Raises ThesisError with what stood in the way: the errors, or all where there is none."""
    from evaluator.session.reading import Failed

    if not isinstance(found, Failed):
        return found
    raise ThesisError(diagnostics([d for d in found.diagnostics if d.is_error] or found.diagnostics))


def refusal(what: str, hint: str) -> ThesisError:
    """That what was asked for cannot be done, in words."""
    from evaluator.codes.messages import make

    return ThesisError([diagnostic(make("C002", None, what=what, mend=hint))])


def unknown_name(name: object, known: Sequence[str], what: str, where: str = "") -> UnknownNameError:
    """That there is no such name among those that are known."""
    from dsl.text.messages import did_you_mean
    from evaluator.codes.messages import make

    listed = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    hint = did_you_mean(str(name), known, f"there are {listed}" if known else "there are none")
    said = f"there is no {what} `{name}`" + (f" {where}" if where else "")
    return UnknownNameError([diagnostic(make("C002", None, what=said, mend=hint))])
