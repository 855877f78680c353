"""Generated code: its arithmetic is that of `bounds`, with the tolerance, and what is not plain it leaves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evaluator.prepared.form import Form
from evaluator.prepared.plain import Plain, cuts, single
from evaluator.prepared.prepared import Prepared
from evaluator.session.run import Run
from evaluator.values import bounds as v
from evaluator.values.values import Figure
from tests.support.runs import HEAD, company, fact, quarters, ran

NEXT = st.sampled_from([-2e-9, -1e-9, -1e-10, 0.0, 1e-10, 1e-9, 2e-9, 0.5, -3.0])
FIGURE = st.one_of(st.sampled_from([0.0, -0.0, 1.0, -1.0, 3.0, 0.1, 1e-300, 1e300, -1e308]), st.floats(-1e9, 1e9))
OPERATIONS = (
    "x + y",
    "x - y",
    "x * y",
    "x / y",
    "x ^ 2",
    "-x",
    "abs(x)",
    "max(x, y)",
    "min(x, y)",
    "sqrt(x)",
    "x - 3",
    "0.3 + x",
)
COMPARED = ("<", "<=", ">", ">=", "=", "!=")
PILLAR = 'pillar p "?"\n'


def of(rules: str, facts: str) -> Run:
    return ran(HEAD + rules, company(facts))


@cache
def operations() -> tuple[Form, tuple[str, ...], Callable[[Sequence[Plain]], Any]]:
    """Each operation of two figures, and each comparison of them and with a threshold."""
    rules = 'input x "X" : number\ninput y "Y" : number\n'
    rules += "".join(f"metric m{n} = {text}\n" for n, text in enumerate(OPERATIONS))
    rules += PILLAR + "".join(f"bull a{n} on p when x {text} y\n" for n, text in enumerate(COMPARED))
    rules += "".join(
        f"bull b{n} on p when x {text} 0.3\nbull c{n} on p when 3 {text} x\n" for n, text in enumerate(COMPARED)
    )
    facts = "".join(f"  {name}:\n{fact('2026-03-31', 2, '2026-04-30', key='date')}" for name in "xy")
    run = of(rules, facts)
    wanted = frozenset(run.program.order) - {"x", "y"}
    form = Form(Prepared(run.evaluation, stated=False), run.evaluation, ("x", "y"), wanted)
    return form, tuple(wanted), form.quick(tuple(wanted))


@given(FIGURE, FIGURE, NEXT, st.booleans())
def test_each_operation_is_that_of_bounds(x: float, y: float, aside: float, near: bool) -> None:
    y = x * (1 + aside) if near else y
    form, names, quick = operations()
    there = form.at([(x, x), (y, y)])
    for name, found in zip(names, quick((x, y)), strict=True):
        assert (single(found) if isinstance(found, float | bool | str) else found) == there.now(name), name


@given(st.floats(-1e12, 1e12), st.integers(-3, 3))
def test_cuts_are_the_ends_of_what_counts_as_equal(threshold: float, aside: int) -> None:
    low, high = cuts(threshold)
    assert v.close(low, threshold)
    assert v.close(high, threshold)
    assert not v.close(math.nextafter(low, -math.inf), threshold)
    assert not v.close(math.nextafter(high, math.inf), threshold)


def test_what_is_not_plain_is_left_to_the_tape_and_the_rest_is_not() -> None:
    rules = f'input x "X" : number per quarter\nmetric r = 10 / x\nmetric g = qoq(x)\n{PILLAR}bull b on p when r > 2\n'
    rules += 'verdict call "Call" when b then "Yes" otherwise "No"\n'
    run = of(rules, quarters("x", ["4", "-2", "5"]))
    form = Form(Prepared(run.evaluation, stated=False), run.evaluation, ("x",), frozenset({"r", "g", "b", "call"}))
    assert form.quick(["r", "b", "call"])([4.0]) == (2.5, True, "Yes")
    assert form.quick(["r", "b", "call"])([8.0]) == (1.25, False, "No")
    ratio, holds, says = form.quick(["r", "b", "call"])([0.0])
    assert isinstance(ratio, Figure)
    assert ratio.nm
    assert (getattr(holds, "nm", None), says) == (True, "No")
    (growth,) = form.quick(["g"])([5.0])
    assert isinstance(growth, Figure)
    assert growth.nm, "from a loss"


def test_on_what_it_rests_follows_from_what_decides() -> None:
    rules = f'input x "X" : number\ninput y "Y" : number\ninput z "Z" : number\n{PILLAR}'
    rules += 'bull b on p when x > 1 and (y > 1 or z > 1)\nverdict call "Call" when b then "Yes" otherwise "No"\n'
    run = of(rules, "".join(f"  {name}:\n{fact('2026-03-31', 2, '2026-04-30', key='date')}" for name in "xyz"))
    form = Form(Prepared(run.evaluation, stated=False), run.evaluation, ("x",), frozenset({"b", "call"}))
    y, z = (run.evaluation.read(run.evaluation.values[name]).facts for name in "yz")
    ask = form.quick_with_facts(["b", "call"])
    assert ask([2.0]) == ((True, y | z), ("Yes", y | z))
    assert ask([0.0]) == ((False, frozenset()), ("No", frozenset())), "x alone decides, and rests on nothing here"
