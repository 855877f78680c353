"""Prices beside earnings per share: in pence beside pounds, or adjusted for a split beside earnings as they were filed.

In: an `Audited`. Out: diagnostics. Must not know how they are printed.

Nothing in a file of closes shows that a vendor divided the old ones; beside earnings it shows, since they fall by the ratio when
the first report after the split comes, and the price does not.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from dsl.types.units import Frequency
from evaluator.checkup.audited import Audited, Line, Point, beside, numbers, of
from evaluator.codes.messages import make
from evaluator.facts.currencies import MINOR
from evaluator.facts.roles import role_of
from evaluator.known.finding import Found
from evaluator.values.values import Figure

_IN_HUNDREDTHS = 300
"""A price so many times a year's earnings, in a currency whose prices are quoted in hundredths."""
_OF_PENCE = 0.5
"""Earnings in hundredths beside a price in whole units: it costs half a year's earnings, or less."""
_FALL = 2.5
"""Earnings fall so many times or more; splits of 2 for 1 look like a bad year."""
_CHEAP, _SENSELESS = 9.0, 3.0
"""What a price is of adjusted closes over earnings as filed: so many times at most; and where nothing is known of the price after,
at most so many."""
_HELD = 0.6
"""The price kept so much of itself while earnings fell."""
_AROUND = dt.timedelta(days=92)


def priced(a: Audited, accused: Collection[int]) -> Iterator[Found]:
    """Findings for each price and the longest line of earnings; not where figures are `accused` already."""
    earnings = [line for line in a.lines if line.is_per_share and role_of(line.name) == "eps"]
    prices = [line for line in a.lines if line.is_per_share and line.declared.type.series is Frequency.DAY]
    for line in prices:
        for eps in sorted(earnings, key=lambda e: -e.months)[:1]:
            points = [p for p in eps.points if p.value > 0 and p.fact.number not in accused]
            found = _hundredths(a, line, eps, points) or _adjusted(a, line, eps, points)
            if found is not None:
                yield found


def _closes(price: Line, start: dt.date, end: dt.date) -> list[Point]:
    return [p for p in price.points if start <= p.fact.end < end]


def _times(price: Sequence[Point], eps: Point, months: int) -> float:
    """What was paid, in years' earnings."""
    return statistics.median(p.value for p in price) / (eps.value * 12 / (months or 12))


def _spoken(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def _hundredths(a: Audited, price: Line, eps: Line, points: Sequence[Point]) -> Found | None:
    """Where prices and earnings differ by a hundred, in a currency that has a code for its hundredths."""
    main = points[-1].fact.currency or a.company.currency if points else ""
    code = next((minor for minor, of_main in MINOR.items() if of_main == main), None)
    paid = [
        (p, closes)
        for p in points
        if (closes := _closes(price, p.fact.fact.published, p.fact.fact.published + _AROUND))
    ]
    if code is None or not paid or (price.points[-1].fact.currency or a.company.currency) != main:
        return None
    times = statistics.median(_times(closes, p, eps.months) for p, closes in paid)
    if _OF_PENCE < times < _IN_HUNDREDTHS:
        return None
    of_price = times >= _IN_HUNDREDTHS
    wrong, point = (price, paid[-1][1][0]) if of_price else (eps, paid[-1][0])
    what = f"is {a.text(wrong.name, Figure.exact(point.value))}, and a price of {_spoken(times)} years' earnings is none that anybody pays"
    mend = f"where it is in hundredths, write {code} behind it, or `currency: {code}` for its file"
    found = make(
        "F057", point.fact.fact.value_place, name=wrong.name, period=of(point.fact.label), what=what, mend=mend
    )
    said = beside(found, [(paid[-1][0] if of_price else paid[-1][1][0]).fact], a)
    return Found(said, numbers(wrong.points))


def _adjusted(a: Audited, price: Line, eps: Line, points: Sequence[Point]) -> Found | None:
    """Where earnings per share fall by more than a bad year takes, from a price that was absurdly low, and the price stays."""
    for before, after in pairwise(points):
        fall, change = before.value / after.value, after.fact.fact.published
        until = _closes(price, max(before.fact.fact.published, change - _AROUND), change)
        since = _closes(price, change, change + _AROUND)
        until = until or _closes(price, before.fact.fact.published, change)
        if fall < _FALL or not until:
            continue
        cheap = _times(until, before, eps.months)
        held = bool(since) and _times(since, after, eps.months) / (cheap * fall) >= _HELD
        jumped = max((one.value / two.value for one, two in pairwise(until)), default=1.0) > _FALL / 1.25
        if jumped or not (cheap <= _SENSELESS or (held and cheap <= _CHEAP)):
            continue
        what = (
            f"falls {_spoken(fall)} times from {of(before.fact.label)}, and `{price.name}` does not: it is {_spoken(cheap)} years' "
            f"earnings before, and {_spoken(cheap * fall)} after. Closes may be adjusted for a split, and earnings be as they were "
            "filed"
        )
        mend = "where there was a split, write it under `splits` with its day, ratio and source: earnings before it are then adjusted"
        found = make(
            "F057", after.fact.fact.value_place, name=eps.name, period=of(after.fact.label), what=what, mend=mend
        )
        said = beside(found, [before.fact, until[-1].fact], a)
        return Found(said, numbers(p for p in eps.points if p.fact.end <= before.fact.end))
    return None
