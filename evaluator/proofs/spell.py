"""A figure of the solver as an analyst writes it: `31%`, `5bn USD`, `22x`, `2026-08-27`; and rounder ones near it.

In: a fraction and the type of a name. Out: text that `given` reads. Must not know the solver.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from dsl.types.scales import scaled
from dsl.types.units import Kind, Type

_UNIT = {Kind.PERCENT: Fraction(1, 100), Kind.POINTS: Fraction(1, 100), Kind.MONEY: Fraction(10**9)}
_ENDING = {Kind.PERCENT: "%", Kind.POINTS: "pp", Kind.MULTIPLE: "x"}
_GRAINS = tuple(Fraction(g) for g in ("100", "50", "20", "10", "5", "2", "1", "0.5", "0.1", "0.05", "0.01", "0.001"))
_DIGITS = 12


def spell(value: Fraction, kind: Type, currency: str | None) -> str:
    """A figure in its unit; `currency` is that of money that does not say its currency."""
    if kind.kind is Kind.DATE:
        return dt.date.fromordinal(int(value)).isoformat()
    if kind.kind is Kind.MONEY:
        code = kind.currency or currency
        many, word = scaled(value)
        return f"{_decimal(many)}{word}{f' {code}' if code else ''}" if value else "0"
    return f"{_decimal(value / _UNIT.get(kind.kind, Fraction(1)))}{_ENDING.get(kind.kind, '')}"


def _decimal(value: Fraction) -> str:
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):.{_DIGITS}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounder(value: Fraction, kind: Type) -> Iterator[Fraction]:
    """Rounder figures near one, the roundest first; below and above it."""
    if kind.kind is Kind.DATE:
        yield Fraction(dt.date(2026, 1, 1).toordinal())
        return
    unit = _UNIT.get(kind.kind, Fraction(1))
    seen: set[Fraction] = set()
    for grain in _GRAINS:
        step = grain * unit
        down = value // step * step
        for near in sorted((down, down + step), key=lambda n: abs(n - value)):
            if near not in seen and abs(near - value) <= max(abs(value), unit * 20):
                seen.add(near)
                yield near
