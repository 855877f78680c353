"""Heads of several rows: what stands above or below the headings of periods, and belongs to them.

`Three months ended` above `31 Mar 2025`, `Q1` below a `2025` that is merged over four columns, `Forecast` below `Q4 2025`,
`For the nine months ended 30 September` beside `2025`.

In: the rows of a table, where its head stands, the column of labels. Out: for each column the heading as it reads with them. Must not
know mappings.

A word that says how long a period is, or that a figure is none that was reported, is never passed over: what cannot be joined
to a heading is no heading that can be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from dsl.text.record import record
from evaluator.readers.layouts.headings import looks_like_one, months_of, plain_words

_ROWS = 3
"""So many rows above the head and below it may speak of its columns."""
_PART = re.compile(r"(?:F|C)?(?:Q[1-4]|H[12]|[1-4]Q|[12]H)|9M", re.IGNORECASE)
_LENGTH = re.compile(
    r"(?:^|\b(?:for|the)\s+)(?P<length>\d{1,2}\s*(?:months?|mos?\.?|M|weeks?|wks?)|quarter|half[- ]year|half|"
    r"(?:full |fiscal )?year|FY|annual|quarterly)"
    r"(?:\s+(?:ended|ending|to|as of))?(?:\s+(?P<end>\d{1,2}\.?\s+[A-Z][a-z]+|[A-Z][a-z]+\.?\s+\d{1,2}))?,?(?:\s*\(.*\))?$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?P<length>\d{1,2}[\s-]*(?:months?|weeks?)|quarter|half[- ]year|half|year)s?[\s-]*(?:period\s+)?(?:ended|ending|to)\b"
    r"(?:\s+(?P<end>\d{1,2}\.?\s+[A-Z][a-z]+|[A-Z][a-z]+\.?\s+\d{1,2}))?",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?:estimates?|est\.?|forecasts?|actuals?|e|f|a|\(e\)|\(a\)|budget(?:ed)?|plan(?:ned)?|targets?|consensus|guidance|outlook|projections?|"
    r"projected|restated|re-?stated|pro[- ]?forma|ytd|year[- ]to[- ]date|cumulative|ltm|ttm)\.?",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"%|.*\b(?:change|chg|growth|variance|var|diff(?:erence)?|y/y|yoy|q/q|qoq|vs)\b.*|[Δ∆].*", re.IGNORECASE
)
_AS_READ = {"estimates": "Estimate", "forecasts": "Forecast", "actuals": "Actual", "(e)": "E", "(a)": "A"}


class Written(Protocol):
    """A cell: what stands in it, and whether that is anything."""

    @property
    def text(self) -> str:
        """What stands in it."""

    @property
    def blank(self) -> bool:
        """Whether nothing does."""


S = TypeVar("S", bound=Written)


@record
class Heading(Generic[S]):
    """What is above a column: its cell, the words of all rows, and the text to be read; None where the words tell that the
    column holds no figures of a period (changes, variances)."""

    slot: S
    words: tuple[str, ...]
    text: str | None


def headings(rows: Sequence[Sequence[S]], at: int, labels: int, first: int) -> dict[int, Heading[S]]:
    """The heading of each column, with what is said of it above and below; `first` is the row of the first named label."""
    head = rows[at]
    above = [row for row in rows[max(0, at - _ROWS) : at] if _speaks(row, labels)]
    below = [row for row in rows[at + 1 : min(first, at + 1 + _ROWS)] if _speaks(row, labels)]
    found: dict[int, Heading[S]] = {}
    last: S | None = None
    width = max((len(row) for row in (head, *below)), default=0)
    for number in range(width):
        slot = head[number] if number < len(head) else None
        if number == labels:
            continue
        words = [word for row in above if (word := _merged(row, number, labels))]
        under = [row[number].text.strip() for row in below if number < len(row) and _word(row[number].text)]
        if slot is not None and not slot.blank:
            last = slot if looks_like_one(slot.text) else None
            found[number] = _joined(slot, (*words, *under), _of_all(rows, at, labels))
        elif last is not None and under:  # the heading is merged over this column
            found[number] = _joined(last, (*words, *under), _of_all(rows, at, labels))
    return found


def bare(rows: Sequence[Sequence[S]], at: int, found: Mapping[int, object], named: Sequence[Sequence[S]]) -> S | None:
    """The first figure of a named row beside periods in a column that has no heading."""
    head = rows[at]
    periods = sorted(found)
    for row in named:
        for number, slot in enumerate(row):
            headed = number < len(head) and not head[number].blank
            if periods and number > periods[0] and not headed and number not in found and re.search(r"\d", slot.text):
                return slot
    return None


def _of_all(rows: Sequence[Sequence[Written]], at: int, labels: int) -> str | None:
    """What a title, or the cell beside the headings, says of how long all periods are."""
    cells = [row[labels] for row in reversed(rows[: at + 1]) if labels < len(row)]
    said = [match for slot in cells if (match := _TITLE.search(plain_words(slot.text)))]
    lengths = {months_of(match["length"]) for match in said}
    if len(lengths) != 1:
        return None
    end = next((match["end"] for match in said if match["end"]), None)
    return f"{said[0]['length']} ended {end or ''}".strip()


def _speaks(row: Sequence[Written], labels: int) -> bool:
    cells = [slot.text for number, slot in enumerate(row) if number != labels and not slot.blank]
    return any(_word(text) for text in cells)


def _word(text: str) -> bool:
    """Whether a cell says something of a period."""
    plain = plain_words(text)
    return bool(plain) and any(form.fullmatch(plain) for form in (_PART, _OTHER, _CHANGE, _LENGTH))


def _merged(row: Sequence[Written], number: int, labels: int) -> str:
    """What a row above says of a column: its cell, or the one to the left that is merged over it."""
    for at in range(min(number, len(row) - 1), labels, -1):
        if not row[at].blank:
            return row[at].text.strip() if _word(row[at].text) else ""
    return ""


def _joined(slot: S, words: tuple[str, ...], of_all: str | None) -> Heading[S]:
    heading = plain_words(slot.text)
    if any(_CHANGE.fullmatch(plain_words(word)) for word in words):
        return Heading(slot, words, None)
    plain = [plain_words(word) for word in words]
    lengths = [match for word in plain if (match := _LENGTH.fullmatch(word)) and not _PART.fullmatch(word)]
    parts = [word for word in plain if _PART.fullmatch(word)]
    others = [_AS_READ.get(word.lower(), word) for word in plain if _OTHER.fullmatch(word) and word not in parts]
    text = heading
    if parts:
        text = f"{parts[0]} {text}" if len(set(parts)) == 1 else " ".join((*parts, text))
    own = months_of(heading)
    for match in lengths:
        if own is None or (own != months_of(match["length"]) and not parts):
            text = _ended(match["length"], match["end"], text)
    if not lengths and not parts and of_all and own is None:
        text = f"{of_all} {heading}"
    elif not lengths and not parts and of_all and re.fullmatch(r"\d{4}", heading):
        length, _, end = of_all.partition(" ended")
        text = heading if months_of(length) == 12 else _ended(length, end.strip() or None, heading)
    return Heading(slot, words, " ".join((text, *others)))


def _ended(length: str, end: str | None, heading: str) -> str:
    if months_of(length) == 12 and end is None and re.fullmatch(r"\d{4}|'?\d{2}", heading):
        return f"FY{heading}"
    return f"{length} ended {end + ' ' if end else ''}{heading}"
