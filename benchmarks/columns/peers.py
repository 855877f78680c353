"""The same in other engines: DuckDB's SQL, ibis on DuckDB, Hamilton on numpy, and a program in C with two threads.

Each is given the figures in the form that it likes best, before the clock starts, and gives its own form of the answers; `frame` of a
way makes polars' of them, to hold them to each other, when the clock has stopped.
"""

from __future__ import annotations

import ctypes
import importlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.columns.thesis import (
    CONDITIONS,
    INPUTS,
    LINES,
    METRICS,
    TABLES,
    TOTAL,
    WEIGHTS,
    form,
    lines,
    other,
    places,
)  # fmt: skip


def with_duckdb(frame: pl.DataFrame) -> pl.DataFrame:
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


def with_ibis(frame: pl.DataFrame) -> pl.DataFrame:
    """Expressions of ibis, which runs them on DuckDB."""
    ibis: Any = importlib.import_module("ibis")
    answers: pl.DataFrame = of_ibis(ibis.memtable(frame)).to_polars()
    return answers


def of_ibis(table: Any) -> Any:
    """The answers as an expression of ibis, for any engine that it has."""
    ibis: Any = importlib.import_module("ibis")

    i = [table[f"i{n}"] for n in range(INPUTS)]
    found = table.mutate(**{f"m{n}": form(n, i, lambda x, y: x / y.nullif(0.0)) for n in range(METRICS)})
    found = found.mutate(**{
        f"c{n}": (found[f"m{n}"] > n + 1) & (found[f"i{other(n)}"] < 40 - n) for n in range(CONDITIONS)
    })  # fmt: skip
    c = [found[f"c{n}"] for n in range(CONDITIONS)]
    tables = {}
    for n in range(TABLES):
        branches = []
        for k, (a, b) in enumerate(lines(n)):
            holds = c[a] & ~c[b]
            branches += [(holds, ibis.literal(f"Row {k}")), (holds.isnull(), ibis.null("string"))]
        tables[f"v{n}"] = ibis.cases(*branches, else_="Else")
    score = sum(
        (x.cast("float64") * weight for x, weight in zip(c[1:], WEIGHTS[1:], strict=True)),
        c[0].cast("float64") * WEIGHTS[0],
    )
    chosen = ["name", *(f"c{n}" for n in range(CONDITIONS)), *(f"m{n}" for n in range(METRICS))]
    return found.select(*chosen, **tables, score=score / TOTAL)


# --- Hamilton --------------------------------------------------------------------------------------------------------


def _functions() -> Any:
    """A module as Hamilton takes it: a function for each metric, condition and table, whose arguments are what it is made of."""
    said = ["import numpy as np"]
    for n in range(METRICS):
        at = places(n)
        a, b, c = (f"i{at[x]}" for x in "abc")
        body = {0: f"{a} + {b}", 1: f"{a} - {b}", 2: f"{a} * {b}", 3: f"np.where({b} != 0, {a} / {b}, np.nan)"}.get(
            n % 5, f"np.where({c} != 0, ({a} + {b}) / {c}, np.nan)"
        )
        names = sorted({a, b, *([c] if n % 5 == 4 else [])})
        said.append(_function(f"m{n}", names, body))
    for n in range(CONDITIONS):
        x, y, above, below = f"m{n}", f"i{other(n)}", n + 1, 40 - n
        body = f"np.where(({x} > {above}) & ({y} < {below}), 1, np.where(({x} <= {above}) | ({y} >= {below}), 0, 2)).astype(np.int8)"
        said.append(_function(f"c{n}", [x, y], body))
    for n in range(TABLES):
        body = "np.int8(1)"
        for k, (yes, no) in reversed(list(enumerate(lines(n)))):
            body = f"np.where((c{yes} == 1) & (c{no} == 0), {k + 2}, np.where((c{yes} == 0) | (c{no} == 1), {body}, 0))"
        said.append(
            _function(f"v{n}", sorted({f"c{x}" for pair in lines(n) for x in pair}), f"({body}).astype(np.int8)")
        )
    every = [f"c{n}" for n in range(CONDITIONS)]
    points = " + ".join(f"{weight} * (c{n} == 1)" for n, weight in enumerate(WEIGHTS))
    said.append(
        _function("score", every, f"np.where({' & '.join(f'({c} < 2)' for c in every)}, ({points}) / {TOTAL}, np.nan)")
    )
    made: dict[str, Any] = {}
    exec("\n".join(said), made)
    utilities: Any = importlib.import_module("hamilton.ad_hoc_utils")
    return utilities.create_temporary_module(
        *(made[f] for f in made if f[0] in "mcvs" and f[-1:].isalnum() and callable(made[f]))
    )


def _function(name: str, of: list[str], body: str) -> str:
    return f"def {name}({', '.join(f'{x}: np.ndarray' for x in of)}) -> np.ndarray:\n    return {body}"


def with_hamilton(columns: dict[str, Any]) -> dict[str, Any]:
    """A graph of functions on numpy; a missing figure is NaN."""
    importlib.import_module("hamilton.telemetry").disable_telemetry()
    driver: Any = importlib.import_module("hamilton.driver")
    wanted = [
        *(f"v{n}" for n in range(TABLES)),
        *(f"c{n}" for n in range(CONDITIONS)),
        *(f"m{n}" for n in range(METRICS)),
        "score",
    ]
    with np.errstate(all="ignore"):
        found: dict[str, Any] = driver.Builder().with_modules(_functions()).build().execute(wanted, inputs=columns)
    return found


# --- C ---------------------------------------------------------------------------------------------------------------


@contextmanager
def compiled() -> Iterator[Callable[[dict[str, Any]], dict[str, Any]] | None]:
    """The program in C, compiled; None where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "screen.so"
        source = Path(__file__).with_name("screen.c")
        options = ["-O3", "-march=native", "-fno-trapping-math", "-shared", "-fPIC", "-pthread"]
        subprocess.run([compiler, *options, "-o", library, source, "-lm"], check=True)
        screen = ctypes.CDLL(str(library)).screen

        def run(columns: dict[str, Any]) -> dict[str, Any]:
            rows = len(columns["i0"])
            found: dict[str, Any] = {f"m{n}": np.empty(rows) for n in range(METRICS)}
            found |= {
                f"{kind}{n}": np.empty(rows, np.int8)
                for kind, count in (("c", CONDITIONS), ("v", TABLES))
                for n in range(count)
            }
            found["score"] = np.empty(rows)

            def pointers(kind: str, count: int, of: dict[str, Any]) -> Any:
                return (ctypes.c_void_p * count)(*(of[f"{kind}{n}"].ctypes.data for n in range(count)))

            failed = screen(
                pointers("i", INPUTS, columns), pointers("m", METRICS, found), pointers("c", CONDITIONS, found),
                pointers("v", TABLES, found), ctypes.c_void_p(found["score"].ctypes.data), ctypes.c_long(rows),
            )  # fmt: skip
            assert not failed, "a thread could not be started"
            return found

        yield run


def arrays(frame: pl.DataFrame) -> dict[str, Any]:
    """The figures as numpy has them: what is missing is NaN."""
    return {f"i{n}": frame[f"i{n}"].to_numpy() for n in range(INPUTS)}
