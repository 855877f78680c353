"""Columns against the reference: each operation draw by draw, and whole programs draw by draw."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.types.units import Kind
from evaluator.draws import choices, columns, truths
from evaluator.draws.columns import Numbers, figure_at, odd_of, simple
from evaluator.draws.one_by_one import OneByOne
from evaluator.draws.plan import planned
from evaluator.draws.tape import NotInColumns
from evaluator.session.run import Run, run
from evaluator.values import bounds as v
from evaluator.values.either import either
from evaluator.values.values import Figure, May, Truth
from tests.evaluator.draws.alike import differences
from tests.support.runs import checked
from tests.support.stories import NAMES, about, stories
from tests.support.stories import truths as conditions

_SOME = st.sampled_from([-3.0, -1.0, -0.5, 0.0, 1e-10, 0.25, 0.3, 0.1 + 0.2, 1.0, 1.0 + 1e-10, 2.0, 7.5, 1e200])
_INF = math.inf


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    """Exact figures, bounds, unknown, maybe and surely not meaningful, assumed."""
    kind = draw(st.sampled_from(["exact", "exact", "exact", "bounds", "low", "high", "wide", "nm"]))
    a, b = sorted((draw(_SOME), draw(_SOME)))
    odd = draw(st.booleans())
    match kind:
        case "exact":
            return Figure.exact(a)
        case "bounds":
            return Figure(a, b, undefined=odd, assumed=draw(st.booleans()) and a < b)
        case "low":
            return Figure(a, _INF, undefined=odd)
        case "high":
            return Figure(-_INF, b, assumed=odd)
        case "wide":
            return Figure.unknown(frozenset(), undefined=odd)
        case _:
            return Figure.meaningless(frozenset())


def column(each: Sequence[Figure]) -> Any:
    """Figures as a column."""
    low, high = np.array([f.low for f in each]), np.array([f.high for f in each])
    return simple(Numbers(low, high, np.array([odd_of(f) for f in each], np.uint8)))


def same(found: Any, wanted: Sequence[Figure], given: object) -> None:
    """A column holds these figures, but for their causes and the last digits."""
    for at, figure in enumerate(wanted):
        got = figure_at(found, at)
        what = f"{given}: {got} and not {figure}"
        assert (got.undefined, got.nm, got.assumed) == (figure.undefined, figure.nm, figure.assumed), what
        for end in ("low", "high"):
            a, b = getattr(got, end), getattr(figure, end)
            assert a == b or math.isclose(a, b, rel_tol=1e-12), what


PAIRS = {
    "+": (columns.add, v.add), "-": (columns.subtract, v.subtract), "*": (columns.multiply, v.multiply),
    "/": (columns.divide, v.divide), "^": (choices.power, v.power),
    "ratio": (columns.ratio, lambda a, b: v.ratio(a, b, "")),
    "min": (lambda a, b: columns.smallest([a, b]), lambda a, b: v.smallest([a, b])),
    "max": (lambda a, b: columns.largest([a, b]), lambda a, b: v.largest([a, b])),
    "sum": (lambda a, b: columns.total([a, b]), lambda a, b: v.total([a, b])),
}  # fmt: skip
SINGLE = {
    "-": (columns.negative, v.negative), "abs": (columns.absolute, v.absolute), "sqrt": (choices.square_root, v.square_root),
    "ln": (choices.logarithm, v.logarithm), "exp": (choices.exponential, lambda a: v.rising(math.exp, a)),
}  # fmt: skip


def _quietly(function: Callable[..., Any], *arguments: Any) -> Any:
    """As a tape runs it."""
    with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
        return function(*arguments)


@pytest.mark.parametrize("name", PAIRS)
@given(st.lists(st.tuples(figures(), figures()), min_size=1, max_size=8))
def test_two_figures(name: str, pairs: list[tuple[Figure, Figure]]) -> None:
    over, one = PAIRS[name]
    left, right = column([a for a, _ in pairs]), column([b for _, b in pairs])
    same(_quietly(over, left, right), [one(a, b) for a, b in pairs], pairs)
    constant = pairs[0][1]
    plain = constant.low if isinstance(column([constant]), np.ndarray) else Numbers.of(constant)
    same(_quietly(over, left, plain), [one(a, constant) for a, _ in pairs], (pairs, constant))
    same(_quietly(over, plain, left), [one(constant, a) for a, _ in pairs], (constant, pairs))


@pytest.mark.parametrize("name", SINGLE)
@given(st.lists(figures(), min_size=1, max_size=8))
def test_one_figure(name: str, each: list[Figure]) -> None:
    over, one = SINGLE[name]
    same(_quietly(over, column(each)), [one(a) for a in each], each)


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "=", "!="])
@given(st.lists(st.tuples(figures(), figures()), min_size=1, max_size=8))
def test_comparisons(operator: str, pairs: list[tuple[Figure, Figure]]) -> None:
    left, right = column([a for a, _ in pairs]), column([b for _, b in pairs])
    wanted = [int(v.compare(operator, a, b).possible) for a, b in pairs]
    assert list(np.broadcast_to(truths.bits(truths.compare(operator, left, right)), len(pairs))) == wanted, pairs
    constant = pairs[0][1]
    plain = constant.low if isinstance(column([constant]), np.ndarray) else Numbers.of(constant)
    wanted = [int(v.compare(operator, a, constant).possible) for a, _ in pairs]
    assert list(np.broadcast_to(truths.bits(truths.compare(operator, left, plain)), len(pairs))) == wanted


@given(
    st.sampled_from([-7.3, -1e-9, 0.0, 0.1, 0.3, 1.0, 12345.678]), st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
)
def test_thresholds_are_cut_where_the_reference_cuts_them(threshold: float, operator: str) -> None:
    low, high = truths.cuts(threshold)
    near = [x for end in (low, high) for x in (math.nextafter(end, -_INF), end, math.nextafter(end, _INF))]
    found = truths.compare(operator, np.array(near), threshold)
    wanted = [v.compare(operator, Figure.exact(x), Figure.exact(threshold)).value for x in near]
    assert list(found) == wanted  # type: ignore[arg-type]


def test_logic_of_all_truths() -> None:
    every = [May(n) for n in range(1, 8)]
    for a, b in product(every, every):
        left, right = np.array([int(a)], np.uint8), np.array([int(b)], np.uint8)
        for over, one in ((truths.conjunction, v.conjunction), (truths.disjunction, v.disjunction)):
            assert truths.bits(over(left, right))[0] == int(one([Truth(a), Truth(b)]).possible)
            assert truths.bits(over(truths.decided(left), truths.decided(right)))[0] == int(
                one([Truth(a), Truth(b)]).possible
            )
    for a in every:
        assert truths.bits(truths.negate(np.array([int(a)], np.uint8)))[0] == int(v.negate(Truth(a)).possible)


@given(
    st.lists(st.tuples(st.sampled_from([May(n) for n in range(1, 8)]), figures(), figures()), min_size=1, max_size=6)
)
def test_one_of_two(each: list[tuple[May, Figure, Figure]]) -> None:
    asked = truths.decided(np.array([int(m) for m, _, _ in each], np.uint8))
    found = choices.either(asked, column([a for _, a, _ in each]), column([b for _, _, b in each]))
    wanted = [either(Truth(m), a, b) for m, a, b in each]
    same(found, [x for x in wanted if isinstance(x, Figure)], each)


def test_one_of_two_truths_of_all_kinds() -> None:
    every = [May(n) for n in range(1, 8)]
    for asked, yes, no in product(every, every, every):
        found = choices.either_truth(*(truths.decided(np.array([int(m)], np.uint8)) for m in (asked, yes, no)))
        wanted = either(Truth(asked), Truth(yes), Truth(no))
        assert isinstance(wanted, Truth)
        assert truths.bits(found)[0] == int(wanted.possible), (asked, yes, no)


# --- whole programs ------------------------------------------------------------------------------------------

UNCERTAIN = ("growth", "earned", "share", "rival", "signed", "equity", "eps", "price", "roe", "lead")


def program(atoms: list[str], uncertain: list[str]) -> str:
    """Rules over the names of `stories`, with conditions, a kill that is asked for and tables."""
    lines = [
        'thesis drawn "Drawn" for DRAWN since 2025-06-01',
        NAMES,
        'pillar p "P"',
        f'pillar q "Q" applies when {atoms[3]} or signed',
    ]
    lines.append("metric cases = if growth > 10% then roe else first_known(lead, 5%)")
    lines.append('forecast path "Path" for 3 years starts growth then previous * 0.9 + max(roe, 0%) * 0.1 ^ step')
    lines.append("metric odd = sqrt(share + 1%) + abs(min(growth, roe)) ^ 2")
    lines.append(f"bull a on p weight 2 when {atoms[0]}")
    lines.append(f"bear b on p, q critical applies when {atoms[1]} when {atoms[2]}")
    lines.append(f"bull c on q when cases > 5% and not ({atoms[3]}) or odd > 0.1")
    lines.append(f'kill k "K" when {atoms[4]}')
    lines.append(
        'verdict call "Call" when k has happened then "Out" when p is supported and q is not open then "In" '
        'when p is contested then "Split" otherwise "Wait"'
    )
    lines.append(
        'verdict size "Size" applies when not (signed and growth < 0%) '
        'when call is "In" or a and c then "Full" when call is "Wait" then "Half"'
    )
    shapes = {"signed": "discrete(true, 1, false, 1)", "equity": "1bn CNY to 9bn CNY", "earned": "normal(1bn CNY, 2bn CNY)",
              "eps": "1 CNY to 9 CNY", "price": "40 CNY to 160 CNY", "share": "uniform(0%, 100%)", "rival": "uniform(0%, 90%)"}  # fmt: skip
    lines += [f"uncertain {name} ~ {shapes.get(name, '-10% to 40%')}" for name in uncertain]
    return "\n".join(lines)


def _draws(run_: Run, size: int, seed: int) -> list[Any]:
    generator = np.random.default_rng(seed)
    kinds = {
        "signed": lambda: generator.random(size) < 0.5, "equity": lambda: np.round(generator.normal(4e9, 4e9, size), -9),
        "earned": lambda: np.round(generator.normal(1e9, 2e9, size), -9), "eps": lambda: np.round(generator.normal(4, 4, size)),
        "price": lambda: np.round(generator.uniform(40, 160, size)),
    }  # fmt: skip
    return [
        kinds.get(u.name, lambda: np.round(generator.normal(0.15, 0.15, size), 2))() for u in run_.program.uncertain
    ]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(conditions(leaves=2), min_size=5, max_size=5),
    st.lists(st.sampled_from(UNCERTAIN), min_size=1, max_size=4, unique=True),
    stories(),
    st.integers(0, 2**32),
)
def test_a_program_on_columns_comes_to_what_the_reference_comes_to_draw_by_draw(
    atoms: list[str], uncertain: list[str], story: list[Any], seed: int
) -> None:
    """Many more draws than programs would show little more: each program is another way through the tape."""
    found = run(checked(program(atoms, uncertain)), about(story), dt.date(2026, 8, 20))
    assert isinstance(found, Run)
    units = {u.name: u.unit for u in found.program.uncertain}
    names = [n for n, m in found.program.metrics.items() if m.type.kind is not Kind.FLAG]
    size = 25
    drawn = _draws(found, size, seed)
    try:
        plan = planned(found.evaluation, found.plain(), units, names)
    except NotInColumns:
        return
    reference = OneByOne(found.evaluation, found.plain(), units, names)
    assert differences(plan.run(drawn, size), reference.run(drawn, size)) == []
