"""A screen of a representative thesis with columns, against the same written by hand: `python -m benchmarks.columns [ROWS]`
(needs polars and numpy; duckdb is measured where it is installed).

The thesis has 20 inputs, 15 metrics, 12 conditions, a score and 3 tables; a figure in twenty is missing. By hand means what somebody
writes who knows these rules, for one thesis: polars with its streaming engine, numpy in blocks, SQL. All have three-valued logic by
nulls, and what would be divided by 0 is no number; none has the tolerance of comparisons and differences, bounds, overflow, or what is
not meaningful apart from what is missing. All are held to each other on every row: verdicts, conditions, metrics, score.

Wall and processor time in turns, from the rules (checked) and a frame in memory to a frame with the answers, compiling counted;
medians and ratios to polars by hand. On a busy machine the ratio of processor time says more. Peak memory is that of a process of its
own, above what it has before. With `growth`: rows from 10⁴ on, and graphs of 50, 500 and 5,000 nodes.
"""

from __future__ import annotations

import datetime as dt
import gc
import importlib
import multiprocessing as mp
import platform
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from dsl.check.checker import check_file
from dsl.link.library import Library
from dsl.program.program import Program
from dsl.text.source import SourceFile
from evaluator.columnar.engine import Columnar
from evaluator.screening.protocol import Asked, Table

ROWS = 1_000_000
INPUTS, METRICS, CONDITIONS, TABLES, LINES = 20, 15, 12, 3, 4
TURNS = 7
DAY = dt.date(2026, 5, 14)
FORMS = ("i{a} + i{b}", "i{a} - i{b}", "i{a} * i{b}", "i{a} / i{b}", "(i{a} + i{b}) / i{c}")
BLOCK = 1 << 15


def places(n: int) -> dict[str, int]:
    """Which inputs a metric is made of."""
    return {"a": n % INPUTS, "b": (n * 3 + 1) % INPUTS, "c": (n * 7 + 2) % INPUTS}


def rules() -> str:
    """The thesis."""
    lines = ["rules main", *(f'input i{n} "Input {n}" : number' for n in range(INPUTS))]
    lines += [f"metric m{n} = " + FORMS[n % len(FORMS)].format(**places(n)) for n in range(METRICS)]
    lines.append('pillar p "?"')
    for n in range(CONDITIONS):
        side = "bull" if n % 2 == 0 else "bear"
        when = f"m{n} > {n + 1} and i{(n * 5 + 3) % INPUTS} < {40 - n}"
        lines.append(f'{side} c{n} "C{n}" on p weight {1 + n % 3} when {when}')
    for n in range(TABLES):
        rows = [f'when c{4 * n + k} and not c{(4 * n + k + 1) % CONDITIONS} then "Row {k}"' for k in range(LINES)]
        lines.append(f'verdict v{n} "V{n}" ' + " ".join(rows) + ' otherwise "Else"')
    return "\n".join(lines) + "\n"


def program() -> Program:
    """The thesis, checked."""
    found = check_file(SourceFile("main.thesis", rules()), Library(())).program
    assert found is not None
    return found


def data(rows: int) -> pl.DataFrame:
    """Invented figures, one in twenty missing."""
    draw = np.random.default_rng(1)
    columns = {"name": pl.Series([f"n{n}" for n in range(rows)])}
    for n in range(INPUTS):
        figures, missing = draw.uniform(-50, 50, rows), draw.random(rows) < 0.05
        columns[f"i{n}"] = pl.Series(figures).set(pl.Series(missing), None)
    return pl.DataFrame(columns)


ANSWERS = [
    *(f"v{n}" for n in range(TABLES)),
    *(f"c{n}" for n in range(CONDITIONS)),
    *(f"m{n}" for n in range(METRICS)),
    "score",
]


# --- in each way -----------------------------------------------------------------------------------------------------


def thesis(rules: Program, frame: pl.DataFrame) -> pl.DataFrame:
    """The columnar engine."""
    asked = Asked(tuple(rules.verdicts), (), tuple(rules.conditions), (), tuple(rules.metrics), True)
    return Columnar().answers(rules, Table(frame.lazy(), DAY), asked).collect(engine="streaming")


