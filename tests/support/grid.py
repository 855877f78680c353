"""Small rule files whose every world can be listed, and what follows from listing them: the proofs' findings, found by
the evaluator alone.

Figures are whole (`count between 0 and 2`) or compared with written figures alone, so that a grid leaves nothing out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from hypothesis import strategies as st

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.program import program as p
from dsl.text.source import SourceFile
from evaluator.engine import graph as graphs
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import Evaluation, World
from evaluator.engine.verdicts import NO_ROW
from evaluator.known.asof import view
from evaluator.values.series import expect
from evaluator.values.values import May, Truth, Words

DAY = dt.date(2026, 5, 14)
PERCENT_GRID = (0.05, 0.1, 0.15, 0.2, 0.25)
"""The thresholds 10% and 20%, between them, and to both sides."""
HEAD = """rules drawn "Drawn"
input n "N" : count between 0 and 2
input m "M" : count between 0 and 2
input d "D" : count between -1 and 1
input share "Share" : percent
input part "Part" : percent between 0% and 100%
input cap "Cap" : number above 0
input low "Low" : number at most 1
input open_now "Open" : flag
input kind "Kind" : choice of (cloud, shop)
input routes "Routes" : set of (a, b)
metric gap = n - m
metric ratio = n / m
metric pe = n / d meaningful when d > 0
metric hedged = n - m meaningful when open_now
metric nested = pe + 1 meaningful when n > 0 and ratio < 2
metric cases = if pe > 1 then pe else if open_now then m else n / m
forecast path for 2 years starts n then previous + m
forecast other for 2 years starts path - d then if step > 1 then path * 2 - previous else path
metric band : choice of (lowest, middle, top) = if n > 1 then top else if pe > 0 then middle else lowest
"""


def checked(text: str) -> p.Program:
    """A text as a program; the test is wrong where it has errors."""
    found = check_file(SourceFile("main.thesis", text), Library(()))
    assert found.program is not None, [d.message for d in found.diagnostics if d.is_error]
    return found.program


# --- what is drawn ---------------------------------------------------------------------------------------------

SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
PLAIN = (
    "n", "m", "gap", "ratio", "n + m", "n * m", "2 * n - m", "n / (m + 1)", "n ^ 2", "min(n, m)", "max(n, m)", "abs(gap)",
    "first_known(n, m)", "first_known(ratio, 1)", "max(ratio, 1)", "min(n, 1)", "count(n > 1, m > 1)", "-max(n, m) + 2",
    "min(n, 1) * m", "max(n, m) / 2", "abs(n - 1)", "round(n / 2)", "floor(m / 2)", "ceil(ratio)", "average(n, m)",
    "median(n, m)", "sum(n, m, 1)", "1 / n", "(if n > 1 then m else 2)", "(if n > m then n else m) * 2",
    "(if n < 1 then 0 else if m > 1 then 2 else n)", "(if ratio > 1 then n else m)", "(if n is known then n else 1)",
    "max(if open_now then n else m, 1)",
    "at(path, 1)", "total(path)", "npv(path, 100%)", "path", "(if share > 15% then n else unknown)", "(if n > 1 then 1 else 1)",
)  # fmt: skip
SIGNED = (
    "d", "pe", "hedged", "nested", "n / d", "1 / d", "n * d", "d * d", "d ^ 2", "d ^ 3", "d ^ -2", "abs(d)", "sqrt(d)",
    "cases", "(if pe > 1 then pe else n)", "(if d > 0 then n / d else 0)", "(if pe is meaningful then pe else -1)",
    "(if open_now then pe else m) + 1", "(if kind is cloud then d else -1)", "cases - n",
    "(if hedged > 0 then 1 else if d > 0 then 2 else d)",
    "max(pe, 1)", "min(n / d, 2)", "first_known(pe, n)", "pe - n", "median(n, d, 1)", "max(n, d) / min(m, d)", "-pe",
    "count(pe > 1, n > 1)", "count(routes)", "(n + 1) / (d + 2)", "m * (d - 2)", "average(pe, n)", "round(pe / 2)",
    "at(other, 1) - n", "at(other, 2)", "total(other)", "npv(other, -50%)", "npv(path, -100%)", "npv(other, 0%) / n",
)  # fmt: skip
"""What may be negative, n.m., or both."""
ASKED = (
    "share between 10% and 20%", "10% < share < 20%", "open_now", "open_now is true", "open_now is false", "kind is cloud",
    "kind is not shop", "n is known", "share is unknown", "kind is unknown", "gap is known", "ratio is unknown",
    "any(n > 1, open_now)", "all(n > 0, m > 0)", "max(n, m) is known", "min(ratio, 1) is known",
    "pe is meaningful", "pe is not meaningful", "pe is known", "hedged is meaningful", "hedged is unknown", "d is known",
    "(pe > 1) is meaningful", "(pe > 1 or open_now) is not meaningful", "ratio is meaningful", "part is unknown",
    "part < 0%", "part <= 100%", "cap is known", "routes includes a", "routes is unknown", "count(routes) = 0",
    "any(pe > 1, n > 1)", "all(pe > 1, n > 1)", "nested is meaningful", "first_known(pe > 1, open_now)", "unknown",
    "n in (0, 2)", "kind in (cloud, shop)", "kind not in (shop)", "band in (top, middle)", "band not in (lowest)", "pe in (1, 2)",
    "share not between 10% and 20%", "(if open_now then kind else cloud) in (cloud, shop)", "ratio not between 1 and 2",
    "band is top", "band is not lowest", "band is known", "cases is meaningful", "cases is known",
    "(if n > 1 then open_now else m > 1)", "(if pe > 1 then n > 1 else kind is cloud)", "(if open_now then kind else shop) is shop",
    "(if pe > 1 then kind else cloud) is cloud", "(if open_now then n else m) is known", "(if open_now then routes else routes) includes a",
    "(if open_now then pe else n) is meaningful", "(if unknown then n > 1 else m > 1)", "(if open_now then band else lowest) is middle",
    "(open_now and unknown)", "first_known(open_now, unknown)",
)  # fmt: skip
UNDER = {"gap": "n m", "ratio": "n m", "pe": "n d", "hedged": "n m open_now", "nested": "n m d",
         "path": "n m", "other": "n m d", "cases": "n m d open_now", "band": "n d"}  # fmt: skip
"""The inputs under each metric."""


def asks_for(text: str) -> set[str]:
    """The inputs that an atom rests on."""
    words = set(re.findall(r"[a-z_]+", text))
    return (words & set(GRID)) | {name for metric in words & set(UNDER) for name in UNDER[metric].split()}


def atoms(names: frozenset[str]) -> st.SearchStrategy[str]:
    """Conditions that rest on no other inputs."""

    def fit(*texts: str) -> list[str]:
        return [text for text in texts if asks_for(text) <= names]

    def compared(figures: list[str], others: list[str]) -> list[st.SearchStrategy[str]]:
        parts = st.tuples(st.sampled_from(figures), SIGNS, st.sampled_from(others)) if figures else None
        return [parts.map(" ".join)] if parts is not None else []

    return st.one_of(
        *compared(fit(*PLAIN, *SIGNED), ["0", "1", "2", "0.5", *fit("m", "n")]),
        *compared(fit(*SIGNED), ["0", "1", *fit("n", "d")]),
        *compared(fit("share", "part"), ["10%", "20%"]),
        *compared(fit("cap", "low"), ["0", "1", "2"]),
        st.sampled_from(fit(*ASKED)),
    )


def conditions(names: frozenset[str], more: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    """Atoms joined by and, or and not."""
    leaves = st.one_of(atoms(names), st.sampled_from(more)) if more else atoms(names)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            inner.map(lambda c: f"not ({c})"),
        ),
        max_leaves=3,
    )


@st.composite
def rule_files(draw: st.DrawFn) -> str:
    """A file with two pillars, bulls and bears, a table and a table over it, all of which rest on a few inputs: of four
    there are at most some two thousand worlds."""
    names = draw(st.frozensets(st.sampled_from(sorted(GRID)), min_size=3, max_size=4))
    there = f" applies when {draw(atoms(names))}" if draw(st.integers(0, 3)) == 0 else ""
    lines = [HEAD + f'pillar one "One?"\npillar two "Two?"{there}']
    for number in range(draw(st.integers(1, 3))):
        side = draw(st.sampled_from(["bull", "bear"]))
        applies = f" applies when {draw(atoms(names))}" if draw(st.integers(0, 3)) == 0 else ""
        pillar = draw(st.sampled_from(["one", "two", "one, two"]))
        lines.append(f"{side} c{number} on {pillar}{applies} when {draw(conditions(names))}")
    more = tuple(f"{pillar} is {state}" for pillar in ("one", "two") for state in ("supported", "undermined", "open"))
    more += ("c0", "c0 is unknown", "one is contested")
    tone = st.sampled_from(["", " bullish", " bearish", " neutral"])
    outcomes = [draw(st.sampled_from("ABC")) for _ in range(draw(st.integers(1, 4)))]
    rows = [f'  when {draw(conditions(names, more))} then "{o}"{draw(tone)}' for o in outcomes]
    if draw(st.booleans()):
        rows, outcomes = [*rows, f'  otherwise "D"{draw(tone)}'], [*outcomes, "D"]
    says = [f"  applies when {draw(atoms(names))}"] if draw(st.integers(0, 3)) == 0 else []
    lines.append("\n".join(["verdict table", *says, *rows]))
    words = [f'table is "{o}"' for o in sorted(set(outcomes))]
    over = [f'  when {draw(conditions(names, (*words, "table is known")))} then "{n}"' for n in range(2)]
    lines.append("\n".join(["verdict over_it", *over]))
    return "\n".join(lines) + "\n"


# --- every world ---------------------------------------------------------------------------------------------------


GRID: dict[str, tuple[float | bool | str | frozenset[str] | None, ...]] = {
    "n": (0.0, 1.0, 2.0, None), "m": (0.0, 1.0, 2.0, None), "d": (-1.0, 0.0, 1.0, None), "share": (*PERCENT_GRID, None),
    "part": (0.0, *PERCENT_GRID, 1.0, None), "cap": (0.5, 1.0, 1.5, 2.0, 3.0, None), "low": (-1.0, 0.0, 0.5, 1.0, None),
    "open_now": (True, False, None), "kind": ("cloud", "shop", None),
    "routes": (frozenset(), frozenset("a"), frozenset("b"), frozenset("ab"), None),
}  # fmt: skip
"""What stands for all that an input can be: each figure that rules compare with, and those between and beside them."""


def worlds(
    program: p.Program, names: tuple[str, ...] | None = None, every: int = 1
) -> Iterator[tuple[dict[str, p.Expr], Evaluation]]:
    """Every world on the grid, with each figure known or not, as the evaluator sees it; of some names, or of all that
    conditions and tables rest on. `every`: of these every so many-th."""
    used = needed(program)
    names = names if names is not None else tuple(name for name in GRID if name in used)
    order = graphs.order(graphs.build(program))
    nothing = view(program, (), None, DAY)
    for picked in islice(product(*(GRID[name] for name in names)), 0, None, every):
        given = {
            name: _written(program.inputs[name], value)
            for name, value in zip(names, picked, strict=True)
            if value is not None
        }
        yield given, evaluate(program, order, nothing, World(given, alone=True))


def _written(declared: p.Input, value: float | bool | str | frozenset[str]) -> p.Expr:
    if isinstance(value, frozenset):
        return p.Members(declared.span, declared.type, value)
    return p.Const(declared.span, declared.type, value)


def needed(program: p.Program) -> set[str]:
    """The names that conditions and tables rest on."""
    waiting = [*program.conditions, *program.verdicts]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += program.needs(name)
    return found


@dataclass
class Seen:
    """What was seen of one row or condition over all worlds."""

    holds: bool = False
    fails: bool = False
    reached: bool = False
    holds_with_none_above: bool = False
    past_nothing: bool = False
    """Whether it was the outcome where a row above was not meaningful."""


def expected(program: p.Program) -> set[tuple[str, str, int | None]]:
    """The findings that listing every world gives: code, name, row."""
    tables = {v.name: [Seen() for _ in v.rows] for v in program.verdicts.values()}
    conditions = {c: Seen() for c in program.conditions}
    left = {c: False for c, declared in program.conditions.items() if declared.applies is not None}
    gaps: set[str] = set()
    together: set[tuple[str, str]] = set()
    for _, evaluation in worlds(program):
        for verdict in program.verdicts.values():
            _see_table(evaluation, verdict, tables[verdict.name])
            if expect_words(evaluation, verdict.name) == (NO_ROW,):
                gaps.add(verdict.name)
        for condition in program.conditions.values():
            _see_condition(evaluation, condition, conditions[condition.name], left)
        true = [c for c in program.conditions if value_of(evaluation, c)]
        together |= {(a, b) for a in true for b in true}
    found: set[tuple[str, str, int | None]] = {("P001", name, None) for name in gaps}
    for verdict in program.verdicts.values():
        found |= set(_of_rows(program, verdict, tables[verdict.name]))
    for name, seen in conditions.items():
        if not seen.holds:
            found.add(("P006" if seen.fails else "P008", name, None))
        elif not seen.fails:
            found.add(("P007", name, None))
    found |= {("P013", name, None) for name, leaves in left.items() if not leaves}
    for pillar in program.pillars:
        found |= set(_of_pillar(program, pillar, conditions, together))
    return found


def expect_words(evaluation: Evaluation, name: str) -> tuple[str, ...] | None:
    words = evaluation.values[name]
    assert isinstance(words, Words)
    return words.possible


def value_of(evaluation: Evaluation, name: str) -> bool | None:
    return expect(evaluation.of(name), Truth).value


def _see_table(evaluation: Evaluation, verdict: p.Verdict, seen: list[Seen]) -> None:
    if evaluation.applies(verdict).value is not True:
        return
    truths = [t.possible for _, t in evaluation.row_truths(verdict)]
    for at, (truth, one) in enumerate(zip(truths, seen, strict=True)):
        if truth is May.TRUE:
            reached = not any(t & May.TRUE for t in truths[:at])
            one.holds = True
            one.reached |= reached
            one.holds_with_none_above |= May.TRUE not in truths[:at]
            one.past_nothing |= reached and May.NM in truths[:at]


def _see_condition(evaluation: Evaluation, condition: p.Condition, seen: Seen, left: dict[str, bool]) -> None:
    applies = condition.applies is None or bool(evaluation.truth(condition.applies).possible & May.TRUE)
    seen.holds |= value_of(evaluation, condition.name) is True
    seen.fails |= applies and evaluation.truth(condition.when).value is False
    if condition.applies is not None:
        left[condition.name] |= not applies


def _written_for_it(program: p.Program, when: p.Expr | None) -> bool:
    """Whether a row asks for what is unknown or not meaningful, itself or by a condition that it names."""
    named = [c for c in program.conditions if c in p.names_in(when)]
    exprs = [when, *(e for c in named for e in program.expressions(c))]
    return any(
        isinstance(n, p.Not) and isinstance(n.operand, p.IsKnown | p.IsMeaningful)
        for e in exprs if e is not None for n in p.walk(e)
    )  # fmt: skip


def _of_rows(program: p.Program, verdict: p.Verdict, seen: list[Seen]) -> Iterator[tuple[str, str, int | None]]:
    for number, (row, one) in enumerate(zip(verdict.rows, seen, strict=True), 1):
        if one.reached:
            continue
        covered = "P005" if one.holds_with_none_above else "P003"
        yield "P002" if not one.holds else "P004" if row.when is None else covered, verdict.name, number
    past = [
        (row.tone, number)
        for number, (row, one) in enumerate(zip(verdict.rows, seen, strict=True), 1)
        if one.past_nothing and not _written_for_it(program, row.when)
    ]
    yield from (("P014", verdict.name, number) for tone, number in past if tone in ("bullish", None))
    others = sorted(
        (("neutral", "bearish").index(tone), number) for tone, number in past if tone in ("neutral", "bearish")
    )
    yield from (("P015", verdict.name, number) for _, number in others[:1])


def _of_pillar(
    program: p.Program, pillar: str, conditions: dict[str, Seen], together: set[tuple[str, str]]
) -> Iterator[tuple[str, str, int | None]]:
    own = [c for c in program.conditions.values() if pillar in c.pillars]
    bulls, bears = ([c for c in own if c.side is side] for side in (p.Side.BULL, p.Side.BEAR))
    if not any(conditions[c.name].fails for c in bulls) and not any(conditions[c.name].holds for c in bears):
        yield "P010", pillar, None
    for bull in bulls:
        for bear in bears:
            alone = conditions[bull.name].holds and conditions[bear.name].holds
            if alone and p.names_in(bull.when) & p.names_in(bear.when) and (bull.name, bear.name) not in together:
                yield "P009", bear.name, None
