"""How figures are printed: 38%, +2pp, 41.6bn CNY, 22x, at least 100%, 113bn to 139bn CNY.

In: a value and its type. Out: text. The one place that rounds for the eye; nothing is calculated with what it gives.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from dsl.types.scales import scaled
from dsl.types.units import Kind, Type
from evaluator.values.values import Day, Figure, Members, Single, Truth, Words


def show(number: float, kind: Type, currency: str | None = None, signed: bool = False) -> str:
    """One number in its unit; three or four figures that count. `currency` is the reporting currency."""
    sign = "+" if signed and number > 0 else ""
    text = _SHOW.get(kind.kind, _plain)(abs(number))
    minus = "−" if number < 0 and any(c in "123456789" for c in text) else ""
    tail = ""
    if kind.kind is Kind.MONEY:
        code = kind.currency or currency
        tail = f" {code}" if code else ""
    return f"{sign}{minus}{text}{tail}"


def _plain(x: float) -> str:
    if x >= 1e6:
        return _scaled(x)
    return _digits(x, 3 if x < 10 else 4)


def _digits(x: float, figures: int) -> str:
    """So many significant figures, without trailing zeros or an exponent."""
    if x == 0:
        return "0"
    decimals = max(0, figures - 1 - math.floor(math.log10(x)))
    text = f"{x:.{min(decimals, 12)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_IN_FULL = 99_999.5
"""Money below this is written in full, as prices are: 1,239 USD, and not 1.239k USD."""


def _money(x: float) -> str:
    return f"{x:,.0f}" if 999.5 <= x < _IN_FULL else _scaled(x)


def _scaled(x: float) -> str:
    many, word = scaled(x, 0.9995)
    return f"{_digits(many, 4)}{word}"


def _percent(x: float) -> str:
    percent = x * 100
    if percent == 0:
        return "0%"
    if percent >= 1000:
        return f"{percent:,.0f}%"
    if percent >= 10:
        return f"{_trim(f'{percent:.1f}')}%"
    return f"{_digits(percent, 2 if percent < 1 else 3)}%"


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


_SHOW: dict[Kind, Callable[[float], str]] = {
    Kind.PERCENT: _percent,
    Kind.POINTS: lambda x: _percent(x).removesuffix("%") + "pp",
    Kind.MULTIPLE: lambda x: f"{_digits(x, 3)}x",
    Kind.MONEY: _money,
}


def basis_points(figure: Figure) -> str:
    """A difference of two shares in basis points: +50bps, −120bps to −80bps. Its ends are in base units (50bps is 0.005)."""

    def one(x: float) -> str:
        sign = "+" if x > 0 else "−" if x < 0 else ""
        return f"{sign}{_digits(abs(x) * 1e4, 4)}bps"

    if math.isinf(figure.high):
        return f"at least {one(figure.low)}"
    if math.isinf(figure.low):
        return f"at most {one(figure.high)}"
    first, last = one(figure.low), one(figure.high)
    return first if first == last else f"{first} to {last}"


def describe(value: Single, kind: Type, currency: str | None = None, signed: bool = False) -> str:
    """Any single value as a report prints it; `unknown` where nothing is known."""
    match value:
        case Figure():
            return _bounds(value, kind, currency, signed or kind.kind is Kind.POINTS)
        case Truth():
            if value.nm:
                return "not meaningful"
            return "unknown" if value.value is None else ("true" if value.value else "false")
        case Words():
            return "unknown" if value.possible is None else " or ".join(plain_options(w, kind) for w in value.possible)
        case Members():
            if value.members is None:
                return "unknown"
            order = [o for o in kind.options if o in value.members] or sorted(value.members)
            return ", ".join(plain_options(w, kind) for w in order) or "none"
        case Day():
            return value.value.isoformat() if value.value else "unknown"


def plain_options(word: str, kind: Type) -> str:
    """An option of a choice or set as prose; outcomes and texts stand as they were written."""
    return word.replace("_", " ") if kind.kind in (Kind.CHOICE, Kind.SET) else word


def _bounds(figure: Figure, kind: Type, currency: str | None, signed: bool) -> str:
    low, high = figure.low, figure.high
    if figure.nm:
        return "n.m."
    if not figure.known:
        return "unknown"
    if math.isinf(high):
        return f"at least {show(low, kind, currency, signed)}"
    if math.isinf(low):
        return f"at most {show(high, kind, currency, signed)}"
    first, last = show(low, kind, currency, signed), show(high, kind, currency, signed)
    if first == last:
        return first
    tail = f" {kind.currency or currency}" if kind.kind is Kind.MONEY and (kind.currency or currency) else ""
    return f"{first.removesuffix(tail)} to {last}" if tail else f"{first} to {last}"
