"""The thesis on Apache Spark, local, against ibis on Spark and Spark's own SQL (needs polars, numpy and `ibis-framework[pyspark]`):

    python -m benchmarks.columns.on_spark [ROWS]

All read one Parquet file in one session and give their answers to a sink that drops them. The clock runs from checked rules to the end of
the job, with what is compiled from the rules; before, all are held to polars on every row. The processor is that of Java, which does the
work; medians of seven turns, and medians of the ratios of turns next to each other to ibis. The first turn of each is not counted.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from benchmarks.columns import here, measuring, peers
from benchmarks.columns.thesis import (
    CONDITIONS,
    DAY,
    INPUTS,
    METRICS,
    TABLES,
    TOTAL,
    WEIGHTS,
    checked,
    data,
    lines,
    other,
    places,
    rules,
)
from dsl.program.program import Program
from evaluator.columnar import spark_terms
from evaluator.columnar.engine import Lowered
from evaluator.screening.protocol import Table
from evaluator.spark.session import LONG

ROWS, HELD, TURNS = 1_000_000, 50_000, 7
BASE = "ibis on Spark"


def session() -> Any:
    """Spark on this machine, with what `thesis screen --engine spark` sets but for the quick compiler."""
    sql: Any = importlib.import_module("pyspark.sql")
    made = sql.SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false")
    made = made.config("spark.driver.memory", "1g").config("spark.sql.session.timeZone", "UTC")
    made = made.config("spark.driver.extraJavaOptions", LONG).config("spark.sql.codegen.maxFields", "2000")
    return made.config("spark.log.level", "ERROR").getOrCreate()


def thesis(program: Program, frame: Any, whole: bool) -> Any:
    """The engine; `whole`: with states, bounds, the words that are possible."""
    asked = here.asked(program)
    types = {"name": pl.String, **{f"i{n}": pl.Float64 for n in range(INPUTS)}}
    lowered = Lowered(program, Table(pl.LazyFrame(schema=types), DAY), asked)
    outputs = {n: t for n, t in lowered.outputs.items() if whole or n in {*asked.names, "score"}}
    if whole:
        outputs |= {f"{n} {at}": may for n, words in lowered.words.items() for at, (_, may) in enumerate(words)}
    return spark_terms.frame(frame, ["name"], outputs)


def with_ibis(connected: Any, spark: Any, path: str) -> Any:
    """Expressions of ibis, as the SQL that it gives Spark."""
    return spark.sql(connected.compile(peers.of_ibis(connected.read_parquet(path))))


def by_hand(frame: Any) -> Any:
    """Spark's SQL as somebody writes it."""
    forms = ("i{a} + i{b}", "i{a} - i{b}", "i{a} * i{b}", "i{a} / nullif(i{b}, 0D)", "(i{a} + i{b}) / nullif(i{c}, 0D)")
    found = frame.selectExpr("*", *(f"{forms[n % len(forms)].format(**places(n))} as m{n}" for n in range(METRICS)))
    found = found.selectExpr("*", *(f"m{n} > {n + 1} and i{other(n)} < {40 - n} as c{n}" for n in range(CONDITIONS)))
    tables = []
    for n in range(TABLES):
        parts = [f"(c{a} and not c{b})" for a, b in lines(n)]
        cases = " ".join(f"when {x} then 'Row {k}' when {x} is null then null" for k, x in enumerate(parts))
        tables.append(f"case {cases} else 'Else' end as v{n}")
    score = " + ".join(f"cast(c{n} as double) * {weight}" for n, weight in enumerate(WEIGHTS))
    own = [*(f"c{n}" for n in range(CONDITIONS)), *(f"m{n}" for n in range(METRICS))]
    return found.selectExpr("name", *tables, *own, f"({score}) / {TOTAL} as score")


def processor(spark: Any) -> float:
    """Seconds of the processor that Java has taken."""
    fields = Path(f"/proc/{spark.sparkContext._gateway.proc.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def held(ways: Mapping[str, Callable[[], Any]], frame: pl.DataFrame, folder: Path) -> None:
    """Holds all to polars."""
    found = {measuring.BASE: here.by_hand(frame)}
    for at, (name, way) in enumerate(ways.items()):
        way().write.parquet((folder / f"{at}.parquet").as_uri())
        found[name] = pl.read_parquet(folder / f"{at}.parquet" / "*.parquet")
    measuring.agree(found)


def measured(spark: Any, ways: Mapping[str, Callable[[], Any]], rows: int) -> None:
    """Times in turns, and ratios."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for turn in range(TURNS + 1):
        for name, way in ways.items():
            began, cpu = time.perf_counter(), processor(spark)
            way().write.format("noop").mode("overwrite").save()
            if turn:
                found[name].append((time.perf_counter() - began, processor(spark) - cpu))
    print(f"{rows:,} rows, medians of {TURNS} turns: clock, ratio; processor, ratio; rows a second of one core")
    for name, each in found.items():
        clock, cores = measuring.ratios(each, found[BASE])
        used = median(x for _, x in each)
        print(
            f"  {name:28} {median(x for x, _ in each):6.2f} s {clock:5.2f}   {used:6.2f} s {cores:5.2f}   {rows / used:12,.0f}"
        )


def main() -> None:
    """Prints what it measures."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    spark, program = session(), checked(rules())
    ibis: Any = importlib.import_module("ibis")
    print(measuring.machine(), f"pyspark {spark.version}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in (HELD, rows):
            (frame := data(size)).write_parquet(path := folder / f"{size}.parquet")
            read, connected = spark.read.parquet(path.as_uri()), ibis.pyspark.connect(spark)
            ways: dict[str, Callable[[], Any]] = {
                BASE: partial(with_ibis, connected, spark, path.as_uri()),
                "Spark's SQL by hand": partial(by_hand, read),
                "thesis": partial(thesis, program, read, False),
            }  # fmt: skip
            if size == HELD:
                held(ways, frame, folder)
                continue
            ways["with states, bounds, words"] = partial(thesis, program, read, True)
            measured(spark, ways, rows)
    spark.stop()


if __name__ == "__main__":
    main()
