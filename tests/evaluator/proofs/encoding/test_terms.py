"""Expression by expression, world by world: the solver's term says what the evaluator says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from dsl.program import program as p
from dsl.types.units import Frequency
from evaluator.engine import graph as graphs
from evaluator.engine.evaluate import evaluate
from evaluator.known.asof import view
from evaluator.proofs.encoding.encode import Encoder, Worlds
from evaluator.proofs.encoding.logic import Bool, both, equal, no
from evaluator.proofs.encoding.terms import Num, Tri
from evaluator.proofs.encoding.worlds import encoder
from evaluator.proofs.solve import Answer, Budget, Session
from evaluator.values.series import Series
from evaluator.values.values import Figure
from tests.evaluator.proofs import test_periods
from tests.support.grid import DAY, HEAD, checked, worlds

FIGURES = [
    "gap", "ratio", "n * m", "n / (m + 1)", "n ^ 2", "min(n, m)", "max(n, m)", "abs(gap)", "-max(n, m) + 2", "min(n, 1) * m",
    "max(n, m) / 2", "abs(n - 1)", "round(n / 2)", "floor(m / 2)", "ceil(ratio)", "average(n, m)", "median(n, m)",
    "sum(n, m, 1)", "1 / n", "abs(min(n, m))", "abs(-max(n, m))", "max(ratio, 1)", "first_known(n, m)",
    "first_known(ratio, 1)", "count(n > 1, m > 1)", "abs(n)", "min(n, 1) - max(m, 1)", "min(n, m) * n",
]  # fmt: skip
LOGIC = [
    "n > 1 and m > 1", "n > 1 or m > 1", "not (n > 1 or m > 1)", "n is known", "ratio is unknown", "max(n, m) is known",
    "any(n > 1, m > 1)", "all(n > 1, m > 1)", "one is supported", "one is undermined", "one is contested", "one is open",
    "one is known", 'table is "A"', 'table is "B"', 'table is not "C"', "table is known", "when_m is unknown",
    "when_m is true", "when_m is false", "0 < n < 2", "m between 1 and 1", "n != m", "n = m",
]  # fmt: skip
RULES = HEAD + (
    'pillar one "One?"\nbull when_n on one when n > 0\nbear when_m on one applies when n < 2 when m > 0\n'
    'verdict table\n  when n > 1 then "A"\n  when m > 1 then "B"\n  when n = 1 then "A"\n  when gap > 0 then "C"\n'
)
SIGNS = ("<", "<=", ">", ">=", "=", "!=")


def agrees(session: Session, world: list[Bool], term: Tri, value: bool | None) -> bool:
    """Whether a truth is, in a world that is fixed, what the evaluator says and nothing else."""
    said = no(term.known) if value is None else term.true if value else term.false
    return session.world(*world, said) is Answer.YES and session.world(*world, no(said)) is Answer.NO


def test_every_world_of_two_figures() -> None:
    texts = [*LOGIC, *(f"{f} {SIGNS[n % 6]} {n % 3}" for n, f in enumerate(FIGURES))]
    texts += [f"{f} {SIGNS[(n + 3) % 6]} m" for n, f in enumerate(FIGURES)]
    texts += [f"({f}) is known" for f in FIGURES]
    asked = "".join(f"bull c{n} on two when {text}\n" for n, text in enumerate(texts))
    program = checked(f'{RULES}pillar two "Two?"\n{asked}')
    session = Session(encoder(program, DAY, Worlds.ANY), Budget(600))
    e = session.encoder
    exprs = [program.conditions[f"c{n}"].when for n in range(len(texts))]
    terms = [e.truth(expr) for expr in exprs]
    assert not e.notes, "every term here is exact"
    for given, evaluation in worlds(program):
        if set(given) - {"n", "m"}:
            continue
        fixed = [_is(e, name, given.get(name)) for name in ("n", "m")]
        for text, expr, term in zip(texts, exprs, terms, strict=True):
            assert agrees(session, fixed, term, evaluation.truth(expr).value), (text, given)


def _is(e: Encoder, name: str, given: p.Expr | None) -> Bool:
    term = e.name(name)
    assert isinstance(term, Num)
    if given is None:
        return no(term.known)
    assert isinstance(given, p.Const)
    return _exactly(term, given.value)


def _exactly(term: Num, value: object) -> Bool:
    return both(term.has_low, equal(term.low, Fraction(str(value))))


PERIODS = [
    *test_periods.SHORT,
    "qoq(x) is known",
    "qoq(x) > 0%",
    "qoq(x) <= 0%",
    "qoq(x) >= 0%",
    "rise > 0 for 3 quarters",
]


@pytest.mark.parametrize("text", PERIODS)
def test_every_history_of_three_quarters(text: str) -> None:
    program = checked(test_periods.rules(text))
    session = Session(encoder(program, DAY, Worlds.ANY), Budget(600))
    e, when = session.encoder, program.conditions["c"].when
    term = e.truth(when)
    order, nothing = graphs.order(graphs.build(program)), view(program, (), None, DAY)
    clock = replace(nothing.clock, reads={Frequency.QUARTER: test_periods.LAST})
    for history in test_periods.histories(("x",), 3, test_periods.EXACT):
        evaluation = evaluate(program, order, replace(nothing, clock=clock, values=history))
        value = evaluation.truth(when).value
        assert agrees(session, list(_history(e, history["x"])), term, value), (text, history)


def _history(e: Encoder, series: Series) -> Iterator[Bool]:
    """The figure of each quarter; those before the first are not known."""
    for back in range(6):
        term = e.name("x", back)
        assert isinstance(term, Num)
        figure = series.points.get(test_periods.LAST - back)
        known = isinstance(figure, Figure) and figure.is_exact
        yield _exactly(term, figure.low) if known and isinstance(figure, Figure) else no(term.known)
