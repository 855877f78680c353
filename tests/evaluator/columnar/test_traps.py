"""Where columns go wrong in other hands: NaN, −0.0, tolerance, overflow, gaps, what was not known yet. Each is held to the reference
evaluator in one screen; what it must come to stands beside it."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dsl.types.units import Frequency
from evaluator.columnar.algebra.limits import NotColumnar
from evaluator.columnar.algebra.thresholds import just_above, just_below
from evaluator.columnar.engine import Columnar, Mixed, split
from evaluator.columnar.polars_terms import _LAST_FOLDED, _folds
from evaluator.screening.by_rows import ByRows
from evaluator.screening.protocol import Asked, Table
from evaluator.values.bounds import close
from tests.support.screens import DAY, agree, everything, panel, program_of

RULES = """rules traps
input a "A" : number
input b "B" : number
input f "F" : flag
metric add = a + b
metric sub = a - b
metric mul = a * b
metric quo = a / b
metric third = a / 3
metric root = (a * b) ^ 0.5
metric larger = a > b
metric equal = a = b
metric at_most = a <= 0.3
metric below = a < 3
metric kleene = f and a > b
metric least = max(a, 0)
pillar p "?"
bull c "C" on p when a / b > 1 and f
verdict v "V" when c then "Yes" otherwise "No"
"""
CASES: dict[str, tuple[float | None, float | None, bool | None, dict[str, Any]]] = {
    "null and false": (None, 1.0, False, {"kleene": False, "c": False, "v": "No"}),
    "null and true": (None, 1.0, True, {"kleene": None, "v": None, "least": None, "least.low": 0.0}),
    "zero below the line": (1.0, 0.0, True, {"quo.state": "not meaningful", "c.state": "not meaningful", "v": "No"}),
    "minus zero below it": (1.0, -0.0, True, {"quo.state": "not meaningful"}),
    "unknown by zero": (None, 0.0, True, {"quo.state": "unknown"}),
    "minus zero": (0.0, -5.0, True, {"mul": 0.0}),
    "too large a product": (1e308, 10.0, True, {"mul.state": "unknown", "v": "Yes"}),
    "too large a sum": (1e308, 1e308, True, {"add.state": "unknown", "sub": 0.0}),
    "tenths": (0.1 + 0.2, 0.3, True, {"equal": True, "sub": 0.0, "at_most": True, "larger": False}),
    "a billion and one": (999_999_999.0, 1e9, True, {"sub": 0.0, "equal": True}),
    "a billion and two": (999_999_998.0, 1e9, True, {"sub": -2.0, "equal": False}),
    "nearly three": (just_below(3.0), 1.0, True, {"below": True}),
    "three": (math.nextafter(just_below(3.0), 4.0), 1.0, True, {"below": False}),
    "thirds": (50.8, 1.0, True, {"third": 50.8 / 3}),
    "a root of nothing": (-4.0, 1.0, True, {"root.state": "not meaningful"}),
    "the smallest float": (5e-324, 1e-300, True, {"mul": 0.0}),
}


def _table(rows: Mapping[str, Any]) -> Table:
    return Table(pl.LazyFrame(rows, schema_overrides={"a": pl.Float64, "b": pl.Float64, "f": pl.Boolean}), DAY)


def test_each_trap_is_what_the_reference_says() -> None:
    program = program_of(RULES)
    columns = {"name": list(CASES), **{x: [case[n] for case in CASES.values()] for n, x in enumerate("abf")}}
    table, asked = _table(columns), everything(program)
    assert agree(program, table, engines=("streaming", "in-memory")) == asked
    for row in Columnar().judged(program, table, asked).collect().iter_rows(named=True):
        wanted = CASES[row["name"]][3]
        assert {x: row[x] for x in wanted} == wanted, row["name"]
        assert (
            math.copysign(1.0, row["mul"] or 1.0) == math.copysign(1.0, (row["a"] or 1.0) * (row["b"] or 1.0))
            or not row["mul"]
        )


def test_a_column_of_one_value_keeps_its_length_beside_a_literal() -> None:
    program = program_of(
        "rules r\ninput a : number\nmetric above = a > 1\nmetric more = a >= 1\nmetric third = a / 3\n"
    )
    rows = pl.LazyFrame({"name": ["x", "y", "z"]}).with_columns(pl.lit(3.0).alias("a"))
    agree(program, Table(rows, DAY), engines=("streaming", "in-memory"))


SCORED = """rules scored
input a "A" : number
input b "B" : number
pillar p "?"
bull c "C" on p weight 5 applies when b <= b when a < 1
bull d "D" on p weight 1 when a < 0
"""


def test_a_score_of_names_that_are_judged_alike_is_one_number() -> None:
    """Polars holds a column of which all rows choose the same literal as one value, and multiplies by its reciprocal where it divides."""
    program = program_of(SCORED)
    rows = {"name": list("xyz"), "a": [0.5, 0.25, -1.0], "b": [1.0, None, 3.0]}
    agree(program, Table(pl.LazyFrame(rows), DAY), engines=("streaming", "in-memory"))
    found = Columnar().judged(program, Table(pl.LazyFrame(rows), DAY), everything(program)).collect()
    assert found["score"].to_list() == [5 / 6, None, 1.0]


NILS = """rules nils
input a "A" : number
input b "B" : number
metric m = a * b
metric n = if a > 5 then b else a
pillar p "?"
bull c "C" on p when a > 100
bear d "D" on p when a > 100
"""


def test_no_minus_zero_is_in_a_result() -> None:
    """Neither a score, of which the greatest is the least of the other side, nor a figure of the table; nor in the reference's."""
    program = program_of(NILS)
    table = Table(pl.LazyFrame({"name": ["x", "y", "z"], "a": [-0.0, 0.0, 6.0], "b": [3.0, -5.0, -0.0]}), DAY)
    for engine in (Columnar(), ByRows()):
        found = engine.judged(program, table, everything(program)).collect().select(pl.col(pl.Float64))
        assert found["score"].to_list() == [0.0, 0.0, 0.0]
        assert not [x for column in found for x in column if x == 0 and math.copysign(1.0, x) < 0]


