"""Which figure of one name gives an expression the value that is wanted, as the result model says it.

In: a `Run` of rules in which the expression and the question whether it is reached are names. Out: `SeekOutput`, or why it
cannot be sought. Must not know files or how it is printed.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import replace

from dsl.text.record import record
from dsl.types.units import FIGURES, Kind
from evaluator.engine.evaluation import Evaluation
from evaluator.explore.turning import Never, Turn, turn
from evaluator.explore.varied import Fixed, Prober, Varied, varied
from evaluator.outlook.figures import moved, written
from evaluator.prepared.form import Found
from evaluator.prepared.prepared import Prepared
from evaluator.report.checks import currency_of, kind_of, shown, shown_figure
from evaluator.report.doubts import alerts_of
from evaluator.report.worlds import settings, what_if
from evaluator.schema import outlook as o
from evaluator.schema.parts import Shown
from evaluator.session.run import Run
from evaluator.values.values import Figure, Truth

MET = 1e-6
"""Within this part of what is wanted a value meets it."""


@record
class Goal:
    """What is sought: as it was written, and the names in the rules of the expression, of what is wanted, and of whether the one
    is at least the other."""

    text: str
    expression: str
    wanted: str
    reached: str


@record
class NotSought:
    """Why nothing can be sought, and what to do."""

    why: str
    mend: str


def sought(run: Run, goal: Goal, by: str) -> o.SeekOutput | NotSought:
    """The figures of a name, above and below today's, at which a goal is reached; or why none can be sought."""
    today, plain = run.evaluation, run.plain()
    targets = frozenset({goal.reached, goal.expression, goal.wanted})
    below = {v.name: v for v in varied(today, targets)}
    each = below.get(by)
    figures = ", ".join(v.name for v in below.values() if isinstance(v, Varied) and v.today is not None)
    mend = f"seek by one of {figures}" if figures else "there is no figure by which it could be sought"
    if each is None:
        return NotSought(f"`{goal.text}` does not rest on `{by}`, or a formula gives that", mend)
    if isinstance(each, Fixed):
        return NotSought(f"`{by}` cannot be varied: {each.why}", f"set it first with `--set {by}=VALUE`, or {mend}")
    if each.today is None:
        return NotSought(f"`{by}` is a word or a truth, and has no figures between which to seek", mend)
    now = _read(today, goal.expression)
    if not isinstance(now, Figure) or not now.is_exact or now.nm:
        why = f"`{goal.text.partition('=')[0].strip()}` is not known as one figure today"
        return NotSought(why, "see `thesis explain` for what is missing")
    prober = Prober(Prepared(today, stated=False), plain, by, targets)
    found = [(up, turn(prober, each, lambda found: _answers(found, goal.reached), up)) for up in (True, False)]
    turns = [_reached(prober, each, goal, up, t) for up, t in found if isinstance(t, Turn)]
    turns.sort(key=lambda r: abs(r.change.low or 0.0))
    return o.SeekOutput(
        name=run.program.name,
        company=run.company.ticker if run.company is not None else None,
        as_of=today.clock.as_of,
        what_if=what_if(settings(today, plain)),
        alerts=alerts_of(today, run.found(), goal.expression),
        goal=goal.text,
        by=by,
        title=run.program.declared(by).title,
        today=_shown(today, goal),
        by_today=shown_figure(today, by, each.today),
        reached=turns,
        never=all(isinstance(t, Never) for _, t in found),
    )


def _answers(found: Found, name: str) -> frozenset[Hashable]:
    truth = found.now(name)
    assert isinstance(truth, Truth)
    return frozenset(may for may in type(truth.possible) if may.bit_count() == 1 and truth.possible & may)


def _read(evaluation: Evaluation, name: str) -> object:
    return evaluation.read(evaluation.values[name])


def _shown(evaluation: Evaluation, goal: Goal) -> Shown:
    """What the sought expression comes to, in the unit in which it is wanted: 9.1%, where 10% is wanted of a ratio."""
    value, name = evaluation.read(evaluation.values[goal.expression]), goal.expression
    kind, wanted = kind_of(evaluation, name), kind_of(evaluation, goal.wanted)
    if kind.kind is Kind.RATIO and wanted.kind in FIGURES - {Kind.MONEY}:
        kind = replace(kind, kind=wanted.kind)
    return shown(evaluation, value, kind, currency=currency_of(evaluation, name))


def _met(value: float, wanted: float) -> bool:
    return math.isclose(value, wanted, rel_tol=MET, abs_tol=1e-12)


def _reached(prober: Prober, each: Varied, goal: Goal, up: bool, found: Turn) -> o.Reached:
    today = prober.today
    assert each.today is not None
    figure = (found.first + found.last) / 2
    there = prober.whole(figure)
    value, wanted = _read(there, goal.expression), _read(there, goal.wanted)
    exact = isinstance(value, Figure) and isinstance(wanted, Figure) and _met(value.low, wanted.low)
    return o.Reached(
        at=shown_figure(today, each.name, figure),
        setting=f"{each.name}={written(today, each.name, float(f'{figure:.7g}'))}",
        direction="up" if up else "down",
        change=moved(today, each.name, figure - each.today),
        gives=_shown(there, goal),
        exact=exact,
        nearest=found.nearest,
        beyond=each.seen is not None and not each.seen[0] <= figure <= each.seen[1],
    )
