"""One root cause gives one error: what is said many times is said once, with its places; a wrong type is found where
it was declared.

In: the errors of a program, and a way to check it again with a name taken for another type. Out: fewer errors. It
runs only where there are errors. Must not know how anything is typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from dsl.lowering.fixes import figure as figure_fixes
from dsl.lowering.scope import figure_as
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import Fix, in_all_places, put
from dsl.text.messages import make
from dsl.text.record import record
from dsl.text.source import Span
from dsl.types.units import FIGURES, NUMBER, Frequency, Kind, Type

MAX_LABELS = 3
"""Further places that one diagnostic shows."""

_SAID_ONCE = frozenset({"T031", "T032", "T037", "T040", "T050", "T079", "T090"})
"""Codes that speak of a name or a word: the same sentence at another place is the same mistake."""


def said_once(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """One error for each misspelt name, with its first places and how many more there are; no clause is missing on a
    line that could not be read."""
    unread = {(d.span.source.path, d.span.line) for d in found if d.span and d.code in ("T003", "T004", "T005", "T006")}
    found = [d for d in found if d.code != "T038" or not d.span or (d.span.source.path, d.span.line) not in unread]
    groups: dict[tuple[str, str], list[Diagnostic]] = {}
    for diagnostic in found:
        if diagnostic.code in _SAID_ONCE and diagnostic.span is not None:
            groups.setdefault((diagnostic.code, diagnostic.message), []).append(diagnostic)
    gone: set[int] = set()
    merged: dict[int, Diagnostic] = {}
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=Diagnostic.sort_key)
            gone |= {id(d) for d in group[1:]}
            labels = group[0].labels + _places(group[1:], "here too")
            merged[id(group[0])] = replace(group[0], labels=labels, fixes=in_all_places([d.fixes for d in group]))
    return [merged.get(id(d), d) for d in found if id(d) not in gone]


def _places(others: Sequence[Diagnostic], word: str) -> tuple[Label, ...]:
    """The first of further places, the last of them with a word on how many more there are."""
    spans = [d.span for d in others if d.span is not None]
    labels = [Label(span, word) for span in spans[:MAX_LABELS]]
    more = len(spans) - len(labels)
    if more > 0:
        labels[-1] = replace(labels[-1], text=f"{word}, and in {more} more place{'s' if more > 1 else ''}")
    return tuple(labels)


# --- a name declared with a type that its uses contradict ---------------------------------------------------------

Recheck = Callable[[Mapping[str, Type]], Sequence[Diagnostic]]
_LENGTHS = frozenset({"T065", "T070", "T076"})
_MAX_NAMES, _MAX_ERRORS, _MAX_WORK = 4, 300, 10_000
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FIGURE = re.compile(r"-?\s*[\d.]+[a-z]*")
_KINDS = (Kind.MONEY, Kind.PERCENT, Kind.MULTIPLE, Kind.NUMBER, Kind.COUNT, Kind.FLAG)


@record
class Suspect:
    """A name whose declaration may be wrong: its type, and the names that are made of it are found through `needs`."""

    declaration: s.Input | s.Param
    type: Type


def wrong_types(
    found: list[Diagnostic], suspects: Mapping[str, Suspect], needs: Mapping[str, Sequence[str]], recheck: Recheck
) -> list[Diagnostic]:
    """Where one other type of one name would mend several errors and make none, the name's declaration is the error."""
    for _ in range(3):
        better = _one_wrong_type(found, suspects, needs, recheck)
        if better is None:
            break
        found = better
    return found


def _one_wrong_type(
    found: list[Diagnostic], suspects: Mapping[str, Suspect], needs: Mapping[str, Sequence[str]], recheck: Recheck
) -> list[Diagnostic] | None:
    if len(needs) * 2 > _MAX_WORK:
        return None
    errors = [d for d in found if d.is_error and d.code[:3] in ("T06", "T07", "T09") and d.span and d.code != "T095"]
    conflicts = [d for d in errors if not _bare_figure(d) and d.sure_fix is None]
    if len(conflicts) < 2 or len(errors) > _MAX_ERRORS:
        return None
    blamed: dict[str, int] = {}
    for diagnostic in conflicts:
        for name in _behind(diagnostic, suspects, needs):
            blamed[name] = blamed.get(name, 0) + 1
    names = sorted((n for n, times in blamed.items() if times > 1), key=lambda n: -blamed[n])[:_MAX_NAMES]
    series = dict.fromkeys(suspect.type.series for suspect in suspects.values())
    best: tuple[list[Diagnostic], str, Type] | None = None
    tries = 0
    for name in names:
        for other in _other_types(suspects[name].type, series):
            tries += 1
            if tries * len(needs) > _MAX_WORK or (best and len(best[0]) == len(errors)):
                break
            mended = _mended(errors, recheck({name: other}))
            least = 2 if other.currency == suspects[name].type.currency or other.kind is not Kind.MONEY else 3
            speaking = [d for d in mended if d in conflicts and not _of_lengths(d, suspects[name].type, other)]
            if len(speaking) >= least and len(mended) >= max(least, len(best[0]) + 1 if best else 0):
                best = mended, name, other
    if best is None:
        return None
    gone = {id(d) for d in best[0]}
    return [d for d in found if id(d) not in gone] + [_wrongly_declared(suspects[best[1]], best[2], best[0])]


