"""Texts, worlds and tests: what may speak of every name, so that it is checked when all types are known.

In: scenarios, examples, bindings and texts of `syntax.py`, and the `Scope`. Out: their checked form.
Must not know facts or values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from dsl.lowering.by_period import Assigned
from dsl.lowering.clauses import constant, head, lower_value, missing
from dsl.lowering.expressions import lower
from dsl.lowering.fixes import figure
from dsl.lowering.scope import Scope
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.edits import meant
from dsl.text.messages import article
from dsl.types.units import ANY, PERCENT, Kind, Type

# --- texts, worlds, tests -------------------------------------------------------------------------------------


def template(node: s.Template | None, scope: Scope) -> p.Template:
    """A text with its expressions typed."""
    if node is None:
        return ()
    return tuple(part if isinstance(part, str) else lower(part, scope) for part in node.parts)


_SETTABLE = ("input", "param", "metric", "forecast", "valuation")
_DAY = Type(Kind.DATE)


def _sets_the_day(node: s.Binding, scope: Scope, example: bool) -> bool:
    """Whether a world may say which day it is: an example may; in any other it is the day that was asked for."""
    if not example:
        mend = "the day is given with `--as-of 2026-05-14`, and in an example with `given as_of = 2026-05-14`"
        scope.error(
            "T045", node.name.span, name=p.AS_OF, article="the", kind="day on which the rules are judged", mend=mend
        )
        return False
    scope.types[p.AS_OF] = _DAY
    return True


def bindings(nodes: Iterable[s.Binding], scope: Scope, ago: bool = False) -> Mapping[str, p.Expr]:
    """`a = 1, b = 2, b 1 year ago = 3` with each value of its name's type; `ago`: an earlier
    period may be set alone, as in an example; a scenario changes the newest ones."""
    assigned: dict[str, Assigned] = {}
    nodes = tuple(nodes)
    times = Counter(node.name.name for node in nodes)
    for node in nodes:
        name = node.name.name
        if name == p.AS_OF and _sets_the_day(node, scope, ago):
            assigned.setdefault(name, Assigned()).add(node, lower_value(node.value, _DAY, scope, name), scope, ago)
        if name == p.AS_OF:
            continue
        keyword = scope.keywords.get(name)
        if keyword is None:
            lower(node.name, scope)
            continue
        if name in scope.lost:
            continue
        if keyword not in _SETTABLE:
            scope.error(
                "T045",
                node.name.span,
                scope.declared(name, "declared here"),
                name=name,
                article=article(keyword),
                kind=keyword,
                mend="set the figures it depends on",
            )
            continue
        lowered = lower_value(node.value, scope.types.get(name, ANY), scope, name)
        assigned.setdefault(name, Assigned()).add(node, lowered, scope, ago, times[name] == 1)
        bounds, value = scope.bounds.get(name), getattr(lowered, "value", None)
        if bounds is not None and isinstance(value, float) and not bounds.admit(value):
            labels = scope.declared(name, f"{bounds.text}, as declared here")
            scope.error("T068", node.value.span, labels, given=node.value.span.text, name=name, bounds=bounds.text)
    return {name: each.value for name, each in assigned.items()}


def lower_scenario(d: s.Scenario, origin: str, scope: Scope) -> p.Scenario:
    """A scenario; its probability is a percent from 0% to 100%, written out or a param."""
    probability = _probability(d.probability, scope) if d.probability is not None else None
    base = _base(d, scope) if d.base is not None else None
    if not d.assume:
        missing(d, "`assume`", "say what differs in that world: `assume growth = 10%`", scope)
    return p.Scenario(*head(d, origin), probability, bindings(d.assume, scope), base)


def _probability(node: s.Expr, scope: Scope) -> p.Expr | None:
    expr = lower(node, scope)
    param = isinstance(expr, p.Ref) and scope.keywords.get(expr.name) == "param"
    given = constant(node, scope)
    if expr.type.kind is Kind.ANY:
        return None
    if expr.type.kind is Kind.PERCENT and (param or (given is not None and 0 <= given[0] <= 1)):
        return expr
    fixes = (
        figure(node.span, given[0], PERCENT) if given and given[1].kind is Kind.NUMBER and 0 <= given[0] <= 100 else []
    )
    scope.error("T043", node.span, fixes=fixes, found=node.span.text, mend=_probability_mend(given))
    return None


def _base(d: s.Scenario, scope: Scope) -> str | None:
    """The scenario on which another builds; circles are found where all scenarios are known."""
    assert d.base is not None
    name = d.base.name
    keyword = scope.keywords.get(name)
    if keyword == "scenario":
        return name
    known = [n for n, word in scope.keywords.items() if word == "scenario" and n != d.name.name]
    if keyword is None:
        scope.error("T031", d.base.span, name=name, mend=meant(d.base.span, name, known, "name a scenario"))
    else:
        labels = scope.declared(name, "declared here")
        scope.error("T064", d.base.span, labels, found=f"{keyword} `{name}`", mend="a scenario builds on a scenario")
    return None


def _probability_mend(given: tuple[float, Type] | None) -> str:
    value, kind = given or (0.0, ANY)
    if kind.kind is not Kind.NUMBER or not 0 <= value <= 100:
        return "write a percent from 0% to 100%, such as `45%`"
    return f"write `{value if value > 1 else value * 100:.10g}%`"
