"""A name's figures as a reader is shown them and as an analyst writes them; what a judgement says.

In: an `Evaluation`, a name, a figure in the unit of its values. Out: texts. Must not know what they are for.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal

from dsl.types.units import Kind, Type
from evaluator.engine.evaluation import Evaluation
from evaluator.explore.judged import outcomes
from evaluator.proofs.spell import spell
from evaluator.report.checks import currency_of, kind_of, shown, title
from evaluator.schema.outlook import Judgement
from evaluator.schema.parts import Shown
from evaluator.values.values import Figure


def judgement(today: Evaluation, name: str) -> Judgement:
    """A verdict or a kill, with what it says."""
    role: Literal["kill", "verdict"] = "kill" if name in today.program.kills else "verdict"
    return Judgement(name=name, title=title(today.program, name), role=role, outcomes=list(outcomes(today, name)))


def moved(today: Evaluation, name: str, by: float) -> Shown:
    """A change in a name's unit; of a percent in percentage points."""
    kind = kind_of(today, name)
    if kind.kind is Kind.PERCENT:
        kind = replace(kind, kind=Kind.POINTS)
    return shown(today, Figure.exact(by), kind, signed=True, currency=currency_of(today, name))


def as_calculated(today: Evaluation, name: str) -> Shown:
    """A name's figure in the currency in which rules calculate with it, before it is brought into the reporting one."""
    return shown(today, today.read(today.values[name]), kind_of(today, name), currency=currency_of(today, name))


def written(today: Evaluation, name: str, value: float | str | bool) -> str:
    """A figure, word or truth as an analyst writes it after `--set NAME=`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    kind: Type = today.program.declared(name).type.single  # type: ignore[attr-defined]
    return spell(Fraction(repr(value)), kind, currency_of(today, name))