def _of_lengths(diagnostic: Diagnostic, declared: Type, other: Type) -> bool:
    """Whether an error is about the length of periods, and the other type is of another kind: that a quarter's figure meets a
    year's says nothing of whether it is money."""
    return diagnostic.code in _LENGTHS and declared.kind is not other.kind


def _bare_figure(diagnostic: Diagnostic) -> bool:
    """A figure written without its sign is a mistake at its own place, however often it is made."""
    marks = [(label.span, label.text) for label in diagnostic.labels]
    if diagnostic.span is not None:
        marks.append((diagnostic.span, diagnostic.label))
    operands = [span for span, word in marks if word == str(NUMBER)]  # and not the value that a param was given
    return diagnostic.code in ("T071", "T072", "T074") and any(_FIGURE.fullmatch(span.text) for span in operands)


def _spans(diagnostic: Diagnostic) -> Iterator[Span]:
    if diagnostic.span is not None:
        yield diagnostic.span
    yield from (label.span for label in diagnostic.labels)


def _behind(diagnostic: Diagnostic, suspects: Mapping[str, Suspect], needs: Mapping[str, Sequence[str]]) -> set[str]:
    """The suspects that the marked places are made of."""
    stack = _NAME.findall(diagnostic.message)
    stack += [name for span in _spans(diagnostic) if span.length < 500 for name in _NAME.findall(span.text)]
    seen: set[str] = set()
    while stack:
        name = stack.pop()
        if name not in seen and name in needs:
            seen.add(name)
            stack.extend(needs[name])
    return {name for name in seen if name in suspects}


def _other_types(declared: Type, series: Mapping[Frequency | None, object]) -> Iterator[Type]:
    """Every other type a name may have: first of its kind, then of its frequency."""
    kinds = [declared.kind, *(k for k in _KINDS if k is not declared.kind)]
    for every in (declared.series, *(f for f in series if f is not declared.series)):
        for kind in kinds:
            flows = kind is Kind.MONEY and every not in (Frequency.DAY, Frequency.WEEK)
            wanted = Type(kind, declared.currency if kind is Kind.MONEY else None, every if flows else None, every)
            if wanted != declared and (kind in FIGURES or every is None):
                yield wanted
    if declared.currency:
        yield replace(declared, currency=None)


def _mended(errors: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The errors that are gone; none where a new one has come."""
    before = {(d.code, d.span) for d in errors}
    left = {(d.code, d.span) for d in after if d.is_error and d.span is not None}
    if any(key not in before for key in left if key[0][:3] in ("T06", "T07", "T09")):
        return []
    return [d for d in errors if (d.code, d.span) not in left]


def _wrongly_declared(suspect: Suspect, wanted: Type, mended: Sequence[Diagnostic]) -> Diagnostic:
    declaration, fixes = suspect.declaration, list[Fix]()
    if isinstance(declaration, s.Input) and declaration.type is not None:
        span, mend = declaration.type.span, f"declare it `: {wanted.written}`"
        fixes = [put(span, wanted.written)] if wanted.written else []
    else:
        assert isinstance(declaration, s.Param)
        span = declaration.versions[0].value.span
        figure = declaration.versions[0].value
        plain = isinstance(figure, s.Number) and figure.unit in ("number", "scaled")
        mend = f"write {figure_as(figure.value if plain else None, wanted)}"  # type: ignore[attr-defined]
        if isinstance(figure, s.Number) and plain:
            fixes = figure_fixes(span, figure.value, wanted)
    places = sorted(mended, key=Diagnostic.sort_key)
    return make("T095", span, fixes=fixes, labels=_places(places, "it does not fit here"), name=declaration.name.name,
                declared=suspect.type, times=len(places), wanted=wanted, mend=mend)  # fmt: skip
