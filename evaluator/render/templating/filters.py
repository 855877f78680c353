"""Filters for an analyst's templates: figures, amounts, differences and sources as the memo prints them.

In: parts of a report, numbers. Out: texts. Must not know a page. Where a value does not fit, TypeError says what does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from dsl.text.record import record
from dsl.types.units import Kind, Type
from evaluator.schema.grounds import FactResult
from evaluator.schema.parts import Shown
from evaluator.values.display import describe
from evaluator.values.values import Figure

_KINDS = {kind.value: kind for kind in (Kind.PERCENT, Kind.POINTS, Kind.MULTIPLE, Kind.NUMBER, Kind.COUNT)}


def money(amount: Any, currency: str = "") -> str:
    """An amount: `41.6bn CNY`. Of a figure of the report its own text; a number takes its currency from you.

    Raises TypeError for a figure that is no amount, and for a number without a currency.
    """
    if isinstance(amount, Shown):
        if amount.known and amount.unit in (*_KINDS, "flag", "text", "choice", "set", "date"):
            raise TypeError(f"money is for amounts, and this is a {amount.unit}")
        return amount.text
    if not currency:
        raise TypeError('money needs a currency beside a number, as in money("CNY")')
    return describe(Figure.exact(_number(amount)), Type(Kind.MONEY, currency))


def delta(now: Any, before: Any, unit: str = "") -> str:
    """How much a figure is above another: `+3.2pp`, `−1.2bn CNY`, `+2x`; `unknown` where either is.

    In: two figures of the report in one unit, or two numbers and their unit (`percent`, `multiple`, `number`, a currency).
    Raises TypeError for figures of two units, and for numbers without one.
    """
    if isinstance(now, Shown) and isinstance(before, Shown):
        if now.unit != before.unit:
            raise TypeError(f"delta is of two figures in one unit, and these are {now.unit} and {before.unit}")
        if not (now.known and before.known):
            return "unknown"
        low, high = _ends(now), _ends(before)
        return _difference(Figure(low[0] - high[1], low[1] - high[0]), now.unit)
    if not unit:
        raise TypeError('delta needs a unit beside two numbers, as in delta(before, "percent")')
    return _difference(Figure.exact(_number(now) - _number(before)), unit)


def _difference(figure: Figure, unit: str) -> str:
    kind = _KINDS.get(unit)
    if kind is Kind.PERCENT:
        kind = Kind.POINTS
    shown = Type(kind) if kind is not None else Type(Kind.MONEY, unit)
    return describe(figure, shown, signed=True)


def source(facts: Any) -> str:
    """Where a fact is from: `Alibaba Group, quarterly results, published 2026-05-13`; of several each once, with `;` between."""
    if isinstance(facts, FactResult):
        return f"{facts.source}, published {facts.published.isoformat()}"
    if isinstance(facts, (str, bytes)) or not isinstance(facts, Iterable):
        raise TypeError("source is for facts, such as those of r.facts")
    return "; ".join(dict.fromkeys(source(fact) for fact in facts))


def _ends(figure: Shown) -> tuple[float, float]:
    return (
        -math.inf if figure.low is None else figure.low,
        math.inf if figure.high is None else figure.high,
    )


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"a number is needed here, and this is {value!r:.40}")
    return float(value)


FILTERS: dict[str, Callable[..., Any]] = {"money": money, "delta": delta, "source": source}


@record
class Documented:
    """A filter as docs/templates.md lists it: what it does, an expression, what that prints."""

    name: str
    does: str
    example: str
    gives: str


DOCUMENTED = (
    Documented("percent", "a share as a percent; with so many decimals", "{{ 0.6231|percent }}", "62%"),
    Documented(
        "money", "an amount; a number takes its currency from you", '{{ 41600000000|money("CNY") }}', "41.6bn CNY"
    ),
    Documented("delta", "how much a figure is above another", '{{ 0.38|delta(0.352, "percent") }}', "+2.8pp"),
    Documented("source", "where facts are from, each source once", "{{ r.facts[:1]|source }}", ""),
    Documented("number", "a weight or a count without a needless point", "{{ 2.50|number }}", "2.5"),
    Documented("points", "a difference of two shares", "{{ 0.083|points }}", "8.3pp"),
    Documented("plural", "a count with its word", '{{ 3|plural("fact") }}', "3 facts"),
    Documented("long_date", "a day", "{{ r.as_of|long_date }}", "14 May 2026"),
    Documented("in_days", "how far a day is", "{{ 98|in_days }}", "in 98 days"),
    Documented("either", "outcomes with `or` between them", '{{ ["A", "B", "C"]|either }}', "A, B or C"),
    Documented("words", "a name of the rules as words", '{{ "ai_infrastructure"|words }}', "ai infrastructure"),
    Documented("web_url", "an address if it is one of the web, else nothing", '{{ "javascript:x"|web_url }}', ""),
)
