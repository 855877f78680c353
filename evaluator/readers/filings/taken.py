"""Which figures of filings count for an input: when each was first given, when another took its place, and when one was
given again after something it hangs together with had changed.

In: the filings of a company, the concepts that stand for an input. Out: `Taken`. Must not know rows or texts.

Of two concepts in one filing the preferred one counts, unless it means something else for this company: where it
contradicts what was filed before for the same periods, and another concept agrees with it, the other one counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal
from fractions import Fraction

from dsl.text.record import record
from evaluator.readers.filings.companyfacts import Entry, months
from evaluator.readers.filings.given import Filing, Span


@record
class Taken:
    """A figure that became known with a filing; `was` is the one that it takes the place of, or says again."""

    name: str
    entry: Entry
    concept: str
    filing: Filing
    span: Span
    value: Decimal
    rank: int
    was: Taken | None = field(default=None, repr=False)
    restates: bool = False
    """Whether it is another figure than the one before, on the same basis of shares."""
    passed_over: str = ""
    """Which preferred concept the filing gives as well, and why that one does not count."""

    @property
    def slip(self) -> Fraction | None:
        """By what the filing's figure was multiplied, where it was given in thousands by mistake."""
        return self.filing.slips.get((self.concept, _unit(self.entry, self.filing)))


def taken_of(filings: Sequence[Filing], name: str, entry: Entry) -> Iterator[Taken]:
    """Each figure of an input, in the order filed. A less preferred concept of a later filing replaces nothing."""
    newest: dict[Span, Taken] = {}
    """What counts of each span."""
    said: dict[Span, int] = {}
    """The filing in which that was last taken."""
    changed: list[tuple[int, Span]] = []
    """In which filing the figure of which span was restated."""
    for at, filing in enumerate(filings):
        given = _given(filing, name, entry, newest)
        if filing.behind and entry.unit in ("per share", "shares"):
            continue
        again: list[Taken] = []
        for now in given:
            was = newest.get(now.span)
            if was is None or _apart(was, now):
                restates = was is not None and was.filing.basis == filing.basis and not _rounded(was, now)
                kept = replace(now, was=was, restates=restates)
                newest[now.span], said[now.span] = kept, at
                changed += [(at, now.span)] if restates else []
                yield kept
            else:
                again.append(now)
        for now in again:
            was = newest[now.span]
            if any(n >= said[now.span] and _overlap(span, now.span) for n, span in changed):
                kept = replace(now, was=was)
                newest[now.span], said[now.span] = kept, at
                yield kept
            else:
                newest[now.span] = _ranked(was, now)


def _apart(was: Taken, now: Taken) -> bool:
    """Whether a figure says something new: another value, or the same on another basis of shares."""
    rebased = now.entry.unit in ("per share", "shares") and was.filing.basis != now.filing.basis
    return rebased or was.value != now.value or was.filing.currency != now.filing.currency


def _rounded(was: Taken, now: Taken) -> bool:
    """Whether two figures differ by no more than the digits that their filings print."""
    if was.filing.currency != now.filing.currency or now.entry.unit not in ("money", "shares"):
        return was.value == now.value
    grains = [t.filing.grain(_unit(t.entry, t.filing)) for t in (was, now)]
    return abs(was.value - now.value) <= min(Decimal(sum(grains)) / 2, abs(was.value) / 1000)


def _ranked(was: Taken, now: Taken) -> Taken:
    """The figure as it was first given, with the rank of the concept that gives it now."""
    return replace(was, rank=now.rank)


def _overlap(a: Span, b: Span) -> bool:
    """Whether two intervals hang together: of what flows, one has a part of the other in it."""
    return a != b and a[0] is not None and b[0] is not None and a[0] <= b[1] and b[0] <= a[1]


def _unit(entry: Entry, filing: Filing) -> str:
    code = filing.currency
    return {"money": code, "per share": f"{code}/shares", "shares": "shares", "number": "pure"}[entry.unit]


def _wanted(span: Span, entry: Entry) -> bool:
    """Whether an entry takes figures of such a length."""
    length = months(*span)
    if length is None or (entry.covers == "day") != (length == 0):
        return False
    return entry.only != "years" or length in (0, 12)


def _given(filing: Filing, name: str, entry: Entry, newest: Mapping[Span, Taken]) -> list[Taken]:
    """What a filing gives of an input: for each span the figure of the concept that counts."""
    unit = _unit(entry, filing)
    by_rank: dict[int, dict[Span, Decimal]] = {}
    for rank, concept in enumerate(entry.concepts):
        spans = filing.figures.get((concept, unit), {})
        wanted = {span: value for span, value in spans.items() if _wanted(span, entry)}
        if wanted:
            by_rank[rank] = wanted
    if not by_rank:
        return []
    instead = _agreeing(by_rank, newest) if entry.unit == "money" else None
    order = sorted(by_rank, key=lambda rank: (rank != instead, rank))
    found: dict[Span, Taken] = {}
    for rank in order:
        for span, value in by_rank[rank].items():
            was = newest.get(span)
            if span in found or (was is not None and rank > was.rank and rank != instead):
                continue
            note = ""
            other = by_rank[min(by_rank)].get(span)
            if instead is not None and rank == instead and other not in (None, value):
                assert other is not None
                means = entry.concepts[min(by_rank)]
                note = f"{means} is {other.normalize():,f} in this filing, and means something else: it contradicts what was filed before"
            found[span] = Taken(name, entry, entry.concepts[rank], filing, span, value, rank, passed_over=note)
    return [found[span] for span in sorted(found, key=lambda s: (s[1], s[0] or s[1]))]


def _agreeing(by_rank: Mapping[int, Mapping[Span, Decimal]], newest: Mapping[Span, Taken]) -> int | None:
    """A concept that agrees with what was filed before, where the preferred one of the filing contradicts it."""
    first, *others = sorted(by_rank)
    for rank in others:
        both = [s for s in by_rank[rank] if s in by_rank[first] and s in newest]
        agrees = all(by_rank[rank][s] == newest[s].value for s in both)
        if both and agrees and any(by_rank[first][s] != newest[s].value for s in both):
            return rank
    return None
