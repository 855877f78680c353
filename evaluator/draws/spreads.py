"""Distributions as functions of a chance between 0 and 1: what is drawn for each chance.

In: a `Spread` of a program, the past of a name, the bounds of its input. Out: a `Drawer`. Must not know programs or sequences.

- `low to high` is an interval of 90%: log-normal where both are above 0, else normal, with a 5% chance of less than its low and
  of more than its high (as squigglepy reads `to`).
- Where a distribution goes beyond the bounds of its input, what lies beyond is not drawn and the rest counts for it; how much that
  was is said (`outside`).
- `from history` draws one of the figures that were known, `from changes` today's figure with one of the changes from a period to the
  next: of money and counts as growth, where all figures were above 0, else as a difference (Efron's bootstrap, 1979).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from dsl.program.declared import Spread
from evaluator.draws.quantiles import normal_at

MOST_OUTSIDE = 0.5
"""Where more than this part of a distribution lies beyond the bounds, one of the two is a mistake."""
_NINETY = float(special.ndtri(0.95))


class NotDrawn(Exception):
    """Why nothing can be drawn, and what to do."""

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why)
        self.why, self.mend = why, mend


@dataclass(frozen=True)
class Drawer:
    """What is drawn for each chance: figures, or places in `words`. `outside`: how much of the distribution lies beyond the
    bounds; `of`: of how many past figures it is drawn, 0 where of none."""

    draw: Callable[[Any], Any]
    outside: float = 0.0
    words: tuple[str | bool, ...] = ()
    of: int = 0


@dataclass(frozen=True)
class Past:
    """What was known of a name: its figures, the oldest first, those of two periods that follow each other, and today's. `growth`:
    whether it changes by growth, as money and counts do."""

    figures: tuple[float, ...] = ()
    pairs: tuple[tuple[float, float], ...] = ()
    today: float | None = None
    growth: bool = False


@dataclass(frozen=True)
class _Shape:
    """The share below a figure, and the figure below which a share is."""

    below: Callable[[Any], Any]
    at: Callable[[Any], Any]


def drawer(
    spread: Spread,
    low: float = -math.inf,
    high: float = math.inf,
    past: Past | None = None,
    rising: bool = False,
) -> Drawer:
    """A distribution within bounds. `rising`: that a higher chance must give a higher figure. Raises NotDrawn."""
    if spread.words:
        weights = np.array(spread.figures) / sum(spread.figures)
        cumulative = np.cumsum(weights)
        return Drawer(
            lambda u: np.minimum(np.searchsorted(cumulative, u, side="right"), len(weights) - 1), 0.0, spread.words
        )
    if spread.distribution in ("history", "changes"):
        values = _from_past(spread.distribution, past or Past())
        found = _discrete(values, [1.0] * len(values), low, high)
        return Drawer(found.draw, found.outside, (), len(values))
    if spread.distribution == "discrete":
        return _discrete(spread.figures[::2], spread.figures[1::2], low, high)
    if spread.distribution == "mixture":
        return _mixture(spread, low, high, rising)
    shape = shape_of(spread)
    under, over = float(shape.below(low)), float(shape.below(high))
    inside = over - under
    _refuse(1 - inside)
    if inside > 1 - 1e-15:
        return Drawer(shape.at)
    return Drawer(lambda u: np.clip(shape.at(under + u * inside), low, high), 1 - inside)


def _refuse(outside: float) -> None:
    if outside > MOST_OUTSIDE:
        raise NotDrawn(
            f"{outside:.0%} of its distribution lies beyond the bounds of the input",
            "give it another distribution, or mend the bounds",
        )


def shape_of(spread: Spread) -> _Shape:
    """A distribution with a density, or a mixture of such."""
    figures = spread.figures
    match spread.distribution:
        case "normal":
            return _normal(*figures)
        case "lognormal":
            return _lognormal(*figures)
        case "to":
            return interval(*figures)
        case "uniform":
            least, most = figures
            return _Shape(
                lambda x: np.clip((x - least) / (most - least), 0.0, 1.0), lambda u: least + u * (most - least)
            )
        case "triangular":
            return _triangular(*figures)
        case "beta":
            a, b = figures
            return _Shape(lambda x: special.betainc(a, b, np.clip(x, 0.0, 1.0)), lambda u: special.betaincinv(a, b, u))
        case _:
            return _mixed(spread)


def _normal(mean: float, spread: float) -> _Shape:
    def at(u: Any) -> Any:
        found = normal_at(u)
        found *= spread
        found += mean
        return found

    return _Shape(lambda x: special.ndtr((x - mean) / spread), at)


def _lognormal(mean: float, spread: float) -> _Shape:
    def below(x: Any) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(x > 0, special.ndtr((np.log(np.maximum(x, 0.0)) - mean) / spread), 0.0)

    return _Shape(below, lambda u: np.exp(mean + spread * normal_at(u)))


def interval(low: float, high: float) -> _Shape:
    """90% between two figures: log-normal where both are above 0, else normal."""
    if low > 0:
        a, b = math.log(low), math.log(high)
        return _lognormal((a + b) / 2, (b - a) / 2 / _NINETY)
    return _normal((low + high) / 2, (high - low) / 2 / _NINETY)


def _triangular(least: float, mode: float, most: float) -> _Shape:
    width, rise, fall = most - least, mode - least, most - mode

    def below(x: Any) -> Any:
        inside = np.clip(x, least, most)
        up = (inside - least) ** 2 / (width * rise) if rise else np.zeros_like(inside)
        down = 1 - (most - inside) ** 2 / (width * fall) if fall else np.ones_like(inside)
        return np.where(inside < mode, up, down)

    def at(u: Any) -> Any:
        return np.where(
            u < rise / width, least + np.sqrt(u * width * rise), most - np.sqrt((1 - u) * width * fall)
        )  # fmt: skip

    return _Shape(below, at)


def _discrete(values: Sequence[float], weights: Sequence[float], low: float, high: float) -> Drawer:
    ordered = sorted(zip(values, weights, strict=True))
    whole = sum(weights)
    inside = [(v, w) for v, w in ordered if low <= v <= high]
    kept = sum(w for _, w in inside)
    _refuse(1 - kept / whole)
    figures = np.array([v for v, _ in inside])
    cumulative = np.cumsum([w / kept for _, w in inside])
    outside = 0.0 if len(inside) == len(ordered) else 1 - kept / whole
    last = len(figures) - 1
    return Drawer(lambda u: figures[np.minimum(np.searchsorted(cumulative, u, side="right"), last)], outside)


def _from_past(kind: str, past: Past) -> list[float]:
    given = past.figures if kind == "history" else past.pairs
    if len(given) < 2 or (kind == "changes" and past.today is None):
        what = "figures" if kind == "history" else "changes from one period to the next"
        raise NotDrawn(
            f"it is drawn from its past, and {len(given)} of its {what} are known",
            "bring more periods, or write how it is spread, such as `5% to 10%`",
        )
    if kind == "history" or past.today is None:
        return list(past.figures)
    if past.growth and min(min(pair) for pair in past.pairs) > 0:
        return [past.today * b / a for a, b in past.pairs]
    return [past.today + b - a for a, b in past.pairs]


# --- mixtures ---------------------------------------------------------------------------------------------------


def _mixture(spread: Spread, low: float, high: float, rising: bool) -> Drawer:
    if rising and any(part.distribution == "discrete" for part in spread.parts):
        raise NotDrawn("it is correlated, and a mixture of values and ranges cannot be", "write its ranges alone")
    if rising:
        shape = _mixed(spread)
        under, over = float(shape.below(low)), float(shape.below(high))
        _refuse(1 - (over - under))
        return Drawer(lambda u: np.clip(shape.at(under + u * (over - under)), low, high), 1 - (over - under))
    parts, inside = [], []
    for part, likely in zip(spread.parts, spread.figures, strict=True):
        try:
            found = drawer(part, low, high)
        except NotDrawn:
            found = drawer(part, low, high) if likely == 0 else _whole_part(part, low, high)
        parts.append(found)
        inside.append(likely * (1 - found.outside))
    _refuse(1 - sum(inside))
    starts = np.concatenate([[0.0], np.cumsum(inside)]) / sum(inside)

    def draw(u: Any) -> Any:
        found = np.empty(np.shape(u))
        for at, part in enumerate(parts):
            first, last = starts[at], starts[at + 1]
            here = (u >= first) & ((u < last) if at < len(parts) - 1 else True)
            if np.any(here):
                within = np.clip((u[here] - first) / (last - first), 1e-16, 1 - 1e-16)
                found[here] = part.draw(within)
        return found

    outside = 1 - sum(inside)
    return Drawer(draw, outside if outside > 1e-15 else 0.0)


def _whole_part(part: Spread, low: float, high: float) -> Drawer:
    """A part of a mixture of which more than half lies beyond the bounds: the mixture as a whole may be well inside."""
    if part.distribution == "discrete":
        return Drawer(lambda u: np.full(np.shape(u), np.nan), 1.0)
    shape = shape_of(part)
    under, over = float(shape.below(low)), float(shape.below(high))
    return Drawer(lambda u: np.clip(shape.at(under + u * (over - under)), low, high), 1 - (over - under))


def _mixed(spread: Spread) -> _Shape:
    """A mixture as one distribution; the figure of a share is found by halving."""
    shapes = [shape_of(part) for part in spread.parts]

    def below(x: Any) -> Any:
        found: Any = 0.0
        for shape, likely in zip(shapes, spread.figures, strict=True):
            found = found + likely * shape.below(x)
        return found

    def at(u: Any) -> Any:
        ends = [
            shape.at(np.clip(u, 1e-300, 1 - 1e-16))
            for shape, likely in zip(shapes, spread.figures, strict=True)
            if likely
        ]
        low, high = np.min(ends, axis=0), np.max(ends, axis=0)
        for _ in range(60):
            middle = low + (high - low) / 2
            less = below(middle) < u
            low, high = np.where(less, middle, low), np.where(less, high, middle)
        return high

    return _Shape(below, at)
