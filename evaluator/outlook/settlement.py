"""What decides a judgement that is not decided, in plain words.

In: an `Evaluation`, what was found of a judgement. Out: `Settlement`. Must not know how it is printed.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from evaluator.engine.evaluation import Evaluation
from evaluator.explore.cells import Cell
from evaluator.explore.due import due
from evaluator.explore.settled import Decider, Settled
from evaluator.outlook.figures import shown_value
from evaluator.report.checks import title
from evaluator.schema import outlook as o
from evaluator.schema.parts import Shown

DIGITS = 7
"""Two ends that are the same in so many digits are one cut."""
MAX_IDLE = 6


def settlement(today: Evaluation, found: Settled) -> o.Settlement:
    """What decides a judgement, as the result model says it."""
    deciding = [_deciding(today, d) for d in found.deciding]
    return o.Settlement(
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


def _sentence(today: Evaluation, found: Settled, deciding: list[o.Deciding]) -> str:
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
        parts.append("What is left where is an upper bound: too much is unknown to decide each case.")
    if not found.exact and found.besides:
        names = [title(program, n) for n in found.besides]
        parts.append(f"More is missing of {_and(names)} than the figure that is read.")
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


def _and(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _deciding(today: Evaluation, found: Decider) -> o.Deciding:
    when = due(today, found.name)
    return o.Deciding(
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


def _range(today: Evaluation, found: Decider, at: int) -> o.Range:
    cell, outcomes = found.left[at]
    name, ends = found.name, (cell.low, cell.high)
    if cell.word is not None:
        shown = shown_value(today, name, cell.word).text
        return o.Range(where=shown, low=None, high=None, outcomes=list(outcomes))
    low, high = (shown_value(today, name, _cut(x)) if math.isfinite(x) else None for x in ends)
    before = found.left[at - 1][0] if at else None
    texts = [text for text in (_from(before, cell, low), _to(cell, high)) if text]
    where = " and ".join(texts) or "any figure"
    if cell.low == cell.high and low is not None:
        where = f"exactly {low.text}"
    return o.Range(where=where, low=low, high=high, outcomes=list(outcomes))


def _from(before: Cell | None, cell: Cell, low: Shown | None) -> str:
    if low is None or before is None:
        return ""  # the first part begins where all that it may be begins
    return f"above {low.text}" if before.high == _cut(before.high) else f"{low.text} or more"


def _to(cell: Cell, high: Shown | None) -> str:
    if high is None:
        return ""
    return f"up to {high.text}" if cell.high == _cut(cell.high) else f"below {high.text}"


def _cut(figure: float) -> float:
    """The short figure at which two parts meet."""
    return 0.0 if abs(figure) < 1e-12 else float(f"{figure:.{DIGITS}g}")
