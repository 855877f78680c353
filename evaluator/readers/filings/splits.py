"""Share splits, seen in filings that give an old figure anew on another basis; and old figures brought to the new one.

In: the figures per share and the numbers of shares that filings gave, in the order filed. Out: the splits, and for each
figure that was not given anew its value on the new basis. Must not know files or mappings.

A company files `27.26` a share in July 2021 and `1.36` for the same quarter in July 2022: it has split its shares 20 for
1. From that filing on every per-share figure has to be on the new basis, also of the periods that it does not give
anew, or a growth rate would hold one against another. So those are divided by 20, and said to be derived.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

_WHOLE = (*range(2, 11), 12, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100)
_FACTORS = sorted(
    {Fraction(n) for n in _WHOLE} | {Fraction(3, 2), Fraction(4, 3), Fraction(5, 4), Fraction(5, 2), Fraction(5, 3)}
)
FACTORS = (*_FACTORS, *(1 / f for f in _FACTORS))
"""So many new shares for one old: forward splits, and reverse ones."""
_STRONG = Decimal("0.03")
"""An observation whose rounding is below this share of it tells one factor from the next."""


@dataclass(frozen=True, slots=True)
class Observed:
    """A figure that a filing gives anew: what stood, what stands; `shares` for a number of shares."""

    was: Decimal
    now: Decimal
    shares: bool


@dataclass(frozen=True, slots=True)
class Split:
    """`factor` new shares for one old, on whose basis figures are from a filing on."""

    filed: dt.date
    accession: str
    factor: Fraction

    @property
    def words(self) -> str:
        """`20-for-1 split`."""
        return f"{self.factor.numerator}-for-{self.factor.denominator} split"

    def carry(self, value: Decimal, shares: bool) -> Decimal:
        """A figure of the old basis on the new one, with six digits at the most."""
        top, bottom = self.factor.numerator, self.factor.denominator
        exact = value * top / bottom if shares else value * bottom / top
        return exact.normalize() if shares else round(exact, 6).normalize()


def split_of(
    filed: dt.date, accession: str, observed: Sequence[Observed], announced: Mapping[Fraction, dt.date]
) -> Split | None:
    """The split that a filing shows, if all that it gives anew fits one factor.

    Asked for are two observations that tell the factor surely, or one and a split that some filing had announced.
    """
    for factor in FACTORS:
        if not all(_fits(o, factor) for o in observed):
            continue
        strong = sum(_slack(o, factor) <= abs(o.was) * _STRONG for o in observed)
        known = any(factor in (ratio, 1 / ratio) and day <= filed for ratio, day in announced.items())
        if strong >= 2 or (strong and known):
            return Split(filed, accession, factor)
    return None


def _fits(o: Observed, factor: Fraction) -> bool:
    scale = Decimal(factor.numerator) / factor.denominator
    expected = o.now / scale if o.shares else o.now * scale
    return abs(expected - o.was) <= _slack(o, factor)


def _slack(o: Observed, factor: Fraction) -> Decimal:
    """How far what stood may lie from what stands times the factor, by rounding alone."""
    scale = Decimal(factor.numerator) / factor.denominator
    half = _half_share if o.shares else _half_cent
    return half(o.was) + (half(o.now) / scale if o.shares else half(o.now) * scale)


def _half_cent(value: Decimal) -> Decimal:
    """Half a unit of the last digit of a figure per share: two decimals are printed at least, the JSON drops zeros."""
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(5).scaleb(min(exponent, -2) - 1)


def _half_share(value: Decimal) -> Decimal:
    """Half a unit of the last digit of a number of shares that is not 0: 660,000,000 is printed in millions."""
    digits = str(int(abs(value)))
    return Decimal(5).scaleb(len(digits) - len(digits.rstrip("0")) - 1)
