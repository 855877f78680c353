"""How far figures lie apart, in columns as in the reference: of numbers, of bounds, of what is missing, of sizes at the ends of floats."""

from __future__ import annotations

import math
import random

import polars as pl
import pytest

from evaluator.columnar.algebra import deviations
from evaluator.columnar.algebra.figures import Bounded, Plain
from evaluator.columnar.algebra.functions import Columns
from evaluator.columnar.algebra.terms import Term, Terms
from evaluator.columnar.polars_terms import frame
from evaluator.engine.functions import windows
from evaluator.values.values import NO_CAUSES, Figure

SIZES = (0.0, 1.0, 2.0, 3.0, -1.5, 0.1, 1e-200, 3e-200, 1e200, 4e200, 1e308, -1e308, -math.inf, math.inf)
PLAIN = (0.0, 1.0, 2.0, 3.0, -1.5, 0.1, 7.0)


def _figure(draw: random.Random, sizes: tuple[float, ...]) -> Figure:
    """A figure of any kind."""
    a, b = draw.choice(sizes), draw.choice(sizes)
    low, high = (min(a, b), max(a, b)) if draw.random() < 0.5 else (a, a)
    if (math.isinf(low) and low == high) or draw.random() < 0.05:
        return draw.choice([Figure.unknown(NO_CAUSES), Figure.meaningless(NO_CAUSES)])
    odd = draw.random()
    return Figure(low, high, undefined=odd < 0.05, assumed=0.05 < odd < 0.1 and low != high)


def _calculated(rows: list[list[Figure]], name: str) -> list[Figure]:
    k = Terms()
    f = Columns(k)
    columns: dict[str, list[float | bool]] = {}

    def column(at: int, part: str) -> Term:
        values = [getattr(row[at], part) for row in rows]
        columns[f"{part} {at}"] = (
            [v or w for v, w in zip(values, (r[at].nm for r in rows), strict=True)] if part == "undefined" else values
        )
        made = k.column(f"{part} {at}", "f" if part in ("low", "high") else "b")
        return k.or_else(made, 0.0) if part in ("low", "high") else k.fill(made, False)

    items = [
        Bounded(*(column(at, part) for part in ("low", "high", "undefined", "nm", "assumed")))
        for at in range(len(rows[0]))
    ]
    found = deviations.stdev(f, items) if name == "stdev" else deviations.volatility(f, items, per_year=4)
    ends = f.bounded(found)
    outputs = {"low": ends.low, "high": ends.high, "undefined": ends.undefined, "nm": ends.nm, "assumed": ends.assumed}
    made = frame(pl.LazyFrame({"name": range(len(rows)), **columns}), ["name"], outputs).collect()
    return [
        Figure(r["low"], r["high"], NO_CAUSES, frozenset(), r["undefined"], r["nm"], r["assumed"])
        for r in made.iter_rows(named=True)
    ]


def _same(a: float, b: float) -> bool:
    return a == b or math.isclose(a, b, rel_tol=1e-9)


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("sizes", [SIZES, PLAIN])
def test_of_bounds(count: int, sizes: tuple[float, ...]) -> None:
    draw = random.Random(count)
    rows = [[_figure(draw, sizes) for _ in range(count)] for _ in range(150)]
    for name in ("stdev", "volatility"):
        for row, found in zip(rows, _calculated(rows, name), strict=True):
            wanted = windows.stdev(row) if name == "stdev" else windows.volatility(row, per_year=4)
            parts = [(x.undefined, x.nm, x.assumed) for x in (found, wanted)]
            near = _same(found.low, wanted.low) and _same(found.high, wanted.high)
            assert (near, parts[0]) == (True, parts[1]), (name, row, found, wanted)


def test_what_may_mean_nothing_has_no_volatility() -> None:
    maybe = Figure(2.0, 2.0, undefined=True)
    assert not windows.volatility([Figure.exact(1.0), maybe, Figure.exact(3.0)], per_year=4).known


def test_of_numbers_beside_one_another() -> None:
    k = Terms()
    f = Columns(k)
    found = deviations.stdev(f, [f.plain(k.const(x)) for x in (1e200, 2e200, 4e200)])
    assert isinstance(found, Plain)
    assert math.isclose(found.value.value, 1.5275252316519468e200)
