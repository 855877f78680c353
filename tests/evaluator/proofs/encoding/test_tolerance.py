"""Comparisons of the solver have the evaluator's tolerance: one part in 10⁹ to either side counts as equal."""

from __future__ import annotations

from fractions import Fraction

import pytest

from evaluator.proofs.encoding.encode import Worlds
from evaluator.proofs.encoding.logic import both, equal, no
from evaluator.proofs.encoding.terms import Num
from evaluator.proofs.encoding.worlds import encoder
from evaluator.proofs.solve import Answer, Budget, Session
from evaluator.values import bounds as v
from evaluator.values.values import Figure
from tests.support.grid import DAY, checked

RULES = 'rules d "D"\ninput x "X" : number\ninput y "Y" : number\npillar one "One?"\n'
SIGNS = ("=", "!=", "<", "<=", ">", ">=")
OFF = ("0", "0.0000000005", "-0.0000000005", "0.000000002", "-0.000000002")
"""None, half a tolerance and two of them, to either side."""


@pytest.mark.parametrize("off", OFF)
@pytest.mark.parametrize(("sign", "other"), [*((sign, "2") for sign in SIGNS), *((sign, "y") for sign in SIGNS)])
def test_near_figures(sign: str, other: str, off: str) -> None:
    """Against a figure that is written and against one that the solver chooses."""
    program = checked(f"{RULES}bull c on one when x {sign} {other}\n")
    session = Session(encoder(program, DAY, Worlds.ANY), Budget(60))
    e = session.encoder
    term, near = e.truth(program.conditions["c"].when), Fraction(2) * (1 + Fraction(off))
    world = []
    for name, value in (("x", near), ("y", Fraction(2))):
        figure = e.name(name)
        assert isinstance(figure, Num)
        world.append(both(figure.known, equal(figure.value, value)))
    wanted = v.compare(sign, Figure.exact(float(near)), Figure.exact(2.0)).value
    said = term.true if wanted else term.false
    assert session.world(*world, said) is Answer.YES
    assert session.world(*world, no(said)) is Answer.NO
