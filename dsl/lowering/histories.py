"""What has a past that can be asked for, and how what has none is given one.

In: typed expressions and the `Scope`. Out: whether there is a history; the error where a function or `for` needs one. Must not
know facts.

A figure of each period has one, and so has what stands beside it. `latest(…)` and a value of one date take the rhythm of what
they stand beside; alone they are one value, and so are events, statuses of pillars and outcomes of tables.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl.lowering.mismatches import declared_at
from dsl.lowering.scope import Scope, short, subject
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Label
from dsl.text.edits import put
from dsl.types.units import Kind

LAST = "latest"
"""The function that makes one value of a series."""


def has_history(expr: p.Expr, scope: Scope) -> bool:
    """Whether an expression has a value for earlier periods: something in it has, and no `latest` is around that."""
    if expr.type.kind is Kind.ANY or expr.type.series is not None:
        return True
    match expr:
        case p.Ref():
            return expr.name in scope.historic or expr.name in scope.local
        case p.IsEvent():
            return False
        case p.Call() if expr.function == LAST:
            return False
        case p.Refused():
            return True
        case _:
            return any(has_history(child, scope) for child in p.children(expr))


def remember(name: str, expr: p.Expr, scope: Scope) -> None:
    """Notes of a declared name whether it has a history."""
    if has_history(expr, scope):
        scope.historic.add(name)


def refuse_single(expr: p.Expr, scope: Scope, name: str, wanted: str) -> None:
    """That a function or `for` is asked of what has no history, and the edits that give it one."""
    found = list(dict.fromkeys(_lasts(expr, scope)))
    where = declared_at(expr, scope)
    inner = [Label(call.span, "one value") for call, _ in found if call.span != expr.span][:2]
    labels = inner or ([where] if where and not found else [])
    fixes = [put(call.span, inside) for call, inside in found if call.span.source == expr.span.source]
    if len(found) > 1:
        ways = " or ".join(f"`{inside}`" for _, inside in found)
        mend = f"give it the rhythm of one of its figures: write {ways} there without `{LAST}`"
    elif found:
        mend = f"ask for the series itself: `{found[0][1]}` without `{LAST}`"
    elif any(isinstance(node, p.IsEvent) for node in p.walk(expr)):
        mend = "an event happens once, and so is asked for alone"
    elif any(node.type.kind in (Kind.PILLAR, Kind.VERDICT) for node in p.walk(expr)):
        mend = "a status or an outcome is that of today; ask for the conditions behind it, each period has its own"
    elif any(isinstance(node, p.Ref) and not node.type.is_figure for node in p.walk(expr)):
        mend = "what is given for one day has no earlier periods: ask for it alone"
    else:
        mend = "give it something declared `per quarter`, `per day` and so on"
    scope.error("T066", expr.span, labels, fixes=fixes, name=name, wanted=wanted, found=subject(expr), mend=mend)


def _lasts(expr: p.Expr, scope: Scope) -> Iterator[tuple[s.Call, str]]:
    """The calls of `latest` that an expression is made of, as they were written here or where its one name is declared, with
    what stands in their brackets."""
    for node in p.walk(expr):
        if isinstance(node, p.Call) and node.function == LAST:
            yield s.Call(node.span, s.Name(node.span, LAST), ()), short(node.arguments[0])
        written = scope.written.get(node.name) if isinstance(node, p.Ref) else None
        if isinstance(written, s.Metric) and written.value is not None:
            yield from _written_lasts(written.value)


def _written_lasts(node: s.Expr) -> Iterator[tuple[s.Call, str]]:
    if isinstance(node, s.Call) and node.function.name == LAST and len(node.arguments) == 1:
        yield s.Call(node.span, node.function, ()), node.arguments[0].span.text
    for slot in node.__dataclass_fields__:
        value = getattr(node, slot)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, s.Expr) and not (isinstance(node, s.Call) and node.function is each):
                yield from _written_lasts(each)
