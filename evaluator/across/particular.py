"""What in kills and catalysts is particular to one company: the day from which they are judged, their days and deadlines, and
the figures and days that are written in their conditions.

In: a `Program`, a company. Out: `EventNeed`s. Must not know facts. A threshold that has a name is listed among the thresholds.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl.program import program as p
from dsl.types.units import Kind
from evaluator.facts.model import Company
from evaluator.schema import names as o


def events(program: p.Program, company: Company) -> list[o.EventNeed]:
    """Each kill and catalyst that says something of one company alone. It stands in the way where a module said it and no
    thesis on this company says it anew: a deadline or a bar that fits another company judges this one wrongly, for ever."""
    own = program.ticker is not None and program.ticker.upper() == company.ticker.upper()
    anew = {c.name for c in program.changes} if own else set[str]()
    judged: tuple[p.Kill | p.Catalyst, ...] = (*program.kills.values(), *program.catalysts.values())
    found = []
    for event in judged:
        said = list(_days(program, event, own)) + list(dict.fromkeys(_written(_asked(event))))
        settled = event.name in anew or (own and event.origin == program.name)
        if said:
            kind = "kill" if isinstance(event, p.Kill) else "catalyst"
            found.append(o.EventNeed(name=event.name, title=event.title, kind=kind, module=event.origin, says=said,
                                     in_the_way=not settled))  # fmt: skip
    return found


def _asked(event: p.Kill | p.Catalyst) -> p.Expr:
    return event.when if isinstance(event, p.Kill) else event.expects


def _days(program: p.Program, event: p.Kill | p.Catalyst, own: bool) -> Iterator[str]:
    if isinstance(event, p.Catalyst):
        yield f"on {event.day}"
    elif event.by is not None:
        yield f"by {event.by}"
    if isinstance(event, p.Kill) and program.since is not None and not own:
        yield f"since {program.since}"


def _written(expr: p.Expr) -> Iterator[str]:
    """The figures other than 0 that something is compared with as they stand, and all days."""
    if isinstance(expr, p.Const) and expr.type.kind is Kind.DATE:
        yield expr.text
    if isinstance(expr, p.Compare):
        for side in (expr.left, expr.right):
            bare = side.operand if isinstance(side, p.Negative | p.Convert) else side
            if isinstance(bare, p.Const) and bare.type.is_figure and bare.value != 0:
                yield expr.text
    for child in p.children(expr):
        yield from _written(child)
