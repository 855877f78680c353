"""A screen gives each name what its own facts file would give it, and never what was known later."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.text.source import SourceFile
from dsl.types.units import Frequency
from evaluator.readers.load import read_company
from evaluator.screening.by_rows import ByRows, recorded
from evaluator.screening.companies import NotJudgedError
from evaluator.screening.protocol import AS_OF, NAME, Asked, Table, schema
from evaluator.session import service
from evaluator.session.run import Run
from tests.support.universes import DAY, rules

RULES = """\
rules laws "Laws"
input sales "Sales" : money per year
input debt "Debt" : money per year balance at least 0
input margin "Margin" : percent per year
input pe "Price to earnings" : multiple
input kind "Kind" : choice of (bank, other)
input listed "Listed" : flag
metric growth "Growth" : percent = yoy(sales)
metric leverage "Leverage" = debt / sales
metric both "Both" : percent = if kind is bank then leverage else growth
pillar demand "Is there demand?" applies when listed
bull growing "It grows" on demand when growth > 5%
bear indebted "Much debt" on demand when leverage > 0.5 applies when kind is other
verdict call "The call"
  when pe is not meaningful then "n.m."
  when growing and margin >= 10% then "Buy" bullish
  when pe > 20x or indebted then "Sell" bearish
  otherwise "Wait" neutral
"""
FIGURES = st.one_of(
    st.none(), st.sampled_from((0.0, 0.07, 0.1, 1.0, 20.0, 20.000000001, -3.5, 1e15)), st.floats(-1e9, 1e9)
)
POSITIVE = FIGURES.map(lambda x: None if x is None else abs(x))
ROWS = st.fixed_dictionaries({
    "sales": FIGURES, "debt": POSITIVE, "margin": FIGURES, "pe": FIGURES, "kind": st.sampled_from((None, "bank", "other")),
    "listed": st.sampled_from((None, True, False)),
})  # fmt: skip
TYPES: dict[str, Any] = {
    "sales": pl.Float64, "debt": pl.Float64, "margin": pl.Float64, "pe": pl.Float64, "kind": pl.String, "listed": pl.Boolean,
}  # fmt: skip
YEARS = (2022, 2023, 2024)


def table(rows: list[dict[str, Any]], every: Frequency | None = None, as_of: dt.date = DAY) -> Table:
    beside: dict[str, Any] = {NAME: pl.String} | ({"period_end": pl.Date, "known": pl.Date} if every else {})
    return Table(pl.LazyFrame(rows, schema=beside | TYPES), as_of, every, "USD")


def facts(name: str, rows: list[dict[str, Any]], as_of: dt.date) -> str:
    """The same rows as a facts file would have them, by hand: percents with their sign, multiples with an x."""
    lines = [f"name: {name}", f"ticker: {name}", "currency: USD", "fiscal_year_ends: 12-31", "facts:"]
    for key in TYPES:
        said = []
        for row in rows:
            if row[key] is None:
                continue
            text = _text(key, row[key])
            yearly = key in ("sales", "debt", "margin")
            end, known = row.get("period_end"), row.get("known")
            day = (end or dt.date(2025, 12, 31)) if yearly else (end or as_of)
            when = f"{'period' if yearly else 'date'}: {day}"
            said.append(
                f"    - {{{when}, value: {text}, published: {known or end or as_of}, kind: reported, source: S}}"
            )
        if said:
            lines += [f"  {key}:", *said]
    return "\n".join(lines if len(lines) > 5 else [*lines[:-1], "facts: {}"]) + "\n"


def _text(key: str, value: Any) -> str:
    """A value as a facts file has it: a percent with its sign, a multiple with an x."""
    if isinstance(value, str | bool):
        return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else value
    figure = Decimal(repr(value))
    return f"{figure * 100:f}%" if key == "margin" else f"{figure:f}{'x' if key == 'pe' else ''}"


def by_file(text: str, day: dt.date, asked: Asked) -> dict[str, Any]:
    """What the facts file says of everything that is asked, by the way that a report goes."""
    company, problems = read_company(SourceFile("x.yaml", text))
    assert company is not None, problems
    found = service.run_on(rules(RULES), company, day, {}, service.library_at(()))  # type: ignore[arg-type]
    assert isinstance(found, Run), found
    return recorded(found.evaluation, "X", asked, day)


@settings(max_examples=15, deadline=None)
@given(row=ROWS)
def test_a_row_comes_to_what_its_facts_file_comes_to(row: dict[str, Any]) -> None:
    program = service.program_of(rules(RULES))
    asked = Asked.everything(program)
    found = ByRows().judged(program, table([{NAME: "X", **row}]), asked).collect()
    assert dict(found.schema) == schema(program, asked)
    here = by_file(facts("X", [row], DAY), DAY, asked)
    close(found.row(0, named=True), here)


@settings(max_examples=10, deadline=None)
@given(rows=st.lists(ROWS, min_size=3, max_size=3), late=st.lists(st.integers(1, 500), min_size=3, max_size=3))
def test_a_history_is_what_was_known_on_each_day(rows: list[dict[str, Any]], late: list[int]) -> None:
    """Each day of a history is the screen of the rows that were known by then, and the run of their facts file."""
    program = service.program_of(rules(RULES))
    asked = Asked.everything(program)
    asked = Asked(asked.verdicts, asked.pillars, asked.conditions, (), asked.metrics, True, True, history=True)
    ends = [dt.date(year, 12, 31) for year in YEARS]
    held = [
        {NAME: "X", "period_end": end, "known": end + dt.timedelta(days=n), **row}
        for end, n, row in zip(ends, late, rows, strict=True)
    ]
    found = ByRows().judged(program, table(held, Frequency.YEAR), asked).collect()
    days = sorted({row["known"] for row in held if any(row[key] is not None for key in TYPES)})
    assert found[AS_OF].to_list() == days
    for said, day in zip(found.iter_rows(named=True), days, strict=True):
        known = [row for row in held if row["known"] <= day]
        close(said, by_file(facts("X", known, day), day, asked))
        alone = ByRows().judged(program, table(known, Frequency.YEAR, day), asked).collect()
        assert alone.row(-1, named=True) == said


def close(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Equal, but for the last digits of figures that went through a text."""
    for key, value in found.items():
        other = expected[key]
        assert (value is None) == (other is None), (key, value, other)
        if isinstance(value, float):
            assert value == pytest.approx(other, rel=1e-6, abs=1e-6), key
        else:
            assert value == other, key


