"""Terms without guards and those with all of them say the same, whatever is in the data: what a row would need a guard for is found."""

from __future__ import annotations

import math
import random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dsl.program.program import Program
from evaluator.columnar.algebra.terms import Term, Terms
from evaluator.columnar.engine import Columnar, Lowered
from evaluator.screening.protocol import Asked, Table
from tests.support.screens import DAY, agree, everything, program_of

RULES = """rules doubts
input a "A" : number
input b "B" : number
input c "C" : number
input f "F" : flag
metric add = a + b
metric sub = a - b
metric mul = a * b
metric quo = a / b
metric quotient_of_sums = (a + b) / (c - a)
metric chain = a / b / c
metric all_three = a + b + c
metric growth = abs(a - b) / c
metric large = max(a * b, c)
metric nothing = a / 0
metric above = a > b
metric same = a = b
metric at_most = a - b <= c
metric means = a / b is meaningful
metric is_there = a * b is known
pillar p "?"
bull c1 "C1" on p when a / b > 1 and c < 3
bear c2 "C2" on p weight 2 when not (a - b >= c) or f
bull c3 "C3" on p weight 3 when quotient_of_sums != 2
verdict v "V" when c1 and not c2 then "One" when c3 then "Two" when c2 then "Three" otherwise "Else"
verdict w "W" applies when a * c > 0 when c1 or c2 then "One" when c3 then "Two"
"""
EDGES = (
    0.0, -0.0, 1.0, -1.0, 3.0, 1e308, -1e308, 1.7e308, 5e-324, -5e-324, 2.5e-315, 1e-300, 1e300, math.nan, math.inf, -math.inf, None,
)  # fmt: skip


@pytest.fixture(scope="module")
def program() -> Program:
    return program_of(RULES)


def _beside(draw: random.Random, x: float | None) -> float | None:
    """A figure that is next to another, or on the edge of the tolerance beside it."""
    if x is None or not math.isfinite(x):
        return x
    part = draw.choice((0.0, 1e-16, 5e-10, 1e-9, 1.0000000000001e-9, 0.9999999999999e-9, 1.1e-9, 3e-9, 1e-8))
    return math.nextafter(
        draw.choice((x, -x)) * draw.choice((1 + part, 1 - part, 1 / (1 + part))), draw.choice((0.0, x, 1e9))
    )


def _rows(draw: random.Random, count: int, odd: float) -> pl.DataFrame:
    """Figures, of which this part are odd or beside each other."""
    columns: dict[str, list[float | None]] = {x: [] for x in "abc"}
    for _ in range(count):
        row = (
            [round(draw.uniform(-50, 50), 6) for _ in "abc"]
            if draw.random() > 0.05
            else [None, draw.uniform(1, 9), 2.0]
        )
        if draw.random() < odd:
            row[draw.randrange(3)] = draw.choice(EDGES)
            first, second = draw.sample(range(3), 2)
            row[first] = _beside(draw, row[second]) if draw.random() < 0.6 else draw.choice(EDGES)
        for x, value in zip("abc", row, strict=True):
            columns[x].append(value)
    flags = [draw.choice((True, False, None)) for _ in range(count)]
    types = {"name": pl.String, **dict.fromkeys("abc", pl.Float64), "f": pl.Boolean}
    return pl.DataFrame({"name": [f"n{n}" for n in range(count)], **columns, "f": flags}, schema=types)


def _same(
    program: Program, rows: pl.DataFrame, asked: Asked, engine: str = "streaming", bare: bool = False
) -> pl.DataFrame:
    """The answers, which are to the last bit those of terms with all guards."""
    table = Table(rows.lazy(), DAY)
    lazy = (Columnar().answers if bare else Columnar().judged)(program, table, asked)
    found: pl.DataFrame = lazy.collect(engine=engine)  # type: ignore[call-overload]
    wanted: pl.DataFrame = Lowered(program, table, asked, bare=bare).frame().collect()
    assert_frame_equal(found, wanted, check_exact=True)
    for name in (n for n, kind in found.schema.items() if kind == pl.Float64):
        assert (found[name].reinterpret(signed=True) == wanted[name].reinterpret(signed=True)).fill_null(True).all(), (
            name
        )
    return found


