"""What would change a run's judgements, as the result model says it.

In: a `Run`, the judgements asked for. Out: `FlipOutput`. Must not know files or how it is printed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from evaluator.engine.evaluation import Evaluation
from evaluator.explore.flips import Firm, Flip, flips
from evaluator.explore.joint import Joint
from evaluator.explore.varied import Fixed
from evaluator.outlook.figures import judgement, moved, written
from evaluator.report.checks import checks, shown_figure, title
from evaluator.report.doubts import alerts
from evaluator.report.unknowns import asks_what_is_known, settlement
from evaluator.report.worlds import settings, what_if
from evaluator.schema import outlook as o
from evaluator.session.run import Run
from evaluator.session.service import no_solver

if TYPE_CHECKING:
    from evaluator.proofs.unmoved import Unmoved

_NOTHING = 1e-6
FRAGILE = 0.05
"""A comparison is fragile where its figure lies within this part of its threshold."""


def flipped(run: Run, judgements: Sequence[str] = ()) -> o.FlipOutput:
    """What would change some verdicts and kills of a run: all, where none is named."""
    today, plain, program = run.evaluation, run.plain(), run.program
    found = flips(today, plain, judgements)
    targets = frozenset(found.asked)
    return o.FlipOutput(
        name=program.name,
        title=program.title,
        company=run.company.ticker if run.company is not None else None,
        as_of=today.clock.as_of,
        what_if=what_if(settings(today, plain)),
        alerts=[a for a in alerts(today, run.found()) if not targets.isdisjoint(a.names)],
        judgements=[judgement(today, name) for name in found.asked],
        changes=[_change(today, flip) for flip in found.flips],
        together=[_joint(today, each) for each in sorted(found.together, key=lambda j: j.size)],
        firm=_firm(today, found.firm),
        undecided=list(found.open),
        settlements=[settlement(today, s) for s in found.undecided]
        + [asks_what_is_known(today, name) for name in found.asking],
        not_varied=[_not_varied(today, f) for f in found.fixed],
        aside=list(found.aside),
        fragile=_fragile(today, found.asked),
    )


def _change(today: Evaluation, flip: Flip) -> o.Change:
    program = today.program
    past = flip.past
    if past is not None and isinstance(flip.today, float) and abs(past) < _NOTHING * abs(flip.today):
        past = 0.0  # a comparison turns a little before its sides are equal
    role: Literal["input", "param", "metric"] = (
        "input" if flip.name in program.inputs else "param" if flip.name in program.params else "metric"
    )
    by = past - flip.today if past is not None and isinstance(flip.today, float) else None
    return o.Change(
        name=flip.name,
        title=title(program, flip.name),
        role=role,
        judgement=flip.judgement,
        today=shown_figure(today, flip.name, flip.today),
        past=shown_figure(today, flip.name, past) if past is not None else None,
        at=shown_figure(today, flip.name, flip.at),
        setting=f"{flip.name}={written(today, flip.name, flip.at)}",
        direction="other" if by is None else "up" if by > 0 else "down",
        change=moved(today, flip.name, by) if by is not None else None,
        relative=flip.relative if by is not None and math.isfinite(flip.relative) else None,
        outcomes=list(flip.outcomes),
        nearest=flip.nearest,
        seen=list(flip.seen) if flip.seen is not None else None,
        beyond=past is not None and flip.seen is not None and not flip.seen[0] <= past <= flip.seen[1],
    )


def _joint(today: Evaluation, found: Joint) -> o.JointChange:
    return o.JointChange(
        judgement=found.judgement,
        moves=[
            o.JointMove(
                name=m.name,
                title=title(today.program, m.name),
                today=shown_figure(today, m.name, m.today),
                past=shown_figure(today, m.name, (m.first + m.last) / 2),
                change=moved(today, m.name, (m.first + m.last) / 2 - m.today),
                setting=f"{m.name}={written(today, m.name, m.at)}",
            )
            for m in found.moves
        ],
        size=found.size,
        size_text=f"{found.size * 100:.{1 if found.size < 0.1 else 0}f}%",
        outcomes=list(found.outcomes),
        nearest=found.nearest,
    )


def _not_varied(today: Evaluation, fixed: Fixed) -> o.NotVaried:
    return o.NotVaried(name=fixed.name, title=title(today.program, fixed.name), why=fixed.why, whatever=fixed.whatever)


def _firm(today: Evaluation, firm: Sequence[Firm]) -> list[o.Firm]:
    """What changes nothing, as far as bounds show it; where they do not the solver is asked, if it is there."""
    solver = _solver(today) if any(not f.proven for f in firm) else None
    found = []
    for each in firm:
        by: Literal["bounds", "solver"] | None = "bounds" if each.proven else None
        if by is None and solver is not None and solver.shown(each.name, each.judgement):
            by = "solver"
        whole = by == "solver"
        ends = [
            shown_figure(today, each.name, x) if math.isfinite(x) and not whole else None for x in (each.low, each.high)
        ]
        found.append(
            o.Firm(
                name=each.name,
                title=title(today.program, each.name),
                judgement=each.judgement,
                proven=by is not None,
                by=by,
                low=ends[0],
                high=ends[1],
            )
        )
    return found


def _solver(today: Evaluation) -> Unmoved | None:
    if no_solver() is not None:
        return None
    from evaluator.proofs.unmoved import Unmoved  # it needs z3

    return Unmoved(today)


def _fragile(today: Evaluation, asked: Sequence[str]) -> list[o.Fragile]:
    """The comparisons of conditions on which a judgement rests that are near to turning."""
    program = today.program
    below = program.upstream(asked)
    found = []
    for name, condition in program.conditions.items():
        if name in below:
            for check in checks(today, condition.when):
                if check.slack is not None and abs(check.slack) <= FRAGILE:
                    found.append(o.Fragile(name=name, title=condition.title, check=check))
    return sorted(found, key=lambda f: abs(f.check.slack or 0.0))
