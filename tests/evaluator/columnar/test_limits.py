"""Each function and form of the language is lowered, or stands in the one list of what columns cannot say, which docs/scale.md has too."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import evaluator.columnar
from dsl.program import expressions
from dsl.types.units import Frequency
from evaluator.columnar.algebra.limits import LONGEST, MOST, Limit
from evaluator.columnar.engine import split
from evaluator.columnar.expressions import KINDS
from evaluator.screening.protocol import Asked, Table
from tests.support.screens import DAY, everything, program_of

ROOT = Path(__file__).parents[3]
FOLDER = Path(evaluator.columnar.__file__).parent

TODAY: Mapping[str, Any] = {"name": ["x"], "a": [1.0]}
QUARTERS: Mapping[str, Any] = {"name": ["x"], "period_end": [dt.date(2026, 6, 30)], "a": [1.0]}
A = "rules r\ninput a : number\n"
Q = "rules r\ninput a : number per quarter\n"
MANY = ", ".join(f"a + {n}" for n in range(MOST + 1))
_Case = tuple[str, Mapping[str, Any], Frequency | None]
CASES: Mapping[Limit, _Case] = {
    Limit.EVENTS_BY_PERIOD: (Q + "kill k when a > 1\n", QUARTERS, Frequency.QUARTER),
    Limit.EVENTS_ON_EVENTS: (
        A.replace("r\n", "r\nsince 2026-01-01\n", 1) + "kill l when a > 2\nkill k when l has happened\n", TODAY, None,
    ),
    Limit.EVENTS_BY_THE_DAY: (
        A.replace("r\n", "r\nsince 2026-01-01\n", 1) + "input d : date\nkill k when days_between(d, as_of) > 90\n", TODAY, None,
    ),
    Limit.SCENARIOS: (
        A + 'scenario s "S" probability 50% assume a = 2\nmetric m = expected(a)\n', TODAY, None,
    ),
    Limit.SEGMENTS: ("rules r\ninput a : number by segment\nmetric m = sum over segments(a)\n", TODAY, None),
    Limit.MONEY: ("rules r\ninput a : money\nmetric m = 2bn CNY\nmetric n = a > m\n", TODAY, None),
    Limit.DAILY: ("rules r\ninput a : number per quarter\ninput p : number per day\nmetric m = high(p, 60 days)\n",
                  {**QUARTERS, "p": [1.0]}, Frequency.QUARTER),
    Limit.DAY_TABLE: ("rules r\ninput a : number per day\nmetric m = a\n", QUARTERS, Frequency.DAY),
    Limit.FREQUENCIES: ("rules r\ninput a : number per year\nmetric m = a\n", QUARTERS, Frequency.QUARTER),
    Limit.GIVEN: (Q + "metric m = a + 1\n", {**QUARTERS, "m": [3.0]}, Frequency.QUARTER),
    Limit.FAR_BACK: (Q + f"metric m = lag(a, {LONGEST + 1})\n", QUARTERS, Frequency.QUARTER),
    Limit.MEDIAN: (A + f"metric m = median({MANY})\n", TODAY, None),
    Limit.DEVIATION: (Q + f"metric m = stdev(a, {MOST + 1} quarters)\n",
                      {**QUARTERS, "a.low": [None], "a.high": [2.0]}, Frequency.QUARTER),
    Limit.LATEST: (
        "rules r\ninput a : number per quarter stale after 90 days\nmetric m = lag(a - latest(a), 1)\n", QUARTERS, Frequency.QUARTER,
    ),
    Limit.THEN: (Q + "metric m = lag(a / ahead(a, 1), 1)\n", QUARTERS, Frequency.QUARTER),
    Limit.YEAR_AHEAD: ("rules r\ninput a : money per year above 0\nmetric m = ntm(a)\n", QUARTERS, Frequency.YEAR),
    Limit.HISTORY: (A + "metric m = a\n", TODAY, None),
}  # fmt: skip
ELSEWHERE = {
    Limit.REASONS: "the reference is asked for them (`Mixed`)", Limit.SEARCHED: "tests/evaluator/spark",
    Limit.NAMES: "no rules can have such a name where a table is read", Limit.OTHER: "a guard: the checker admits none",
    Limit.MEETING: "a guard of questions over several frequencies", Limit.WINDOWS: "a guard of durations",
    Limit.STEPS: "a guard of forecasts",
}  # fmt: skip
"""Those without a case here, each with why."""


def _types(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {c: {"name": pl.String, "period_end": pl.Date}.get(c, pl.Float64) for c in columns}


@pytest.mark.parametrize("limit", [pytest.param(limit, id=limit.name) for limit in CASES])
def test_each_is_refused_with_its_words_and_judged_by_rows(limit: Limit) -> None:
    rules, columns, every = CASES[limit]
    program = program_of(rules)
    table = Table(pl.LazyFrame(columns, schema=_types(columns)), DAY, every, currency="USD")
    asked = everything(program, history=limit is Limit.HISTORY)
    _, _, why = split(program, table, asked)
    assert any(reason.endswith(limit.value) for _, reason in why), why


def test_each_has_a_case_or_a_reason() -> None:
    assert set(CASES) | set(ELSEWHERE) == set(Limit)
    assert not set(CASES) & set(ELSEWHERE)


def test_nothing_is_refused_in_other_words() -> None:
    used = set[str]()
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NotColumnar":
                said = ast.unparse(node.args[0])
                limits = re.findall(r"\bLimit\.(\w+)", said)
                assert limits or said == "found.reason", f"{path.name}: {said}"
                used |= set(limits)
    assert used == {limit.name for limit in Limit}


def test_the_docs_list_is_this_list() -> None:
    section = (
        (ROOT / "docs/scale.md").read_text(encoding="utf-8").split("## What columns cannot say\n")[1].split("\n## ")[0]
    )
    listed = [" ".join(item.split()).rstrip(".;") for item in re.findall(r"^- (.*(?:\n  .*)*)", section, re.MULTILINE)]
    assert listed == [limit.value for limit in Limit]


def test_every_kind_of_expression_is_lowered() -> None:
    kinds = {
        kind for kind in vars(expressions).values() if isinstance(kind, type) and issubclass(kind, expressions.Expr)
    }
    parts = {expressions.Expr, expressions.Window, expressions.Refused, expressions.Interval, expressions.ByPeriod}
    assert kinds - parts == set(KINDS), "parts of calls, of scenarios and of what has errors aside"


def test_what_is_refused_is_judged_all_the_same() -> None:
    program = program_of(A + f"metric m = median({MANY})\n")
    table = Table(pl.LazyFrame(TODAY, schema=_types(TODAY)), DAY)
    columns, rows, _ = split(program, table, Asked(metrics=("a", "m")))
    assert (columns.metrics, rows.metrics) == (("a",), ("m",))