def _form(n: int, i: Sequence[Any], over: Callable[[Any, Any], Any]) -> Any:
    """A metric of columns of some kind."""
    at = places(n)
    a, b, c = i[at["a"]], i[at["b"]], i[at["c"]]
    match n % len(FORMS):
        case 0:
            return a + b
        case 1:
            return a - b
        case 2:
            return a * b
        case 3:
            return over(a, b)
        case _:
            return over(a + b, c)


def by_hand(_: Program, frame: pl.DataFrame) -> pl.DataFrame:
    """Polars as somebody writes it."""
    i = [pl.col(f"i{n}") for n in range(INPUTS)]
    m = [_form(n, i, lambda x, y: x / pl.when(y != 0).then(y)) for n in range(METRICS)]
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


def with_numpy(_: Program, frame: pl.DataFrame) -> pl.DataFrame:
    """Numpy in blocks; a missing figure is NaN, a truth 0, 1 or NaN."""
    columns = [frame[f"i{n}"].to_numpy() for n in range(INPUTS)]
    size, found = frame.height, dict[str, Any]()
    for name in ANSWERS:
        found[name] = np.empty(size, np.int8 if name[0] in "vc" else np.float64)
    with np.errstate(all="ignore"):
        for start in range(0, size, BLOCK):
            part = slice(start, min(start + BLOCK, size))
            _block([c[part] for c in columns], {name: x[part] for name, x in found.items()})
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
    m = [_form(n, i, lambda x, y: np.where(y != 0, x / y, np.nan)) for n in range(METRICS)]
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


def with_duckdb(_: Program, frame: pl.DataFrame) -> pl.DataFrame:
    """SQL."""
    duckdb: Any = importlib.import_module("duckdb")

    forms = ("i{a} + i{b}", "i{a} - i{b}", "i{a} * i{b}", "i{a} / nullif(i{b}, 0)", "(i{a} + i{b}) / nullif(i{c}, 0)")
    metrics = ", ".join(forms[n % len(forms)].format(**places(n)) + f" as m{n}" for n in range(METRICS))
    conditions = ", ".join(
        f"(m{n} > {n + 1} and i{(n * 5 + 3) % INPUTS} < {40 - n}) as c{n}" for n in range(CONDITIONS)
    )
    tables = []
    for n in range(TABLES):
        parts = [f"(c{4 * n + k} and not c{(4 * n + k + 1) % CONDITIONS})" for k in range(LINES)]
        cases = " ".join(f"when {x} then 'Row {k}' when {x} is null then null" for k, x in enumerate(parts))
        tables.append(f"case {cases} else 'Else' end as v{n}")
    score = " + ".join(f"c{n}::double * {(1 + n % 3) * (1 if n % 2 == 0 else -1)}" for n in range(CONDITIONS))
    total = sum(1 + n % 3 for n in range(CONDITIONS))
    names = ", ".join([*(f"c{n}" for n in range(CONDITIONS)), *(f"m{n}" for n in range(METRICS))])
    query = (
        f"with a as (select *, {metrics} from frame), b as (select *, {conditions} from a) "
        f"select name, {', '.join(tables)}, {names}, ({score}) / {total} as score from b"
    )
    found: pl.DataFrame = duckdb.sql(query).pl()
    return found


WAYS: dict[str, Callable[[Program, pl.DataFrame], pl.DataFrame]] = {
    "thesis": thesis, "polars by hand": by_hand, "numpy in blocks": with_numpy, "duckdb": with_duckdb,
}  # fmt: skip
BASE = "polars by hand"


# --- measuring -------------------------------------------------------------------------------------------------------


def agree(found: dict[str, pl.DataFrame]) -> None:
    """Raises AssertionError where two ways differ in any row."""
    base = found[BASE].sort("name")
    for name, other in found.items():
        other = other.sort("name")
        for column in ANSWERS:
            a, b = base[column], other[column]
            assert (a.is_null() == b.is_null()).all(), f"{name}: {column} is missing in other rows"
            if a.dtype == pl.Float64:
                gap = (a - b).abs() <= 1e-9 * pl.select(pl.max_horizontal(a.abs(), b.abs(), pl.lit(1e-3))).to_series()
                assert gap.fill_null(True).all(), f"{name}: {column}"
            else:
                assert (a == b).fill_null(True).all(), f"{name}: {column}"


