"""Expression by expression, world by world: the solver's term says what the evaluator says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import pytest

from dsl.program import program as p
from dsl.types.units import Frequency
from evaluator.proofs.encoding.encode import Encoder, Worlds
from evaluator.proofs.encoding.logic import Bool, both, either, equal, no, same
from evaluator.proofs.encoding.terms import Num, Term, Tri
from evaluator.proofs.encoding.worlds import encoder
from evaluator.proofs.solve import Answer, Budget, Session
from evaluator.values.series import Series
from evaluator.values.values import Figure, May
from tests.evaluator.proofs import test_periods
from tests.support.grid import DAY, HEAD, PLAIN, SIGNED, checked, worlds

FIGURES = [
    *PLAIN, *SIGNED, "abs(min(n, m))", "abs(-max(n, m))", "abs(n)", "min(n, 1) - max(m, 1)", "min(n, m) * n", "d / max(m, 1)",
    "min(n, d) * max(m, d)", "(d - 2) ^ -1", "max(d, 0) ^ 0.5", "min(d, 0) * 0", "1 / max(n, 1)", "abs(pe) / n", "n / (d ^ 2)",
    "median(n, m, d, pe)", "sum(n, d, -n)", "sqrt(pe)", "hedged * ratio",
    "npv(path, 100% * ratio - 200%)", "npv(other, 50% * pe)", "at(other, 1) / path", "0 / d", "floor(-d / 2)",
]  # fmt: skip
LOGIC = [
    "n > 1 and m > 1", "n > 1 or m > 1", "not (n > 1 or m > 1)", "n is known", "ratio is unknown", "max(n, m) is known",
    "any(n > 1, m > 1)", "all(n > 1, m > 1)", "one is supported", "one is undermined", "one is contested", "one is open",
    "one is known", 'table is "A"', 'table is "B"', 'table is not "C"', "table is known", "when_m is unknown",
    "when_m is true", "when_m is false", "0 < n < 2", "m between 1 and 1", "n != m", "n = m",
    "pe > 1 or d > 0", "pe > 1 and n > 1", "not (pe > 1)", "pe is meaningful", "(pe > 1) is meaningful", "when_m is meaningful",
    "when_d", "not when_d", "when_d is false", "two is open", "unknown", "not (n > 1 and unknown)", "nested > 1 or pe > 1",
    "five is supported", "not (five is open)", "five is known", "(five is open) is meaningful", 'some is "A"', 'some is not "A"',
    'some in ("A", "B")', "some is known", '(some is "B") is meaningful', "when_f", "when_f is unknown",
    "(n / m > 1 or open_now) is meaningful", "first_known(pe > 1, n > 1)", "first_known(n > 1, unknown)", "count(unknown, n > 1) > 0",
]  # fmt: skip
RULES = HEAD + (
    'pillar one "One?"\npillar two "Two?"\nbull when_n on one when n > 0\nbear when_m on one applies when n < 2 when m > 0\n'
    "bear when_d on two applies when ratio > 0 when pe < 2\n"
    'pillar five "Five?" applies when n > 0\nbull when_f on five when m > 0\nbear when_g on five when pe > 1\n'
    'verdict some applies when d > 0\n  when n > 1 then "A"\n  when m > 1 then "B"\n'
    'verdict table\n  when n > 1 then "A"\n  when m > 1 then "B"\n  when n = 1 then "A"\n  when pe > 0 then "C"\n'
)
SIGNS = ("<", "<=", ">", ">=", "=", "!=")


def differs(term: Tri, possible: May) -> Bool:
    """Whether a term says anything else than these truths."""
    bits = ((May.TRUE, term.can_true), (May.FALSE, term.can_false), (May.NM, term.can_nm))
    return either(*(no(can) if possible & truth else can for truth, can in bits))


def agrees(session: Session, world: list[Bool], said: Mapping[str, tuple[Tri, May]]) -> str:
    """The first of some conditions whose term does not say, in a world that is fixed, what the evaluator says; '' for none."""
    assert session.world(*world) is Answer.YES
    if session.world(*world, either(*(differs(*pair) for pair in said.values()))) is Answer.NO:
        return ""
    return next(text for text, pair in said.items() if session.world(*world, differs(*pair)) is not Answer.NO)


@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.soak), 31])
def test_every_world_of_three_figures(every: int) -> None:
    """Each run tries every thirty-first world, a soak all.

    With losses, divisors of 0, bounds of what is unknown, and figures that mean something only at times."""
    texts = [*LOGIC, *(f"{f} {SIGNS[n % 6]} {n % 3}" for n, f in enumerate(FIGURES))]
    texts += [f"{f} {SIGNS[(n + 3) % 6]} m" for n, f in enumerate(FIGURES)]
    texts += [f"({f}) is known" for f in FIGURES] + [f"({f}) is meaningful" for f in FIGURES]
    asked = "".join(f"bull c{n} on three when {text}\n" for n, text in enumerate(texts))
    program = checked(f'{RULES}pillar three "Three?"\n{asked}')
    session = Session(encoder(program, DAY, Worlds.ANY), Budget(600))
    e = session.encoder
    exprs = [program.conditions[f"c{n}"].when for n in range(len(texts))]
    terms = [e.truth(expr) for expr in exprs]
    assert not e.notes, "every term here is exact"
    names = ("n", "m", "d", "open_now")
    for given, evaluation in worlds(program, names, every):
        fixed = [_is(e, name, given.get(name)) for name in program.inputs]
        said = {
            text: (term, evaluation.truth(expr).possible) for text, term, expr in zip(texts, terms, exprs, strict=True)
        }
        assert not agrees(session, fixed, said), given


def _is(e: Encoder, name: str, given: p.Expr | None) -> Bool:
    term = e.name(name)
    if given is None:
        return no(term.known)
    assert isinstance(given, p.Const)
    if isinstance(term, Tri):
        return term.true if given.value else term.false
    return _exactly(term, given.value)


def _exactly(term: Term, value: object) -> Bool:
    assert isinstance(term, Num)
    return both(term.known, equal(term.value, Fraction(str(value))))


PERIODS = [
    *test_periods.SHORT,
    "qoq(x) is known",
    "qoq(x) > 0%",
    "qoq(x) <= 0%",
    "qoq(x) >= 0%",
    "rise > 0 for 3 quarters",
]


@pytest.mark.parametrize("rhythm", [Frequency.QUARTER, Frequency.HALF])
@pytest.mark.parametrize("text", PERIODS)
def test_every_history_of_three_periods(text: str, rhythm: Frequency) -> None:
    """Also of a company that reports by halves, though the rules ask for quarters."""
    program = checked(test_periods.rules(text))
    session = Session(encoder(program, DAY, Worlds.ANY), Budget(600))
    e, when = session.encoder, program.conditions["c"].when
    term = e.truth(when)
    for history in test_periods.histories(("x",), 3, (*test_periods.EXACT, test_periods.WITHIN), rhythm):
        possible = test_periods.evaluated(program, history, rhythm).truth(when).possible
        world = [same(e.named("reports by halves"), rhythm is Frequency.HALF), *_history(e, history["x"])]
        assert not agrees(session, world, {text: (term, possible)}), history


def _history(e: Encoder, series: Series) -> Iterator[Bool]:
    """The figure of each period; of those before the first nothing is known but the bounds of the input."""
    for back in range(6):
        term = e.name("x", back)
        figure = series.points.get(test_periods.LAST - back)
        if isinstance(figure, Figure) and figure.known:
            yield _exactly(term, figure.low)
        else:
            yield no(term.known)
            yield same(e.gaps["x", back], figure is not None and not figure.assumed)
