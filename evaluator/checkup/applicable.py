"""Which figures rules ask for of one company: without those of what does not apply to it.

In: a checked `Program`, a company, a day. Out: names. Must not know how they are shown.
"""

from __future__ import annotations

import datetime as dt

from dsl.program.program import Program
from evaluator.engine.evaluate import evaluate
from evaluator.explore.if_known import asked
from evaluator.facts.model import Company
from evaluator.known.asof import View, view
from evaluator.known.bind import bind
from evaluator.known.segments import segmented


def asked_of(program: Program, seen: View) -> frozenset[str]:
    """The names on which a judgement rests that may apply, by what was known."""
    judged = [*(c.applies for c in program.conditions.values()), *(v.applies for v in program.verdicts.values())]
    if all(applies is None for applies in judged):
        return program.asked_for
    return asked(evaluate(program, program.order, seen))


def asked_of_company(program: Program, company: Company, day: dt.date) -> frozenset[str]:
    """The same of a company's facts, as of a day. Facts that the rules do not ask for are no matter."""
    program = segmented(program, company, day)
    names = {fact.name for fact in company.facts}
    bound = bind(program, company, lambda: names, company.fiscal_year_ends.on(day))
    return asked_of(program, view(program, bound.facts, company, day))
