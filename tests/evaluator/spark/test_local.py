"""A screen on Spark is the screen of polars (in a marked run: `pytest -m spark`, with pyspark and Java)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dsl.check.checker import check_file
from dsl.link.library import Library
from dsl.text.source import SourceFile
from evaluator.columnar import spark_terms
from evaluator.columnar.engine import Lowered, split
from evaluator.columnar.polars_terms import frame as on_polars
from evaluator.readers.layouts.mapping import Layout
from evaluator.session.reading import Failed
from evaluator.spark.by_name import SparkSources
from evaluator.spark.running import SparkScreen, of_frame
from evaluator.universe.files import Raw
from evaluator.universe.running import Options, Whole, table_of
from evaluator.universe.screened import Screened
from tests.support.screens import DAY, everything, panel, program_of

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")]
EVERY = Path(__file__).parents[1].joinpath("columnar", "every_function.thesis").read_text(encoding="utf-8")
RULES = """rules cheap "Cheap and good"
input pe "Price to earnings" : multiple
input yield_ "Dividend yield" : percent at least 0%
input ebit "Earnings" : money
input capital "Capital" : money above 0
input staff "Staff" : count
input listed "Listed" : flag
input home "Home" : choice of (asia, europe)
metric roc "Return on capital" : percent = ebit / capital
pillar business "The business"
bull cheap "A low price" on business when pe > 0x and pe <= 15x
bull good "A good return" on business when roc >= 20%
bear weak "A poor return" on business when roc < 5%
bear far "Far away" on business when home is asia and not listed
verdict buy "Buy?"
  when roc < 5% then "No" bearish
  when cheap and good then "Yes" bullish
  otherwise "Watch" neutral
