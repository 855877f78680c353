"""Kills and catalysts of a table of one day are what the reference says of each name, whatever their days are."""

from __future__ import annotations

import datetime as dt
import random

import polars as pl
import pytest

from evaluator.columnar.engine import Columnar
from evaluator.screening.protocol import Table
from tests.support.screens import DAY, agree, everything, program_of, snapshot

INPUTS = """input q : number per quarter
input y : number per year
input d : number
input px : number per day
input w : number per week
input old : number per quarter stale after {stale} days
input s : set of (a, b)
input f : flag
param p = 3
  from {turns} = {later}
"""
ASKED = (
    "q > p", "y > 2", "d > p", "q > 1 and d > 1", "old > p", "f", "d > 1 or f", "px > 2", "w > 2", "px > 1 and q > 1",
    "q / d > 1", "p > 3", "p < 3",
    "old > 1 and f", "s includes a", "yoy(q) > 1%", "max(q, 4 quarters) > 1", "q > 1 for 1 quarters", "q is known", "(q / d) is meaningful",
)  # fmt: skip


def _day(draw: random.Random) -> dt.date:
    return DAY + dt.timedelta(days=draw.choice((-700, -400, -150, -75, -60, -31, -30, -29, -10, -1, 0, 1, 40)))


def _rules(draw: random.Random) -> str:
    begins = _day(draw) if draw.random() < 0.6 else None
    since = f"since {begins}\n" if begins else ""
    lines = [
        "rules drawn\n" + since
        + INPUTS.format(stale=draw.choice((10, 50, 90, 200)), turns=_day(draw), later=draw.choice((1, 5)))
    ]  # fmt: skip
    for n in range(6):
        ends = _day(draw) if draw.random() < 0.6 else None
        by = f" by {max(ends, begins or ends)}" if ends else ""
        lines.append(f"kill k{n}{by} when {draw.choice(ASKED)}")
    for n in range(6):
        within = f" within {draw.choice(('10 days', '90 days', '1 quarters'))}" if draw.random() < 0.5 else ""
        lines.append(f"catalyst c{n} on {_day(draw)}{within} expects {draw.choice(ASKED)}")
    lines.append("kill k6 when c0 is missed or q > p")
    for n in range(7):
        lines.append(f"metric h{n} = k{n} has happened")
        lines += [f"metric {state}{n} = c{n % 6} is {state}" for state in ("met", "missed", "pending")]
    return "\n".join(lines) + "\n"


def _agree(seed: int) -> None:
    draw = random.Random(seed)
    program = program_of(_rules(draw))
    table = snapshot(program, draw, names=30)
    said = agree(program, table)
    left = {"k6", "h6"} if program.since is not None and program.since < DAY else set()
    assert set(said.names) | left == {*program.kills, *program.metrics, *program.inputs}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_their_days_are(seed: int) -> None:
    _agree(seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4, 150))
def test_whatever_their_days_are_often(seed: int) -> None:
    _agree(seed)


PAST = """rules past
since 2026-07-15
input q "Q" : number per quarter
input d "D" : number
kill falls "Falls" when q < 1
input old "Old" : number per quarter stale after 50 days
kill early "Early" when old < 1
catalyst shown_late "L" on 2026-08-10 expects old > 1 and d > 1
metric aged = shown_late is pending
kill late "Late" by 2026-08-01 when q < 1
kill said "Said" by 2026-08-01 when d < 1
catalyst results "R" on 2026-06-30 within 90 days expects q > 1
catalyst news "N" on 2026-06-30 expects d > 1
catalyst coming "C" on 2027-01-31 expects q > 1
pillar p "?"
bear dropped "B" on p when falls has happened
bull shown "S" on p when results is met
verdict v "V" when dropped then "Out" when shown then "In" otherwise "Wait"
metric lost = news is missed
metric ahead_of_it = coming is pending
"""


def test_what_is_known_today_of_earlier_days_counts_for_them() -> None:
    """The quarter to June is known on the as-of date and had ended when the thesis began: a kill on it has happened, by its deadline
    too. What is dated today says nothing of a deadline that has passed; what is missing leaves all of it open."""
    program = program_of(PAST)
    rows = {"name": ["bad", "good", "none"], "q": [0.5, 2.0, None], "old": [0.5, 2.0, None], "d": [0.5, 2.0, None]}
    table = Table(pl.LazyFrame(rows, schema_overrides={"q": pl.Float64, "d": pl.Float64, "old": pl.Float64}), DAY)
    assert agree(program, table).verdicts == ("v",)
    found = Columnar().judged(program, table, everything(program)).collect()
    assert found["falls"].to_list() == [True, False, None]
    assert found["early.state"].to_list() == ["has happened", "cannot be ruled out", "cannot be ruled out"], (
        "too old today"
    )
    assert found["aged"].to_list() == [True, True, True], "too old when its grace was over"
    assert found["late.state"].to_list() == ["has happened", "has not happened", "pending"]
    assert found["said.state"].to_list() == ["pending", "pending", "pending"]
    assert found["v"].to_list() == ["Out", "In", None]
    assert found["lost"].to_list() == [True, True, True]
    assert found["ahead_of_it"].to_list() == [True, True, True]
