"""All figures per share, and numbers of shares, on one basis: the one in force on the as-of date.

In: bound facts, the splits of a company, the as-of date. Out: the facts, those of an older basis carried to the one in
force. Must not know formulas.

The law: on no day does the growth of such a figure differ from that of the same figures on one basis. Each split is
applied once, to what was said before its day and never to what was said since; a split that is not known yet changes
nothing.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from dsl.program.program import Input, Metric
from dsl.types.units import Frequency, Kind
from evaluator.facts.splits import ShareSplit
from evaluator.known.bind import BoundFact
from evaluator.values.values import Figure

_SHARES = re.compile(r"(?<![a-z])shares?(?![a-z])")
_CLOSE = 0.25
"""A close after a split lies so near to what the split alone makes of the one before, in parts of the split's own size."""


def on_one_basis(
    facts: Sequence[BoundFact],
    declared: Mapping[str, Input | Metric],
    splits: Iterable[ShareSplit],
    as_of: dt.date,
) -> tuple[BoundFact, ...]:
    """The facts that were known, each on the basis of the as-of date; a carried one says by which splits.

    Figures per share are divided by the ratio and numbers of shares multiplied, with the rounding of their last digit.
    """
    counting = [s for s in splits if s.since <= as_of]
    if not counting:
        return tuple(facts)
    of_days = _days_of_splits(facts, declared, counting)
    carried = []
    for fact in facts:
        kind = _kind(fact, declared[fact.fact.name])
        if kind is None or not isinstance(fact.value, Figure):
            carried.append(fact)
            continue
        days = of_days.get(fact.fact.name)
        if days is None:
            ahead = [s for s in counting if fact.fact.published < s.date]
        else:
            ahead = [s for s in counting if (day := days[s]) is not None and fact.end < day]
        carried.append(_carried(fact, kind, ahead) if ahead else fact)
    return tuple(carried)


def _kind(fact: BoundFact, declared: Input | Metric) -> str | None:
    """How a split changes a fact: "per share", "shares", or not at all (None)."""
    kind = declared.type
    if kind.share:
        return "per share"
    if kind.kind is not Kind.COUNT:
        return None
    return "shares" if fact.of_shares or counts_shares(declared) else None


def counts_shares(declared: Input | Metric) -> bool:
    """Whether a count is one of shares, by its name or title: `shares_out`, "Diluted shares"."""
    return any(_SHARES.search(text.lower().replace("_", " ")) for text in (declared.name, declared.title or ""))


def _carried(fact: BoundFact, kind: str, ahead: Sequence[ShareSplit]) -> BoundFact:
    ratio = Fraction(1)
    for split in ahead:
        ratio *= split.ratio
    factor = ratio if kind == "shares" else 1 / ratio
    value = fact.value
    assert isinstance(value, Figure)
    low, high = (bound if math.isinf(bound) else _times(bound, factor) for bound in (value.low, value.high))
    words = "on the basis after the " + " and the ".join(split.words for split in ahead)
    return replace(
        fact, value=replace(value, low=low, high=high), rounding=fact.rounding * float(factor), carried=words
    )


def _times(figure: float, factor: Fraction) -> float:
    """A figure times a ratio, rounded once: 899,213,000 shares times 7 is exact."""
    return float(Fraction(figure) * factor)


# --- figures of days ------------------------------------------------------------------------------------


def _days_of_splits(
    facts: Sequence[BoundFact], declared: Mapping[str, Input | Metric], splits: Sequence[ShareSplit]
) -> dict[str, dict[ShareSplit, dt.date | None]]:
    """For each series of days or weeks per share (prices), the first day on which it is on the basis after each split.

    A price says itself when it was split: it jumps. The day of filings is later than that, and a vendor's closes may have
    been put on the new basis all the way back (None: nothing of it is carried).
    """
    by_name: dict[str, list[BoundFact]] = defaultdict(list)
    for fact in facts:
        kind = declared[fact.fact.name].type
        if kind.share and kind.series in (Frequency.DAY, Frequency.WEEK) and isinstance(fact.value, Figure):
            by_name[fact.fact.name].append(fact)
    found: dict[str, dict[ShareSplit, dt.date | None]] = {}
    for name, mine in by_name.items():
        closes = sorted((f.end, f.value.low) for f in mine if isinstance(f.value, Figure) and f.value.is_exact)
        found[name] = {split: _jump(closes, split) for split in splits}
    return found


_AROUND = dt.timedelta(days=10)


def _jump(closes: Sequence[tuple[dt.date, float]], split: ShareSplit) -> dt.date | None:
    """The day of the closes that a split changed; its own day where they do not reach around it; None where they reach
    around it and do not jump."""
    first, last = (split.after or split.date) - _AROUND, split.date + _AROUND
    near = [(day, close) for day, close in closes if first <= day <= last and close > 0]
    size = math.log(split.ratio)
    steps = [(abs(math.log(before / after) - size), day) for (_, before), (day, after) in pairwise(near)]
    around = near and near[0][0] < split.date and near[-1][0] >= split.date
    if not around or abs(size) < 0.2 or not steps:  # a small split does not stand out from what prices do
        return split.date
    apart, day = min(steps)
    return day if apart <= _CLOSE * abs(size) else None
