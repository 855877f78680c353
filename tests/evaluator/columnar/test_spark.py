"""Spark gives what polars gives, from the same terms (in a marked run: `pytest -m spark`, with pyspark and Java)."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from evaluator.columnar import spark_terms
from evaluator.columnar.engine import Lowered, split
from tests.support.screens import everything, program_of, snapshot

pytestmark = pytest.mark.spark
RULES = Path(__file__).with_name("every_function.thesis").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def session() -> Any:
    sql = pytest.importorskip("pyspark.sql")
    found = (
        sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2").config("spark.sql.ansi.enabled", "true").getOrCreate()
    )  # fmt: skip
    yield found
    found.stop()


@pytest.mark.parametrize("seed", [1, 2])
def test_every_function(session: Any, seed: int) -> None:
    rules = "\n".join(line for line in RULES.splitlines() if " contains " not in line)
    program = program_of(rules)
    table = snapshot(program, random.Random(seed), names=40)
    asked, _, _ = split(program, table, everything(program))
    lowered = Lowered(program, table, asked)
    outputs = list(lowered.outputs.items())
    rows = table.rows.collect()
    kinds = {"Float64": "double", "Boolean": "boolean", "String": "string", "Date": "date"}
    schema = ", ".join(f"`{name}` {kinds[str(kind)]}" for name, kind in rows.schema.items())
    given = session.createDataFrame(rows.rows(), schema)
    for start in range(0, len(outputs), 60):
        part = dict(outputs[start : start + 60])
        from evaluator.columnar.polars_terms import frame

        wanted = {r[0]: r[1:] for r in frame(table.rows, ["name"], part).collect().rows()}
        found = {r[0]: tuple(r[1:]) for r in spark_terms.frame(given, ["name"], part).collect()}
        assert found.keys() == wanted.keys()
        for name, row in wanted.items():
            for column, a, b in zip(part, found[name], row, strict=True):
                same = a == b or (
                    isinstance(a, float) and isinstance(b, float) and a == pytest.approx(b, rel=1e-9, abs=1e-12)
                )
                assert same, f"{column} of {name}: {a} on Spark, {b} on polars"
