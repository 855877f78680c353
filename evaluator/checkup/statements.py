"""What the lines of a company's statements must be to each other: assets are liabilities and equity, a part is no more than the
whole, earnings per share times shares are the earnings.

In: an `Audited`. Out: diagnostics. Must not know how they are printed.

What a name is, is seen from the name (`facts/roles.py`): rules have no kind for it.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection, Iterator, Mapping, Sequence

from dsl.text.record import record
from dsl.types.units import Kind
from evaluator.checkup.audited import Audited, Line, Point, beside, more_after, numbers, of
from evaluator.codes.messages import make
from evaluator.facts.roles import role_of
from evaluator.known.finding import Found
from evaluator.values.values import Figure

_PARTS = (
    ("current_assets", "assets"), ("current_liabilities", "liabilities"), ("cash", "assets"), ("cash", "current_assets"),
    ("inventory", "current_assets"), ("receivables", "current_assets"), ("gross_profit", "revenue"),
    ("capital expenditure", "assets"),
)  # fmt: skip
"""What is part of what."""
_ROUNDING = 0.01
_MINORITIES = 0.1
"""Minority interests and mezzanine equity may stand beside both: so much of the assets."""
_STRAY = 0.02
"""How far one balance may differ from what it usually is off by."""
_PROFIT = 5
"""Profits so many times the revenue, period after period, are of another unit; one sale of a business is not."""
_WEIGHTED = 1.8
"""Shares at the end of a year may be so many times the average of the year that earnings per share go by."""


@record
class _Row:
    """The lines of one role, by the length of the interval and its end."""

    line: Line
    points: Mapping[object, Point]


def statements(a: Audited, accused: Collection[int]) -> Iterator[Found]:
    """Figures of one day or period that cannot all be right; not where one of them is `accused` already. One finding for each
    kind, with the count of rows."""
    rows = _rows(a)
    parts = (_part(rows, part, whole) for part, whole in _PARTS)
    for all_off in (_balance(rows), *parts, _profit(rows), _per_share(rows)):
        off = [one for one in all_off if _free(one, accused)]
        if off:
            yield _said(a, off)


@record
class _Off:
    """A figure that does not go with others: what it should be by them."""

    point: Point
    others: tuple[Point, ...]
    what: str
    other: float


def _free(off: _Off, accused: Collection[int]) -> bool:
    """Whether none of its figures is accused."""
    return all(p.fact.number not in accused for p in (off.point, *off.others))


_Rows = dict[str, dict[int, _Row]]


def _rows(a: Audited) -> _Rows:
    """The line of each role, for each length of interval; the one with the most figures, where there are several."""
    found: _Rows = {}
    for line in a.lines:
        if getattr(line.declared, "segment", ""):
            continue  # a part of a line, and none of the company's own
        role = role_of(line.name)
        if role is None:
            continue
        of_role = found.setdefault(role, {})
        if line.months not in of_role or len(of_role[line.months].points) < len(line.points):
            of_role[line.months] = _Row(line, {p.fact.end: p for p in line.points})
    return found


def _longest(rows: _Rows, role: str) -> _Row | None:
    return max(rows.get(role, {}).values(), key=lambda row: len(row.points), default=None)


def _balance(rows: _Rows) -> list[_Off]:
    assets, liabilities, equity = (_longest(rows, role) for role in ("assets", "liabilities", "equity"))
    if assets is None or liabilities is None or equity is None:
        return []
    ends = [end for end in assets.points if end in liabilities.points and end in equity.points]
    rest = {end: (assets.points[end].value - liabilities.points[end].value - equity.points[end].value)
            / abs(assets.points[end].value) for end in ends}  # fmt: skip
    usual = statistics.median(rest.values()) if len(rest) > 2 else 0.0
    room = _STRAY if len(rest) > 2 else _MINORITIES
    if abs(usual) > _MINORITIES:  # more is never minorities: then every day is off
        usual, room = 0.0, _MINORITIES
    found = []
    for end, off in rest.items():
        if abs(off) > _ROUNDING and abs(off - usual) > room:
            others = (liabilities.points[end], equity.points[end])
            what = "is not liabilities and equity together"
            found.append(_Off(assets.points[end], others, what, sum(p.value for p in others)))
    return found


def _part(rows: _Rows, part: str, whole: str) -> list[_Off]:
    found = []
    for months, row in rows.get(part, {}).items():
        of_whole = rows.get(whole, {}).get(months)
        for end, point in row.points.items() if of_whole is not None else ():
            all_of_it = of_whole.points.get(end) if of_whole is not None else None
            if all_of_it is not None and point.value > all_of_it.value * (1 + _ROUNDING) and all_of_it.value > 0:
                what = f"is more than `{all_of_it.fact.fact.name}`, of which it is a part"
                found.append(_Off(point, (all_of_it,), what, all_of_it.value))
    return found


def _profit(rows: _Rows) -> list[_Off]:
    """Profits of several times the revenue in most periods: the two are in different units, sooner than that."""
    found = []
    for months, income in rows.get("net_income", {}).items():
        revenue = rows.get("revenue", {}).get(months)
        both = [
            (point, revenue.points[end]) for end, point in income.points.items() if revenue and end in revenue.points
        ]
        above = [(point, of) for point, of in both if of.value > 0 and point.value > _PROFIT * of.value]
        if len(above) > len(both) / 2:
            found += [_Off(p, (r,), f"is more than {_PROFIT} times `{r.fact.fact.name}`", r.value) for p, r in above]
    return found


def _per_share(rows: _Rows) -> list[_Off]:
    """Earnings per share that are so many times the earnings over the shares: of a receipt of several shares, or on another
    basis than the shares."""
    shares = _longest(rows, "shares")
    if shares is None or shares.line.declared.type.kind is not Kind.COUNT:
        return []
    found = []
    for months, eps in rows.get("eps", {}).items():
        income = rows.get("net_income", {}).get(months)
        for end, point in eps.points.items() if income is not None else ():
            earned = income.points.get(end) if income is not None else None
            count = shares.points.get(end)
            if earned is None or count is None or point.fact.currency != earned.fact.currency:
                continue
            implied = earned.value / count.value
            ratio = point.value / implied
            if ratio > 0 and max(ratio, 1 / ratio) > _WEIGHTED:
                what = f"is not `{earned.fact.fact.name}` over `{count.fact.fact.name}`"
                found.append(_Off(point, (earned, count), what, implied))
    return found


def _said(a: Audited, off: Sequence[_Off]) -> Found:
    """A finding at the first of them."""
    first = min(off, key=lambda one: one.point.fact.end)
    fact, name = first.point.fact, first.point.fact.fact.name
    found = make("F054", fact.fact.value_place, name=name, period=of(fact.label), more=more_after(len(off)),
                 given=a.text(name, Figure.exact(first.point.value)), what=first.what,
                 other=a.text(name, Figure.exact(first.other)))  # fmt: skip
    said = beside(found, [p.fact for p in first.others], a)
    return Found(said, numbers(point for one in off for point in (one.point, *one.others)))
