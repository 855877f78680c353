"""Money in a currency that rules name, on names that report in several: what meets in one currency is as it is, what would need a rate
of exchange is not known, and never taken for the same amount."""

from __future__ import annotations

import random
from dataclasses import replace

import polars as pl
import pytest

from evaluator.columnar.engine import Columnar, split
from evaluator.screening.protocol import Asked, Table
from tests.support.screens import DAY, agree, everything, panel, program_of, snapshot

RULES = """rules money
input rev : money per quarter
input cap : money
input debt : money above 0
input us : money in USD
input usq : money per quarter in USD above 0
input x : number
param floor_ = 2bn CNY
  from 2026-01-01 = 3 CNY
param wall = 20 USD
metric fair = floor_ * 2
metric share = fair / floor_
metric large = cap > floor_
metric larger = max(cap, floor_) > 0
metric least = min(cap, 3 CNY, debt)
metric both = cap + 1 CNY
metric cased = if x > 1 then cap else floor_
metric left = cap - debt
metric nil = cap > 0
metric nil2 = us > 0
metric of_us = us / wall
metric us_cap = us > cap
metric usd = us > wall
metric sums = sum(cap, debt, 2 CNY) > 3 CNY
metric firsts = first_known(cap, 2 CNY) > 1 CNY
metric worth_it = fair meaningful when x > 1
metric worth_more = worth_it > cap
metric twice = fair / 2 > debt
metric grown = yoy(usq)
metric ever = max(usq, 2 quarters) > rev
metric some = abs(-floor_) > cap
metric asked = (cap + 1 CNY) is known
metric growing = rev > 5 CNY
metric lagged = lag(rev - usq, 1) > 0
pillar p "?"
bull c "C" on p applies when debt < 30 USD when cap > wall
kill k when cap < 1 CNY
verdict v "V" when c then "Yes" when large then "Large" otherwise "No"
"""


def _with_currencies(table: Table, draw: random.Random) -> Table:
    names = table.rows.select("name").collect()["name"].unique(maintain_order=True)
    codes = pl.LazyFrame({"name": names, "currency": [draw.choice(("CNY", "USD", "EUR", None)) for _ in names]})
    return replace(table, rows=table.rows.join(codes, on="name", how="left", maintain_order="left"))


@pytest.mark.parametrize("seed", range(3))
def test_of_names_that_report_in_several(seed: int) -> None:
    draw = random.Random(seed)
    program = program_of(RULES)
    for table in (snapshot(program, draw, names=30), panel(program, draw, names=4)):
        for given in (table, replace(table, currency="USD"), _with_currencies(table, draw)):
            said = agree(program, given)
            left = {*program.metrics, *program.verdicts, *program.inputs} - set(said.names)
            assert left <= {"fair", "worth_it"}, "amounts in the currency of the rules are shown in one or the other"


LARGE = """rules large
input cap : money
param floor_ = 2bn CNY
pillar p "?"
bull c on p when cap > floor_
"""


def test_an_amount_in_another_currency_is_not_taken_for_one_in_its_own() -> None:
    program = program_of(LARGE)
    rows = {"name": ["cn", "us"], "cap": [3e9, 3e9], "currency": ["CNY", "USD"]}
    table = Table(pl.LazyFrame(rows), DAY)
    columns, _, why = split(program, table, everything(program))
    assert not why
    found = Columnar().judged(program, table, replace(columns, metrics=())).collect()
    assert found["c"].to_list() == [True, None]
    assert found["c.state"].to_list() == ["true", "unknown"]
    assert agree(program, table).conditions == Asked.everything(program).conditions