def _memory(way: str, rows: int, pipe: Any) -> None:
    frame, checked = data(rows), program()
    WAYS[way](checked, frame.head(1000))
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = _peak()
    found = WAYS[way](checked, frame)
    pipe.send((_peak() - before, found.height))


def _peak() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def memory(way: str, rows: int) -> float:
    """Peak of a process of its own above the data, in MB."""
    context = mp.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_memory, args=(way, rows, there))
    process.start()
    used: int = here.recv()[0]
    process.join()
    return used / 1024


def compared(rows: int) -> None:
    """Times, ratios and memory of each way."""
    frame, checked = data(rows), program()
    ways = {name: way for name, way in WAYS.items() if name != "duckdb" or _has("duckdb")}
    agree({name: way(checked, frame) for name, way in ways.items()})
    taken: dict[str, list[float]] = {name: [] for name in ways}
    work: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TURNS):
        for name, way in ways.items():
            gc.collect()
            began, cpu = time.perf_counter(), time.process_time()
            way(checked, frame)
            taken[name].append(time.perf_counter() - began)
            work[name].append(time.process_time() - cpu)
    print(
        f"{rows:,} rows; all ways agree on every row. Medians of {TURNS} turns: wall, ratio; processor, ratio; memory above the data."
    )
    for name in taken:
        clock, cores = (median(a / b for a, b in zip(x[name], x[BASE], strict=True)) for x in (taken, work))
        print(
            f"  {name:16} {median(taken[name]) * 1e3:8.1f} ms {clock:5.2f}   {median(work[name]) * 1e3:8.1f} ms {cores:5.2f}"
            f"   {memory(name, rows):7.0f} MB"
        )


def growth() -> None:
    """How time grows with rows and with the graph."""
    checked = program()
    for rows in (10_000, 100_000, 1_000_000):
        frame = data(rows)
        print(f"  {rows:>9,} rows   {_best(lambda frame=frame: thesis(checked, frame)) * 1e3:8.1f} ms")  # type: ignore[misc]
    frame = data(20_000)
    for nodes in (50, 500, 5_000):
        large = _graph(nodes)
        asked = Asked(conditions=tuple(large.conditions), metrics=(f"m{nodes - 1}",), score=True)

        def work(large: Program = large, asked: Asked = asked) -> object:
            return Columnar().answers(large, Table(frame.lazy(), DAY), asked).collect(engine="streaming")

        plan = _best(lambda large=large, asked=asked: Columnar().answers(large, Table(frame.lazy(), DAY), asked))  # type: ignore[misc]
        print(f"  {nodes:>9,} nodes  {_best(work) * 1e3:8.1f} ms at 20,000 rows, of these {plan * 1e3:.1f} to compile")


def _graph(nodes: int) -> Program:
    """A graph of so many metrics: chains of ten beside each other, of sums and ratios."""
    lines = ["rules main", *(f'input i{n} "Input {n}" : number' for n in range(INPUTS))]
    for n in range(nodes):
        before = f"m{n - 1}" if n % 10 else f"i{n // 10 % INPUTS}"
        lines.append(f"metric m{n} = {before} * 1.01 + i{n % INPUTS}")
    lines.append('pillar p "?"')
    lines += [f'bull c{n} "C{n}" on p when m{n} > {n % 7 + 5}' for n in range(9, nodes, 50)]
    found = check_file(SourceFile("main.thesis", "\n".join(lines) + "\n"), Library(())).program
    assert found is not None
    return found


def _best(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(5):
        gc.collect()
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)


def _has(package: str) -> bool:
    try:
        __import__(package)
    except ImportError:
        return False
    return True


def main() -> None:
    """Prints what it measures."""
    print(
        f"Python {platform.python_version()}, polars {pl.__version__}, numpy {np.__version__}, {mp.cpu_count()} cores"
    )
    arguments = sys.argv[1:]
    if "growth" in arguments:
        growth()
        return
    compared(int(arguments[0]) if arguments else ROWS)


if __name__ == "__main__":
    main()
