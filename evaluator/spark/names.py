"""The names of a table in Spark: each once (in a period), written in one way, in one currency, of periods that go together.

In: a frame of Spark with the columns of `screening/protocol`. Out: what is wrong with its names, each with its mend; how many periods
the longest of them has. Must not know cells.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from dsl.types.lengths import month_length
from dsl.types.units import Frequency
from evaluator.columnar.spark_terms import quoted
from evaluator.facts.calendar import SNAP_DAYS
from evaluator.screening.protocol import CURRENCY, KNOWN, NAME, PERIOD_END

_LISTED = 5


def closing(end: str) -> str:
    """The month that a period ends with, as a number, as SQL; a day some days behind the end of a month is that month's."""
    near = f"DATE_SUB({end}, {SNAP_DAYS})"
    return f"(YEAR({near}) * 12 + MONTH({near}) - 1)"


def wrong(rows: Any, every: Frequency | None, currency: str | None, money: bool) -> Iterator[tuple[str, str]]:
    """What is wrong. `currency`: the head of the column of currencies; `money`: whether figures are in them."""
    f = importlib.import_module("pyspark.sql.functions")
    columns, name, end = set(rows.columns), quoted(NAME), quoted(PERIOD_END)
    length = month_length(every) if every is not None else 0
    keys = [name]
    keys += [closing(end) if length else end] if PERIOD_END in columns else []
    keys += [quoted(KNOWN)] if KNOWN in columns else []
    phases = f"COUNT(DISTINCT {closing(end)} % {length})" if length and PERIOD_END in columns else "1"
    codes = f"COUNT(DISTINCT {quoted(CURRENCY)})" if CURRENCY in columns else "1"
    empty = f"COUNT(IF({quoted(CURRENCY)} IS NULL, 1, NULL))" if CURRENCY in columns and money else "0"
    one_way = f.expr(rf"REGEXP_REPLACE(LOWER({name}), '\\s+', ' ')").alias("k")
    found = rows.groupBy(one_way).agg(
        f.expr(f"ARRAY_SORT(COLLECT_SET({name}))").alias("names"),
        f.expr(f"COUNT(1) - COUNT(DISTINCT STRUCT({', '.join(keys)}))").alias("twice"),
        f.expr(phases).alias("phases"), f.expr(codes).alias("codes"), f.expr(empty).alias("empty"),
    )  # fmt: skip
    odd = "SIZE(names) > 1 OR twice > 0 OR phases > 1 OR codes > 1 OR empty > 0"
    several = False
    for row in found.filter(odd).orderBy("k").limit(_LISTED).collect():
        first = row["names"][0]
        if len(row["names"]) > 1:
            listed = " and ".join(f"`{n}`" for n in row["names"][:3])
            yield f"{listed} differ in capitals or blanks alone", "write one name in one way"
        elif row["twice"]:
            several = True
        elif row["phases"] > 1:
            yield f"the periods of {first} are no row of {every}s", "say how long periods are: --each"
        elif row["codes"] > 1:
            yield f"{first} is in {row['codes']} currencies", "give all rows of a name in one currency"
        else:
            yield f"`{currency}` of {first} is empty", "write the code of each row, such as USD"
    if several:
        yield from _twice(rows, keys)


def _twice(rows: Any, keys: list[str]) -> Iterator[tuple[str, str]]:
    """Names that stand in several rows (of one period)."""
    f = importlib.import_module("pyspark.sql.functions")
    found = rows.groupBy(*(f.expr(k).alias(f"k{n}") for n, k in enumerate(keys))).agg(f.expr("COUNT(1)").alias("n"))
    for row in found.filter("n > 1").orderBy("k0").limit(_LISTED).collect():
        yield f"{row['k0']} stands in {row['n']} rows{' of one period' if len(keys) > 1 else ''}", "keep one of them"


def span(rows: Any, every: Frequency | None) -> int:
    """How many periods lie between the first and the last one of the name that has the most."""
    length = month_length(every) if every is not None else 0
    if PERIOD_END not in rows.columns or not length:
        return 0
    f, month = importlib.import_module("pyspark.sql.functions"), closing(quoted(PERIOD_END))
    spans = rows.groupBy(f.expr(quoted(NAME)).alias("k")).agg(f.expr(f"MAX({month}) - MIN({month})").alias("m"))
    return int(spans.agg(f.expr("MAX(m)")).first()[0] or 0) // length
