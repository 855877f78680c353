"""Share splits, seen in filings that give old figures anew on another basis.

In: figures per share and numbers of shares as they stood and as a filing gives them, and the ratios that filings speak of.
Out: the ratio of the split that a filing shows. Must not know files or mappings.

A company files `27.26` a share in July 2021 and `1.36` for the same quarter in July 2022: it has split its shares 20 for
1. Each figure that is given anew leaves an interval for the ratio, by the rounding of both; what they agree on is the
ratio, of whatever size, unless as many figures say that nothing was split.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction

from dsl.text.record import record

ONE = Fraction(1)
_STRONG = Fraction(6, 100)
"""An interval narrower than this, in parts of the ratio, tells one ratio from the next."""
_BIG = Fraction(19, 10)
"""No restatement changes two figures by such a factor and by the same one."""
_SMALL = Fraction(6, 5)
"""A smaller ratio (a stock dividend) has to be seen in shares and in figures per share."""
_CHANCE = Fraction(1, 1000)
_LEVEL = Fraction(15, 100)
"""So far the number of shares may lie from the ratio's by what was issued and bought back since the filing before."""
_FRACTIONS = Fraction(1, 10_000)
"""Fractions of shares that a reverse split leaves are rounded up or paid out: so much of all shares at the most."""
SLIPS = tuple(Fraction(1000) ** n for n in (1, 2, -1, -2))
"""A filing that gives thousands for ones, or the like: figures of one concept are off by such a factor, and no others."""


@record
class Observed:
    """A figure that a filing gives anew: what stood, what stands; `shares` for a number of shares."""

    was: Decimal
    now: Decimal
    shares: bool

    def bounds(self) -> Bounds | None:
        """Between which ratios (new shares for one old) rounding leaves it; None where it tells nothing."""
        was, now = abs(Fraction(self.was)), abs(Fraction(self.now))
        half = _half_share if self.shares else _half_cent
        off_was, off_now = Fraction(half(self.was)), Fraction(half(self.now))
        if (self.was > 0) != (self.now > 0) or was <= off_was or now <= off_now:
            return None
        if self.shares:
            off_now += now * _FRACTIONS
            return Bounds((now - off_now) / (was + off_was), (now + off_now) / (was - off_was), True)
        return Bounds((was - off_was) / (now + off_now), (was + off_was) / (now - off_now), False)

    def fits(self, ratio: Fraction) -> bool:
        """Whether it is the same figure after a split of that ratio (1: after none)."""
        found = self.bounds()
        return found.hold(ratio) if found is not None else self.was == self.now


@record
class Bounds:
    """An interval for a ratio."""

    low: Fraction
    high: Fraction
    shares: bool

    def hold(self, ratio: Fraction) -> bool:
        """Whether a ratio lies in it."""
        return self.low <= ratio <= self.high

    @property
    def width(self) -> Fraction:
        """In parts of the ratio."""
        return (self.high - self.low) / self.low


def split_of(observed: Sequence[Observed], announced: Collection[Fraction]) -> Fraction | None:
    """The ratio of the split that a filing shows by all that it gives anew; None where it shows none.

    `announced`: ratios that this or an earlier filing speaks of, in either direction.
    """
    bounds = [found for o in observed if (found := o.bounds()) is not None]
    still = [b for b in bounds if b.hold(ONE)]
    moved = sorted((b for b in bounds if not b.hold(ONE)), key=lambda b: b.width)
    known = {r for ratio in announced for r in (ratio, 1 / ratio)}
    best: tuple[int, Fraction] | None = None
    for seed in moved:
        low, high, fit = seed.low, seed.high, [seed]
        for other in (b for b in moved if b is not seed):
            if max(low, other.low) <= min(high, other.high):
                low, high = max(low, other.low), min(high, other.high)
                fit.append(other)
        spoken = next((r for r in sorted(known) if low <= r <= high), None)
        ratio = simplest(low, high) if spoken is None else spoken
        sure = _sure(ratio, fit, spoken is not None)
        against = sum(not b.hold(ratio) for b in still)
        if sure and len(fit) > against and (best is None or len(fit) > best[0]):
            best = len(fit), ratio
    return best[1] if best else None


def _sure(ratio: Fraction, fit: Sequence[Bounds], known: bool) -> bool:
    """Whether figures that agree on a ratio do so for no other reason than a split."""
    strong = [b for b in fit if b.width <= _STRONG]
    both = len({b.shares for b in fit}) == 2
    if ratio in SLIPS and not both:
        return False
    if known:
        return bool(strong) or len(fit) > 1
    if len(strong) < 2:
        return False
    size = max(ratio, 1 / ratio)
    if both or size >= _BIG:  # nothing else gives more shares and as much less per share
        return True
    chance = ONE
    for b in fit:
        chance *= min(ONE, b.width * ratio.numerator * ratio.denominator)
    return chance <= _CHANCE and size >= _SMALL


def by_level(was: Decimal, now: Decimal, announced: Collection[Fraction]) -> Fraction | None:
    """The announced ratio by which the number of shares has changed from one filing to the next, though of another day."""
    if was <= 0 or now <= 0:
        return None
    change = Fraction(now) / Fraction(was)
    known = sorted(r for ratio in announced for r in {ratio, 1 / ratio} if max(r, 1 / r) >= Fraction(3, 2))
    return next((r for r in known if abs(change / r - 1) <= _LEVEL), None)


def slip_of(observed: Sequence[Observed], ratio: Fraction) -> Fraction | None:
    """By which factor all that a filing gives anew of one concept is off, where that is a slip of thousands."""
    apart = [o for o in observed if o.was and o.now]
    if not apart or any(o.fits(ratio) for o in apart):
        return None
    for slip in SLIPS:
        if all(Observed(o.was, o.now * slip.numerator / slip.denominator, True).fits(ratio) for o in apart):
            return slip
    return None


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of the smallest numerator and denominator between two, both above 0 (Stern and Brocot's tree)."""
    whole = -(-low.numerator // low.denominator)
    if whole <= high:
        return Fraction(whole)
    below = whole - 1
    return below + 1 / simplest(1 / (high - below), 1 / (low - below))


def _half_cent(value: Decimal) -> Decimal:
    """Half a unit of the last digit of a figure per share: two decimals are printed at least, the JSON drops zeros."""
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(5).scaleb(min(exponent, -2) - 1)


def _half_share(value: Decimal) -> Decimal:
    """Half a unit of the last digit of a number of shares that is not 0: 660,000,000 is printed in millions."""
    digits = str(int(abs(value)))
    return Decimal(5).scaleb(len(digits) - len(digits.rstrip("0")) - 1)
