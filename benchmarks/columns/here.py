"""What is here: the engine, and the same by hand in polars and in numpy, as somebody writes it for these rules alone.

By hand there is three-valued logic by nulls, and what would be divided by 0 is no number; there is no tolerance of comparisons and
differences, no overflow, no bounds, and nothing that is not meaningful apart from what is missing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from benchmarks.columns.thesis import ANSWERS, CONDITIONS, DAY, INPUTS, LINES, METRICS, TABLES, form
from dsl.program.program import Program
from evaluator.columnar.engine import Columnar
from evaluator.screening.protocol import Asked, Table

BLOCK = 1 << 15


def asked(program: Program) -> Asked:
    """All answers."""
    return Asked(tuple(program.verdicts), (), tuple(program.conditions), (), tuple(program.metrics), True)


def thesis(program: Program, frame: pl.DataFrame) -> pl.DataFrame:
    """The columnar engine: what is decided, as the others give it."""
    return Columnar().answers(program, Table(frame.lazy(), DAY), asked(program)).collect(engine="streaming")


def whole(program: Program, frame: pl.DataFrame) -> pl.DataFrame:
    """The columnar engine, with all that `thesis screen` asks for: states, bounds, the words that are possible."""
    return Columnar().judged(program, Table(frame.lazy(), DAY), asked(program)).collect(engine="streaming")


def by_hand(frame: pl.DataFrame) -> pl.DataFrame:
    """Polars as somebody writes it."""
    i = [pl.col(f"i{n}") for n in range(INPUTS)]
    m = [form(n, i, lambda x, y: x / pl.when(y != 0).then(y)) for n in range(METRICS)]
    found = frame.lazy().with_columns(x.alias(f"m{n}") for n, x in enumerate(m))
    found = found.with_columns(
        ((pl.col(f"m{n}") > n + 1) & (i[(n * 5 + 3) % INPUTS] < 40 - n)).alias(f"c{n}") for n in range(CONDITIONS)
    )
    c = [pl.col(f"c{n}") for n in range(CONDITIONS)]
    tables: list[pl.Expr] = []
    for n in range(TABLES):
        rows = [c[4 * n + k] & ~c[(4 * n + k + 1) % CONDITIONS] for k in range(LINES)]
        said = pl.lit("Else")
        for k, row in reversed(list(enumerate(rows))):
            said = pl.when(row).then(pl.lit(f"Row {k}")).when(row.is_null()).then(None).otherwise(said)
        tables.append(said.alias(f"v{n}"))
    weights = sum(1 + n % 3 for n in range(CONDITIONS))
    score = sum((x.cast(pl.Float64) * ((1 + n % 3) * (1 if n % 2 == 0 else -1)) for n, x in enumerate(c)), pl.lit(0.0))
    return found.select(
        "name", *tables, *c, *(f"m{n}" for n in range(METRICS)), (score / weights).alias("score")
    ).collect(engine="streaming")


def with_numpy(columns: dict[str, Any]) -> dict[str, Any]:
    """Numpy in blocks; a missing figure is NaN, a truth 0, 1 or 2 (unknown), of a table 0 is undecided and 1 its last word."""
    each = [columns[f"i{n}"] for n in range(INPUTS)]
    size, found = len(each[0]), dict[str, Any]()
    for name in ANSWERS:
        found[name] = np.empty(size, np.int8 if name[0] in "vc" else np.float64)
    with np.errstate(all="ignore"):
        for start in range(0, size, BLOCK):
            part = slice(start, min(start + BLOCK, size))
            _block([c[part] for c in each], {name: x[part] for name, x in found.items()})
    return found


def as_frame(frame: pl.DataFrame, found: dict[str, Any]) -> pl.DataFrame:
    """Answers in numpy as polars has them."""
    words = pl.Series([None, "Else", *(f"Row {k}" for k in range(LINES))], dtype=pl.String)
    made = {"name": frame["name"]}
    for name in ANSWERS:
        column = pl.Series(found[name])
        if name[0] == "v":
            made[name] = words.gather(column.cast(pl.UInt32))
        elif name[0] == "c":
            made[name] = pl.select(pl.when(column < 2).then(column == 1)).to_series()
        else:
            made[name] = column.fill_nan(None)
    return pl.DataFrame(made)


def _block(i: list[Any], out: dict[str, Any]) -> None:
    m = [form(n, i, lambda x, y: np.where(y != 0, x / y, np.nan)) for n in range(METRICS)]
    for n, made in enumerate(m):
        out[f"m{n}"][:] = made
    holds, fails = [], []
    score, known = np.zeros(len(i[0])), np.ones(len(i[0]), bool)
    for n in range(CONDITIONS):
        x, y = m[n], i[(n * 5 + 3) % INPUTS]
        true, false = (x > n + 1) & (y < 40 - n), (x <= n + 1) | (y >= 40 - n)
        out[f"c{n}"][:] = np.where(true, 1, np.where(false, 0, 2))
        holds.append(true)
        fails.append(false)
        score += true * ((1 + n % 3) * (1.0 if n % 2 == 0 else -1.0))
        known &= true | false
    out["score"][:] = np.where(known, score / sum(1 + n % 3 for n in range(CONDITIONS)), np.nan)
    for n in range(TABLES):
        said = np.ones(len(i[0]), np.int8)
        for k in reversed(range(LINES)):
            a, b = 4 * n + k, (4 * n + k + 1) % CONDITIONS
            true, false = holds[a] & fails[b], fails[a] | holds[b]
            said = np.where(true, k + 2, np.where(false, said, 0)).astype(np.int8)
        out[f"v{n}"][:] = said
