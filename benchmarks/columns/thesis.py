"""The thesis that all ways evaluate, and its data: 20 inputs, 15 metrics, 12 conditions, a score and 3 tables; of twenty figures one is
missing, and of none is there one that a screen must guard itself against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl

from dsl.check.checker import check_file
from dsl.link.library import Library
from dsl.program.program import Program
from dsl.text.source import SourceFile

INPUTS, METRICS, CONDITIONS, TABLES, LINES = 20, 15, 12, 3, 4
DAY = dt.date(2026, 5, 14)
FORMS = ("i{a} + i{b}", "i{a} - i{b}", "i{a} * i{b}", "i{a} / i{b}", "(i{a} + i{b}) / i{c}")
WEIGHTS = [(1 + n % 3) * (1 if n % 2 == 0 else -1) for n in range(CONDITIONS)]
TOTAL = sum(map(abs, WEIGHTS))


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


def checked(text: str) -> Program:
    """Rules, checked."""
    found = check_file(SourceFile("main.thesis", text), Library(())).program
    assert found is not None
    return found


def data(rows: int, odd: float = 0.0) -> pl.DataFrame:
    """Invented figures, one in twenty missing. `odd`: this part of them is 0, so that a division by it is none."""
    draw = np.random.default_rng(1)
    columns = {"name": pl.Series([f"n{n}" for n in range(rows)])}
    for n in range(INPUTS):
        figures, missing = draw.uniform(-50, 50, rows), draw.random(rows) < 0.05
        if odd:
            figures[draw.random(rows) < odd] = 0.0
        columns[f"i{n}"] = pl.Series(figures).set(pl.Series(missing), None)
    return pl.DataFrame(columns)


ANSWERS = [
    *(f"v{n}" for n in range(TABLES)),
    *(f"c{n}" for n in range(CONDITIONS)),
    *(f"m{n}" for n in range(METRICS)),
    "score",
]


def form(n: int, i: Sequence[Any], over: Callable[[Any, Any], Any]) -> Any:
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


def other(n: int) -> int:
    """The input that a condition asks for beside its metric."""
    return (n * 5 + 3) % INPUTS


def lines(n: int) -> list[tuple[int, int]]:
    """The conditions of each row of a table: one that holds, one that does not."""
    return [(4 * n + k, (4 * n + k + 1) % CONDITIONS) for k in range(LINES)]
