"""Aligns the rows of two tables: which row became which, which are new, which moved.

In: the rows of two tables. Out: pairs in the order of the new table, each with whether it kept its place among those
that are on both sides. Must not know how a difference is shown.

1. rows that ask and say the same; 2. rows with the same outcome; 3. rows that ask the same; each kind in the order
in which the rows stand. What is left was removed or added. Of the pairs, those outside the longest run that is in
order on both sides have moved.
"""

from __future__ import annotations

from bisect import bisect_left

from dsl.link.meaning import Names, encode, meaning
from dsl.syntax import nodes as s

Pair = tuple[s.Row | None, s.Row | None, bool]


def align(old: tuple[s.Row, ...], new: tuple[s.Row, ...], names: Names) -> list[Pair]:
    """Each row of either table once: (old, new, kept its place); None where a side has no such row."""
    partner: dict[int, int] = {}
    for said in (_all, _outcome, _when):
        free: dict[str, list[int]] = {}
        for i, row in enumerate(old):
            if i not in partner.values():
                free.setdefault(said(row, names), []).append(i)
        for j, row in enumerate(new):
            waiting = free.get(said(row, {}))
            if j not in partner and waiting:
                partner[j] = waiting.pop(0)
    kept = _longest_run([partner[j] for j in sorted(partner)])
    pairs: list[Pair] = [
        (old[partner[j]], row, partner[j] in kept) if j in partner else (None, row, True) for j, row in enumerate(new)
    ]
    return pairs + [(row, None, True) for i, row in enumerate(old) if i not in partner.values()]


def _all(row: s.Row, names: Names) -> str:
    return f"{_when(row, names)} {_outcome(row, names)}"


def _outcome(row: s.Row, names: Names) -> str:
    return row.outcome.value


def _when(row: s.Row, names: Names) -> str:
    return encode(meaning(row.when, names))


def _longest_run(numbers: list[int]) -> set[int]:
    """The longest rising subsequence (patience sorting), as a set."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for n, number in enumerate(numbers):
        k = bisect_left(ends, number)
        ends[k : k + 1] = [number]
        at[k : k + 1] = [n]
        before.append(at[k - 1] if k else -1)
    found: set[int] = set()
    last = at[-1] if at else -1
    while last >= 0:
        found.add(numbers[last])
        last = before[last]
    return found