"""
KINDS = {"Float64": "double", "Boolean": "boolean", "String": "string", "Date": "date", "Int64": "bigint"}


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    found = (
        sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    )  # fmt: skip
    yield found
    found.stop()


def to_spark(session: Any, frame: pl.DataFrame) -> Any:
    schema = ", ".join(f"`{name}` {KINDS[str(kind)]}" for name, kind in frame.schema.items())
    return session.createDataFrame(frame.rows(), schema)


def universe(names: int, seed: int = 1) -> pl.DataFrame:
    """A row a name, with gaps, NaN and what the rules do not admit."""
    draw = random.Random(seed)

    def some(*cells: Any) -> list[Any]:
        return [draw.choice(cells) for _ in range(names)]

    return pl.DataFrame(
        {
            "ticker": [f"n{n:05}" for n in range(names)], "sector": some("x", "y", None),
            "pe": some(9.5, 14.2, 15.000000001, -3.0, float("nan"), None), "yield_": some(4.1, 7.0, -1.0, None),
            "ebit": some(160.0, 20.0, -12.0, 1e305, None), "capital": some(400.0, 250.0, 0.0, None),
            "staff": some(10.0, 12.5, None), "listed": some("yes", "No", None, "n/a"), "home": some("Asia", "europe", None),
        },
        schema_overrides={"home": pl.String},
    )  # fmt: skip


LAYOUT = Layout.model_validate({"names": {"yield_": {"name": "yield_", "unit": "percent"}}, "currency": "USD"})


def checked() -> Any:
    return check_file(SourceFile("main.thesis", RULES), Library(()))


def polars_way(frame: pl.DataFrame, **options: Any) -> Screened:
    whole = table_of(checked(), Raw(frame.lazy(), "the table"), Options(DAY, LAYOUT, **options))
    assert isinstance(whole, Whole), whole
    found = whole.screened()
    assert isinstance(found, Screened), found
    return found


def on_spark(frame: Any, **options: Any) -> SparkScreen:
    found = of_frame(checked(), frame, "the table", Options(DAY, LAYOUT, **options))
    assert isinstance(found, SparkScreen), found
    return found


def test_the_screen_is_that_of_polars(session: Any, tmp_path: Path) -> None:
    """Model, frame and file, with a filter, an order, the first names."""
    rows = universe(300)
    given = to_spark(session, rows)
    wanted = polars_way(rows, where="roc > 3%", sort="roc", top=40)
    found = on_spark(given, where="roc > 3%", sort="roc", top=40)
    collected = found.collected()
    assert isinstance(collected, Screened), collected
    assert_frame_equal(collected.frame.drop("missing"), wanted.frame.drop("missing"), rel_tol=1e-9)
    one, other = collected.output, wanted.output
    for part in (
        "names",
        "out",
        "open",
        "unplaced",
        "outcomes",
        "near",
        "lacking",
        "heads",
        "taken",
        "rows",
        "undecided_count",
    ):
        assert getattr(one, part) == getattr(other, part), part
    path = tmp_path / "out.parquet"
    for _ in range(2):  # one that stood there is replaced
        assert found.written(path) is None
    written = pl.read_parquet(path / "*.parquet")
    shown = [c for c in written.columns if c in wanted.frame.columns]
    assert_frame_equal(written.select(shown).sort("name"), wanted.frame.select(shown).sort("name"), rel_tol=1e-9)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.parquet"], "nothing half-written is left"


def test_what_is_wrong_with_a_table_is_said(session: Any) -> None:
    """The reader of polars and that of Spark refuse the same tables."""
    rows = universe(6)
    cases: dict[str, pl.DataFrame] = {
        "stands in 2 rows": pl.concat([rows, rows.head(1)]),
        "no name below it": rows.head(0),
        "differ in capitals": pl.concat([rows, rows.head(1).with_columns(pl.lit("N00000").alias("ticker"))]),
        "is empty": rows.with_columns(
            pl.when(pl.col("ticker") == "n00003").then(None).otherwise("ticker").alias("ticker")
        ),
        "holds `mars`": rows.with_columns(pl.lit("mars").alias("home")),
        "neither yes nor no": rows.with_columns(pl.lit("perhaps").alias("listed")),
        "12 or so": rows.with_columns(pl.lit("12 or so").alias("pe")),
    }
    for words, frame in cases.items():
        found = of_frame(checked(), to_spark(session, frame), "the table", Options(DAY, LAYOUT))
        assert isinstance(found, Failed), words
        assert any(words in d.message for d in found.diagnostics), (words, [d.message for d in found.diagnostics])
        refused = table_of(checked(), Raw(frame.lazy(), "the table"), Options(DAY, LAYOUT))
        assert isinstance(refused, Failed), words


def test_every_function_of_periods(session: Any) -> None:
    """Periods brought together by name, restated ones and gaps as in polars; in parts, since Java compiles no method of any length."""
    program = program_of("\n".join(line for line in EVERY.splitlines() if " contains " not in line))
    table = panel(program, random.Random(5), names=4)
    asked, _, _ = split(program, table, everything(program))
    depth = Lowered(program, table, asked).sources.depth()

    def of(*given: Any) -> SparkSources:
        return SparkSources(given[0], given[1], given[2], given[3], depth)

    lowered, here = Lowered(program, table, asked, of=of), Lowered(program, table, asked)
    rows, known = to_spark(session, table.rows.collect()), table.rows.collect()["name"].unique()
    assert len(known) == 4
    sources = lowered.sources
    assert isinstance(sources, SparkSources)
    brought = session.createDataFrame(sources.of(rows).collect(), sources.of(rows).schema)
    outputs = list(lowered.outputs.items())
    assert len(outputs) > 400
    for start in range(0, len(outputs), 100):
        part = dict(outputs[start : start + 100])
        wanted = {
            r[0]: r[1:]
            for r in on_polars(here.sources.frame(), ["name"], {n: here.outputs[n] for n in part}).collect().rows()
        }
        found = {r[0]: tuple(r[1:]) for r in spark_terms.frame(brought, ["name"], part).collect()}
        assert found.keys() == wanted.keys()
        for name, row in wanted.items():
            for column, a, b in zip(part, found[name], row, strict=True):
                same = a == b or (
                    isinstance(a, float) and isinstance(b, float) and a == pytest.approx(b, rel=1e-9, abs=1e-12)
                )
                assert same, f"{column} of {name}: {a} on Spark, {b} on polars"