def test_minus_zero_is_shown_as_zero() -> None:
    found = Columnar().judged(
        program_of(RULES),
        _table({"name": ["x", "y"], "a": [0.0, 0.0], "b": [-5.0, -4.0], "f": [True, True]}),
        Asked(metrics=("mul",)),
    )
    assert math.copysign(1.0, found.collect()["mul"][0]) == 1.0


def test_nan_and_infinity_are_no_figures() -> None:
    program, asked = program_of(RULES), everything(program_of(RULES))
    odd = _table({"name": ["n", "i"], "a": [math.nan, -math.inf], "b": [1.0, 1.0], "f": [True, True]})
    none = _table({"name": ["n", "i"], "a": [None, None], "b": [1.0, 1.0], "f": [True, True]})
    engine = Columnar()
    assert_frame_equal(engine.judged(program, odd, asked).collect(), engine.judged(program, none, asked).collect())


def test_texts_that_look_like_numbers_are_refused() -> None:
    table = Table(pl.LazyFrame({"name": ["x"], "a": ["1.5"]}), DAY)
    with pytest.raises(TypeError, match="`a` of the table is String, and the rules want Float64"):
        Columnar().judged(program_of(RULES), table, Asked(metrics=("add",)))


PERIODS = """rules periods
input x "X" : number per quarter
metric before = lag(x, 1)
metric grown = yoy(x)
metric together = sum(x, 3 quarters)
metric highest = max(x, 3 quarters)
metric newest = latest(x)
metric held = x > 1 for 2 quarters
metric run = streak(x > 1)
"""


def test_a_missing_period_is_unknown_and_never_passed_over() -> None:
    ends = [
        dt.date(2025, 3, 31),
        dt.date(2025, 6, 30),
        dt.date(2025, 12, 31),
        dt.date(2026, 3, 31),
    ]  # 2025-09-30 is missing
    rows = pl.LazyFrame({"name": ["x"] * 4, "period_end": ends, "x": [10.0, 20.0, 30.0, 40.0]})
    table, program = Table(rows, DAY, Frequency.QUARTER), program_of(PERIODS)
    agree(program, table)
    found = Columnar().judged(program, table, everything(program)).collect().row(0, named=True)
    assert (found["before"], found["grown"], found["newest"], found["held"]) == (30.0, 3.0, 40.0, True)
    assert (found["together"], found["together.state"], found["highest.low"], found["highest"]) == (
        None,
        "unknown",
        40.0,
        None,
    )
    assert (found["run"], found["run.low"], found["run.state"]) == (None, 2.0, "bounded")


