"""Spark says what the reference evaluator says, name by name: on random programs and data with gaps, as of a day and of many
(in a marked run: `pytest -m spark`)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from dsl.program.program import Program
from evaluator.columnar import spark_terms
from evaluator.columnar.engine import Lowered, split
from evaluator.screening.by_rows import ByRows
from evaluator.screening.protocol import Table
from evaluator.session.reading import Failed
from evaluator.spark import session as sessions
from evaluator.spark.by_name import SparkSources
from evaluator.spark.judging import below
from tests.evaluator.columnar.test_events import _rules as rules_of_events
from tests.evaluator.spark.test_local import to_spark
from tests.support.screens import everything, panel, program_of, snapshot
from tests.support.strategies import RuleFile, rule_files

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")]
SEEDS = st.integers(0, 10**6)
FEW = settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
PART = 80


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    pytest.importorskip("pyspark")
    found = sessions.opened("spark", small=True)
    assert not isinstance(found, Failed), found
    yield found
    found.stop()


def agree(session: Any, program: Program, table: Table, history: bool = False) -> int:
    """Holds Spark to the reference evaluator in all that columns say; how many columns that are."""
    table = replace(table, rows=table.rows.collect().lazy())
    asked, _, _ = split(program, table, everything(program, history))
    depth = Lowered(program, table, asked).sources.depth()
    lowered = Lowered(program, table, asked, of=partial(SparkSources, span=depth))
    sources = lowered.sources
    assert isinstance(sources, SparkSources)
    brought = sources.of(to_spark(session, table.rows.collect()))
    brought = session.createDataFrame(brought.collect(), brought.schema)
    keys = list(sources.keys)
    wanted = _rows(ByRows().judged(program, table, asked).collect().rows(named=True), keys)
    said = {n: t for n, t in lowered.outputs.items() if not any(b.op == "contains" for b in below([t]))}
    outputs = list(said.items())
    for start in range(0, len(outputs), PART):
        part = dict(outputs[start : start + PART])
        found = _rows((r.asDict() for r in spark_terms.frame(brought, keys, part).collect()), keys)
        assert found.keys() == wanted.keys()
        for key, row in found.items():
            for name in part:
                a, b = row[name], wanted[key][name]
                close = isinstance(a, float) and isinstance(b, float) and a == pytest.approx(b, rel=1e-9, abs=1e-12)
                assert a == b or close, f"{name} of {key}: {a} on Spark, {b} by the reference"
    return len(outputs)


def _rows(rows: Any, keys: list[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[k] for k in keys): row for row in rows}


@seed(28)
@FEW
@given(rule_files(), SEEDS)
def test_of_today(session: Any, file: RuleFile, drawn: int) -> None:
    program = program_of(file.text)
    agree(session, program, snapshot(program, random.Random(drawn)))


@seed(28)
@FEW
@given(rule_files(), SEEDS)
def test_of_periods_with_gaps(session: Any, file: RuleFile, drawn: int) -> None:
    program = program_of(file.text)
    agree(session, program, panel(program, random.Random(drawn)))


@seed(28)
@settings(FEW, max_examples=4)
@given(rule_files(max_inputs=3, max_metrics=2), SEEDS)
def test_as_of_each_day(session: Any, file: RuleFile, drawn: int) -> None:
    program = program_of(file.text)
    agree(session, program, panel(program, random.Random(drawn), names=2), history=True)


@pytest.mark.parametrize("drawn", [1, 2])
def test_sets_and_events(session: Any, drawn: int) -> None:
    """What became of kills and catalysts, and members of sets, as the reference says it."""
    draw = random.Random(drawn)
    program = program_of(rules_of_events(draw))
    assert agree(session, program, snapshot(program, draw, names=30)) > 50