def test_fiscal_years_are_those_that_the_periods_show() -> None:
    program = service.program_of(rules(RULES))
    asked = Asked(metrics=("growth",))
    for last in ("2024-09-28", "2024-06-30", "2025-01-31"):
        end = dt.date.fromisoformat(last)
        before = end.replace(year=end.year - 1)
        held = [
            {NAME: "X", "period_end": day, "known": day, "sales": sales}
            for day, sales in ((before, 100.0), (end, 110.0))
        ]
        found = ByRows().judged(program, table(held, Frequency.YEAR), asked).collect()
        assert found["growth"].to_list() == [pytest.approx(0.1)], last


def test_figures_that_rules_refuse_are_an_error_of_whoever_made_the_table() -> None:
    program = service.program_of(rules(RULES))
    with pytest.raises(NotJudgedError, match="lies outside"):
        ByRows().judged(program, table([{NAME: "X", "debt": -1.0}]), Asked(metrics=("debt",)))


def test_figures_between_bounds_are_judged_as_such() -> None:
    program = service.program_of(rules(RULES))
    rows = pl.LazyFrame({NAME: ["A", "B"], "pe.low": [10.0, 21.0], "pe.high": [12.0, None], "kind": ["other", "other"]})
    found = ByRows().judged(program, Table(rows, DAY), Asked(("call",), metrics=("pe",), reasons=True)).collect()
    assert found.select("pe", "pe.low", "pe.high", "pe.state").rows() == [
        (None, 10.0, 12.0, "bounded"), (None, 21.0, None, "bounded"),
    ]  # fmt: skip
    assert found["call.possible"].to_list() == [["Buy", "Sell", "Wait"], ["Buy", "Sell"]]
    assert {"sales", "margin"} <= {*found["missing"].to_list()[1]}


def test_a_figure_is_judged_bit_by_bit_as_the_table_has_it() -> None:
    """0.4494910647887381 as a percent and back is another number in its last bit."""
    program = service.program_of(rules(RULES))
    held = [0.4494910647887381, 0.07, 1e-300, 123456789.12345678]
    rows = [{NAME: str(n), "margin": x} for n, x in enumerate(held)]
    found = ByRows().judged(program, table(rows), Asked(metrics=("margin",))).collect()
    assert found["margin"].to_list() == held