@pytest.mark.parametrize("odd", [0.0, 0.03, 0.9])
@pytest.mark.parametrize("engine", ["streaming", "in-memory"])
def test_whatever_is_odd_comes_to_what_guards_say(program: Program, odd: float, engine: str) -> None:
    rows = _rows(random.Random(7), 4_000, odd)
    _same(program, rows, everything(program), engine)
    _same(program, rows, everything(program), engine, bare=True)


def test_odd_rows_come_to_what_the_reference_says(program: Program) -> None:
    draw = random.Random(11)
    for odd in (0.1, 0.8):
        rows = _rows(draw, 60, odd).with_columns(pl.when(pl.col(*"abc").is_finite()).then(pl.col(*"abc")))
        agree(program, Table(rows.lazy(), DAY), engines=("streaming", "in-memory"))


def test_blocks_keep_their_order(program: Program) -> None:
    """Of three blocks one has no odd row, one a few, one many."""
    draw = random.Random(3)
    plain = pl.concat([_rows(draw, 1_000, 0.0)] * 110)
    rows = pl.concat([plain, _rows(draw, 500, 0.2), plain, _rows(draw, 90_000, 0.9), plain.head(20_000)])
    rows = rows.with_columns(name=pl.int_range(pl.len()).cast(pl.String))
    found = _same(program, rows, Asked(("v",), (), ("c2",), (), ("sub", "quo"), True), bare=True)
    assert found["name"].equals(rows["name"])


def test_rows_without_anything_odd_are_not_evaluated_twice(program: Program) -> None:
    asked = everything(program)
    quick, looked = (
        Lowered(program, Table(_rows(random.Random(1), 500, 0.0).lazy(), DAY), asked, trusting=True),
        list[int](),
    )

    def careful() -> object:
        looked.append(1)
        raise AssertionError("nothing is odd")

    quick.frame(careful).collect()  # type: ignore[arg-type]
    assert not looked


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("quo", (1.0, 0.0)), ("quo", (0.0, -0.0)), ("mul", (1e308, 10.0)), ("add", (1e308, 1e308)), ("sub", (999_999_999.0, 1e9)),
        ("add", (0.1 + 0.2, -0.3)), ("above", (0.1 + 0.2, 0.3)), ("same", (999_999_999.0, 1e9)), ("add", (math.nan, 1.0)),
        ("quo", (1.0, math.inf)), ("above", (math.inf, 1.0)), ("sub", (2.5e-315, 2.5e-315 - 5e-324)), ("c1", (1.0, 0.0)),
    ],
)  # fmt: skip
def test_each_trap_is_found_and_without_that_the_answer_were_wrong(
    program: Program, monkeypatch: pytest.MonkeyPatch, name: str, row: tuple[float, float]
) -> None:
    rows = pl.DataFrame({"name": ["x"], "a": [row[0]], "b": [row[1]], "c": [2.0], "f": [False]})
    table, kind = Table(rows.lazy(), DAY), "conditions" if name == "c1" else "metrics"
    asked = Asked(**{kind: (name,)})  # type: ignore[arg-type]
    wanted = Lowered(program, table, asked).frame().collect()
    assert_frame_equal(Columnar().judged(program, table, asked).collect(), wanted, check_exact=True)
    monkeypatch.setattr(Terms, "doubt", lambda self, doubt: None)
    blind = Columnar().judged(program, table, asked).collect()
    assert not blind.equals(wanted), "a trap that is none tests nothing"


def test_equal_figures_are_not_in_doubt(program: Program) -> None:
    """Rows of two figures that are the same are common, and cost nothing."""
    rows = pl.DataFrame({"name": ["x", "y"], "a": [3.0, -7.5], "b": [3.0, -7.5], "c": [2.0, 1.0], "f": [False, True]})
    lowered = Lowered(program, Table(rows.lazy(), DAY), Asked(metrics=("sub", "above", "same")), trusting=True)
    assert not _said(rows, lowered.k.in_doubt).any()


def _said(rows: pl.DataFrame, term: Term) -> pl.Series:
    from evaluator.columnar.polars_terms import frame

    return frame(rows.lazy(), [], {"x": term}).collect()["x"]
