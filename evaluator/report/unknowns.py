"""Which missing figure would show most, as a report ranks them, and what decides a judgement that is not decided.

In: an `Evaluation`, the figures that are missing with what would be left if they were known, what was found of judgements.
Out: `UnknownResult`s, the most telling first, and `Settlement`s. Must not know templates.

A figure's gain is how many outcomes fall away on average over the worlds in which it is known, each of them as likely
as the next. What knowing it would do to a verdict is asked once: where it was found wholly what settles the verdict
(`explore/settled.py`), that says it; else the comparisons for which it alone is missing do (`explore/if_known.py`), which hold for any
number of missing figures and of more than the period that is read, within what the other has shown: no figure is ranked of which it
is shown that it changes nothing, and no outcome is left that cannot come about.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from evaluator.engine.evaluation import Evaluation
from evaluator.explore.cells import Cell
from evaluator.explore.due import due
from evaluator.explore.if_known import Left, Missing, left
from evaluator.explore.judged import outcomes
from evaluator.explore.settled import Decider, Settled
from evaluator.facts.roles import same_line
from evaluator.report.checks import reasons, shown_figure, title
from evaluator.schema.front import Deciding, Range, Settlement
from evaluator.schema.parts import Shown
from evaluator.schema.report import Narrowing, UnknownResult

DIGITS = 7
"""Two ends that are the same in so many digits are one cut."""
MAX_IDLE = 6
MAX_MISSING = 3


def unknowns(
    evaluation: Evaluation, missing: Iterable[Missing], decided: Iterable[Settled], not_read: Collection[str] = ()
) -> list[UnknownResult]:
    """Each figure that is missing, ranked by what knowing it would tell. `decided`: what settles verdicts, where that was found;
    `not_read`: what the facts give besides."""
    now, by = left(evaluation), {s.judgement: s for s in decided}
    found = [_unknown(evaluation, now, figure, by, not_read) for figure in missing]
    return sorted(found, key=lambda u: (-u.gain, -u.score_gain, -u.weight, u.name))


def _unknown(
    evaluation: Evaluation, now: Left, missing: Missing, by: Mapping[str, Settled], not_read: Collection[str]
) -> UnknownResult:
    program = evaluation.program
    each = (_narrowing(evaluation, now, missing, v, by.get(v)) for v in program.verdicts)
    narrowed = [n for n in each if n is not None]
    declared = program.inputs.get(missing.name)
    conditions = [program.conditions[c] for c in missing.conditions]
    return UnknownResult(
        name=missing.name,
        title=title(program, missing.name),
        required=declared is not None and not declared.optional,
        wanted=reasons(program, missing.causes),
        not_read=same_line(missing.name, not_read),
        conditions=list(missing.conditions),
        weight=sum(c.weight for c in conditions),
        pillars=list(dict.fromkeys(x for c in conditions for x in c.pillars)),
        verdicts=narrowed,
        gain=round(sum(n.now - n.then for n in narrowed), 9),
        score_gain=_score_gain(now, missing.worlds),
    )


def _settled(evaluation: Evaluation, found: Settled, name: str) -> Narrowing | None:
    """What knowing a figure would do to a verdict of which it was found what settles it."""
    decider = next((d for d in found.deciding if d.name == name), None)
    if decider is None or decider.gain <= 0:
        return None
    sets = [list(o) for o in dict.fromkeys(outcomes for _, outcomes in decider.left)]
    now, verdict = len(found.left), found.judgement
    return Narrowing(
        verdict=verdict,
        title=title(evaluation.program, verdict),
        now=now,
        then=round(now - decider.gain, 9),
        outcomes=sets,
    )


def _narrowing(
    evaluation: Evaluation, now: Left, missing: Missing, verdict: str, found: Settled | None
) -> Narrowing | None:
    if found is not None and found.exact:
        return _settled(evaluation, found, missing.name)
    possible = [o for o in now.outcomes[verdict] if found is None or o in found.left]
    if len(possible) < 2 or not missing.worlds or (found is not None and missing.name in found.idle):
        return None
    each = [tuple(o for o in w.outcomes[verdict] if o in possible) for w in missing.worlds]
    outcomes = [o for o in each if o]  # a world in which only what cannot come about is left is none
    then = sum(map(len, outcomes)) / len(outcomes) if outcomes else len(possible)
    if then >= len(possible):
        return None
    sets = [list(o) for o in dict.fromkeys(outcomes)]
    return Narrowing(
        verdict=verdict, title=title(evaluation.program, verdict), now=len(possible), then=round(then, 9), outcomes=sets
    )


def _score_gain(now: Left, worlds: tuple[Left, ...]) -> float:
    widths = [w.score.high - w.score.low for w in worlds if w.score is not None]
    if now.score is None or not widths:
        return 0.0
    return round(max(0.0, (now.score.high - now.score.low) - sum(widths) / len(widths)), 9)


# --- what decides ---------------------------------------------------------------------------------------------


def settlement(today: Evaluation, found: Settled) -> Settlement:
    """What decides a judgement, as the result model says it."""
    deciding = [_deciding(today, d) for d in found.deciding]
    return Settlement(
        judgement=found.judgement,
        title=title(today.program, found.judgement),
        today=list(found.now),
        left=list(found.left),
        exact=found.exact,
        sentence=_sentence(today, found, deciding),
        deciding=deciding,
        idle=list(found.idle),
        besides=list(found.besides),
    )


def _sentence(today: Evaluation, found: Settled, deciding: list[Deciding]) -> str:
    """Who decides, by when, and who does not."""
    program, parts = today.program, []
    if found.exact and len(found.left) == 1:
        parts.append(f"It is {found.left[0]} whatever is still unknown.")
    elif found.exact:
        names = [d.title for d in deciding]
        by_when = f", {deciding[0].due_text}" if len(deciding) == 1 and deciding[0].due_text else ""
        only = f"Only {names[0]} decides" if len(names) == 1 else f"{_and(names)} decide together"
        parts.append(f"{only}{by_when}.")
    else:
        parts.append("Not each case was decided, since too much is unknown: more may be listed than can come about.")
    if not found.exact and found.besides:
        declared = program.all_needs
        names = [title(program, n) for n in found.besides if n in declared]
        rates = [n for n in found.besides if n not in declared]
        if names:
            parts.append(f"Of {_and(names)} more than the figure that is read is missing.")
        if rates:
            what = "An exchange rate of" if len(rates) == 1 else "Exchange rates of"
            parts.append(f"{what} {_and(rates)} {'is' if len(rates) == 1 else 'are'} missing.")
    if found.left != found.now and len(found.left) > 1:
        parts.append(f"{' or '.join(x for x in found.now if x not in found.left)} cannot come about.")
    if found.idle and len(found.left) > 1:
        names = [title(program, n) for n in found.idle]
        more = f" and {len(names) - MAX_IDLE} more" if len(names) > MAX_IDLE else ""
        shown = ", ".join(names[:MAX_IDLE]) + more if more else _and(names)
        are = "is" if len(names) == 1 else "are"
        of_it = "no value of it" if len(names) == 1 else "no values of them"
        parts.append(f"{shown} {are} unknown, and {of_it} would change this.")
    return " ".join(parts)


def asks_what_is_known(today: Evaluation, judgement: str) -> Settlement:
    """The same of a judgement that asks whether something is known, of which no table of figures says what decides it."""
    kill = today.program.kills.get(judgement)
    causes = today.happened(kill).causes if kill is not None else today.read(today.values[judgement]).causes
    names = [title(today.program, n) for n in sorted({c.name for c in causes if c.name})]
    more = [f"{len(names) - MAX_MISSING} more"] if len(names) > MAX_MISSING else []
    missing = f". Missing today: {_and([*names[:MAX_MISSING], *more])}" if names else ""
    now = list(outcomes(today, judgement))
    return Settlement(
        judgement=judgement,
        title=title(today.program, judgement),
        today=now,
        left=now,
        exact=False,
        sentence=f"It asks whether something is known, so that no list of figures says what decides it{missing}.",
        deciding=[],
        idle=[],
        besides=[],
    )


def _and(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _deciding(today: Evaluation, found: Decider) -> Deciding:
    when = due(today, found.name)
    return Deciding(
        name=found.name,
        title=title(today.program, found.name),
        due=when.day if when is not None else None,
        due_text=_due(today, when.day, when.catalyst) if when is not None else "",
        gain=round(found.gain, 9),
        certain=found.certain,
        ranges=[_range(today, found, at) for at in range(len(found.left))],
    )


def _due(today: Evaluation, day: dt.date, catalyst: str) -> str:
    if catalyst:
        return f"due {day} ({title(today.program, catalyst)})"
    since = "overdue since about" if day < today.clock.as_of else "due about"
    return f"{since} {day}"


def _range(today: Evaluation, found: Decider, at: int) -> Range:
    cell, outcomes = found.left[at]
    name, ends = found.name, (cell.low, cell.high)
    if cell.word is not None:
        shown = shown_figure(today, name, cell.word).text
        return Range(where=shown, low=None, high=None, outcomes=list(outcomes))
    low, high = (shown_figure(today, name, _cut(x)) if math.isfinite(x) else None for x in ends)
    before = found.left[at - 1][0] if at else None
    last = at == len(found.left) - 1
    texts = [text for text in (_from(before, cell, low), "" if last else _to(cell, high)) if text]
    where = " and ".join(texts) or "any figure"
    if cell.low == cell.high and low is not None:
        where = f"exactly {low.text}"
    return Range(where=where, low=low, high=high, outcomes=list(outcomes))


def _from(before: Cell | None, cell: Cell, low: Shown | None) -> str:
    if low is None or before is None:
        return ""  # the first part begins where all that it may be begins, and the last ends where that ends
    return f"above {low.text}" if before.high == _cut(before.high) else f"{low.text} or more"


def _to(cell: Cell, high: Shown | None) -> str:
    if high is None:
        return ""
    return f"up to {high.text}" if cell.high == _cut(cell.high) else f"below {high.text}"


def _cut(figure: float) -> float:
    """The short figure at which two parts meet."""
    return 0.0 if abs(figure) < 1e-12 else float(f"{figure:.{DIGITS}g}")