def test_nothing_is_seen_before_it_was_known() -> None:
    program = program_of(PERIODS)
    rows = pl.LazyFrame(
        {
            "name": ["x"] * 3,
            "period_end": [dt.date(2025, 12, 31), dt.date(2026, 3, 31), dt.date(2025, 12, 31)],
            "known": [dt.date(2026, 2, 1), dt.date(2026, 5, 1), dt.date(2026, 6, 1)],
            "x": [10.0, 40.0, 20.0],  # the year's last quarter is restated in June
        }
    )
    table = Table(rows, DAY, Frequency.QUARTER)
    agree(program, table, history=True)
    asked = Asked(metrics=("x", "before"), history=True)
    found = Columnar().judged(program, table, asked).collect().select("as_of", "x", "before").rows()
    days = [dt.date(2026, 2, 1), dt.date(2026, 5, 1), dt.date(2026, 6, 1)]
    assert found == [(days[0], 10.0, None), (days[1], 40.0, 10.0), (days[2], 40.0, 20.0)]


MIXED = """rules mixed
input a "A" : number
input s "S" : set of (x, y)
pillar p "?"
bull c "C" on p when a > 1
bull d "D" on p when median(a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) > 6 and s includes x
kill k when a > 100
verdict v "V" when c then "Yes" otherwise "No"
verdict w "W" when d then "Yes" otherwise "No"
"""


def test_what_columns_cannot_say_is_named_and_judged_by_rows() -> None:
    program = program_of(MIXED)
    table = Table(pl.LazyFrame({"name": ["one", "two", "three"], "a": [1.0, None, 200.0]}), DAY)
    asked = Asked.everything(program)
    with pytest.raises(NotColumnar, match="d: the median of more than 12 figures"):
        Columnar().judged(program, table, Asked(conditions=("d",)))
    columns, rows, why = split(program, table, asked)
    assert (columns.verdicts, rows.verdicts, rows.pillars, columns.kills) == (("v",), ("w",), ("p",), ("k",))
    assert dict(why)["d"] == "the median of more than 12 figures"
    mixed = Mixed()
    assert_frame_equal(mixed.judged(program, table, asked).collect(), ByRows().judged(program, table, asked).collect())
    assert mixed.by_rows[0] == ("w", "d: the median of more than 12 figures")


def test_thresholds_have_the_tolerance_in_them() -> None:
    for threshold in (0.0, 3.0, -3.0, 0.38, 1e308, -1e308, 5e-324, 1e-310, 1e9):
        below, above = just_below(threshold), just_above(threshold)
        assert below < threshold < above
        assert not close(below, threshold)
        assert not close(above, threshold)
        for inside in (math.nextafter(below, math.inf), math.nextafter(above, -math.inf)):
            assert inside == threshold or close(inside, threshold)


@pytest.mark.soak
def test_no_letter_beyond_the_first_plane_is_folded() -> None:
    assert _folds()
    odd = [
        c for c in map(chr, range(_LAST_FOLDED, 0x110000)) if len(c.lower()) == 1 and c.lower().casefold() != c.lower()
    ]
    assert not odd


FRESH = """rules fresh
input x "X" : number per quarter stale after {} days
input d "D" : number stale after {} days
input e "E" : number stale after {}
metric m = x + d
metric n = x * e
metric before = lag(x * d, 1)
metric long_before = lag(x * e, 3)
metric highest = max(x * d, 4 quarters)
pillar p "?"
bull c "C" on p when x * d > 1 for 2 quarters
"""


@pytest.mark.parametrize("seed", range(3))
def test_what_grows_too_old_does_so_as_of_each_day(seed: int) -> None:
    draw = random.Random(seed)
    program = program_of(
        FRESH.format(draw.choice((30, 100, 200)), draw.choice((40, 95, 300)), draw.choice(("1 quarter", "5 months")))
    )
    for history in (False, True):
        said = agree(program, panel(program, draw, names=3), history=history)
        assert set(said.metrics) == {*program.metrics, *program.inputs}


MONTHS = """rules months
input x : number per month
metric a = average(x, 100 months)
metric b = lag(x, 90)
metric s = streak(x >= 0)
"""


def test_windows_of_many_periods() -> None:
    ends = [dt.date(y + m // 12, m % 12 + 1, 1) - dt.timedelta(days=1) for y in range(2016, 2026) for m in range(1, 13)]
    rows = {"name": ["x"] * 120, "period_end": ends, "x": [float(n % 7) for n in range(120)]}
    program = program_of(MONTHS)
    said = agree(program, Table(pl.LazyFrame(rows), DAY, Frequency.MONTH))
    assert said.metrics == ("a", "b", "s", "x")
