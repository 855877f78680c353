"""What paper asks of a table: how wide its columns are, and drawn bars as rows.

In: blocks. Out: numbers, tables. Must not know which format sets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from evaluator.render.memo.words import LONGEST
from evaluator.render.outlook.blocks import Bars, Cell, Table

SHORT = 16
"""A column of nothing longer takes the room that it needs, and the others share the rest."""
WIDE = 8
"""A table of more columns is set smaller,"""
SMALL = 0.82
"""by this part."""


def longest(table: Table, at: int) -> int:
    """How many characters the longest text of a column has."""
    rows = [part for row in table.rows for part in (row[at].text, *row[at].more)]
    return max(map(len, [table.head[at], *rows]), default=0)


def _widest(table: Table, at: int) -> int:
    """How many characters a column needs: its longest text, of its head, which may be set on several lines, the longest word."""
    texts = (part for row in table.rows for part in (row[at].text, *row[at].more))
    return max(map(len, (*texts, *table.head[at].split())), default=0)


def drawn(table: Table, at: int) -> float:
    """How wide the widest drawing is that stands alone in a cell of a column, as parts of 100 of the width of the page."""
    alone = (
        picture.width
        for row in table.rows
        for line, picture in zip(row[at].more, row[at].drawn, strict=False)
        if picture is not None and not line
    )
    return max(alone, default=0.0) * _PX


_PX = 0.1
"""The part of 100 that a px of a drawing takes: 0.45 points of some 480."""


def widths(table: Table) -> list[float]:
    """How much of the width each column takes, as parts of 100, about the characters that a line of paper has: a column of short
    texts what they need, the others share the rest by the roots of their lengths, so that sentences leave room for figures."""
    count = range(len(table.head))
    need = [_widest(table, at) for at in count]
    small = SMALL if len(table.head) > WIDE else 1.0
    fixed = {at: max(need[at] * small, drawn(table, at)) + 2.5 for at in count if need[at] <= SHORT}
    whole = [
        sum(len(p) for row in table.rows for p in (row[at].text, *row[at].more)) / max(len(table.rows), 1)
        for at in count
    ]
    roots = {at: sqrt(min(max(whole[at], need[at] / 2), 400)) for at in count if at not in fixed}
    least = {at: longest_word(table, at) * _LETTER * small + 2 for at in roots}
    half = 100 * len(roots) / (len(roots) + len(fixed)) / 2
    shared = _shared(max(100 - sum(fixed.values()), half, sum(least.values())), roots, least)
    parts = [fixed[at] if at in fixed else shared[at] for at in count]
    return [round(100 * part / sum(parts), 2) for part in parts]


_LETTER = 0.8
"""The part of 100 that a letter of a word takes, on average."""


def longest_word(table: Table, at: int) -> int:
    """How many characters the longest run without a blank in a column has; what is longer than `words.softened` leaves is broken."""
    texts = [table.head[at], *(part for row in table.rows for part in (row[at].text, *row[at].more))]
    return min(max((len(word) for text in texts for word in text.split()), default=0), LONGEST)


def _shared(rest: float, roots: Mapping[int, float], least: Mapping[int, float]) -> dict[int, float]:
    """Room shared by roots, each with as much as its longest word takes where there is room for that."""
    if sum(least.values()) >= rest:
        return {at: rest * least[at] / sum(least.values()) for at in roots}
    given: dict[int, float] = {}
    while True:
        left, weight = rest - sum(given.values()), sum(roots[at] for at in roots if at not in given)
        narrow = {at: least[at] for at in roots if at not in given and left * roots[at] / weight < least[at]}
        if not narrow:
            return given | {at: left * roots[at] / weight for at in roots if at not in given}
        given |= narrow


def as_table(bars: Bars) -> Table:
    """Drawn bars as a table: what each is of, its characters (of the look `bar`: set with equal widths, never broken), what it
    says."""
    rows = tuple((Cell(b.title), Cell(b.characters, "bar"), Cell(b.said, more=b.more)) for b in bars.rows)
    return Table((bars.head[0], "", bars.head[1]), rows, bars.caption)
