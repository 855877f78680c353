"""Examples, written -> checked: tolerances and reasons are typed, and what can test nothing is found.

In: `syntax.Example` and the `Scope`; later the whole `Program`. Out: `program.Example`, diagnostics. Must not know how
an example is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dsl.check.contradictions import contradictions
from dsl.lowering.assumptions import bindings
from dsl.lowering.clauses import constant, head, missing
from dsl.lowering.expressions import lower, lower_flag
from dsl.lowering.scope import Scope, align, subject
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import leave_out, meant, put
from dsl.text.messages import make
from dsl.types import units
from dsl.types.units import FIGURES, PERCENTS, Kind, Refusal, Type


def lower_example(d: s.Example, origin: str, scope: Scope) -> p.Example:
    """An example; it must expect something."""
    if not d.expect:
        missing(d, "`expect`", 'say what must come out: `expect long_term is "…"`', scope)
    given = bindings(d.given, scope, ago=True)
    expect = tuple(_expectation(e, scope) for e in d.expect)
    return p.Example(*head(d, origin), given, expect)


def _expectation(node: s.Expectation, scope: Scope) -> p.Expectation:
    condition = lower_flag(node.expr, scope)
    if node.within is not None:
        condition = _within(condition, node.within, scope)
    reasons = [lower(name, scope) for name in node.because]
    return p.Expectation(node.span, condition, tuple(r for r in reasons if isinstance(r, p.Ref)))


# --- tolerances ------------------------------------------------------------------------------------------


def _within(condition: p.Expr, within: s.Expr, scope: Scope) -> p.Expr:
    """`a = b within t` as a >= b - t and a <= b + t, so that nothing later needs to know of tolerances."""
    if isinstance(condition, p.Compare) and Kind.ANY in (condition.left.type.kind, condition.right.type.kind):
        return condition  # what is wrong in it has been reported
    figures = isinstance(condition, p.Compare) and {condition.left.type.kind, condition.right.type.kind} <= FIGURES
    if not isinstance(condition, p.Compare) or condition.operator != "=" or not figures:
        if condition.type.kind is Kind.FLAG and not isinstance(condition, p.Refused):
            behind = within.span.source.span(condition.span.end, within.span.end)
            scope.error("T121", within.span, fixes=[leave_out(behind)], found=f"`{condition.text}`")
        return condition
    slack = _slack(condition, within, scope)
    if slack is None:
        return condition
    span = condition.span.to(within.span)
    right, slack = align(condition.right, slack)

    def bound(operator: str, sign: str) -> p.Expr:
        end = p.Arithmetic(condition.right.span, right.type, sign, right, slack)
        return p.Compare(span, condition.type, operator, condition.left, end)

    return p.Logic(span, condition.type, "and", (bound(">=", "-"), bound("<=", "+")))


def _slack(condition: p.Compare, within: s.Expr, scope: Scope) -> p.Expr | None:
    """How far off: pp for percents, else a figure of the same unit, or a percent of what is expected."""
    written = constant(within, scope)
    what = subject(condition.left)
    if written is None:
        scope.error("T053", within.span, what="tolerance", example="within 1pp")
        return None
    value, kind = written
    if value < 0:
        mend = "a tolerance is how far off it may be to either side: write it without the minus"
        fixes = [put(within.span, within.span.text.lstrip("- \t"), sure=True)] if within.span.text[:1] == "-" else []
        scope.error("T122", within.span, fixes=fixes, found=within.span.text, subject=what, mend=mend)
        return None
    const = p.Const(within.span, kind, value)
    mend = _misfit(condition, kind)
    if mend:
        points = kind.kind is Kind.PERCENT and {condition.left.type.kind, condition.right.type.kind} & PERCENTS
        fixes = [put(within.span, f"{value * 100:.10g}pp")] if points else []
        scope.error("T122", within.span, fixes=fixes, found=within.span.text, subject=what, mend=mend)
        return None
    kinds = {condition.left.type.kind, condition.right.type.kind}
    if kind.kind is Kind.PERCENT and not kinds & PERCENTS:
        size = p.Call(condition.right.span, condition.right.type, "abs", (condition.right,))
        return p.Arithmetic(within.span, condition.right.type, "*", const, size)
    return const


def _misfit(condition: p.Compare, tolerance: Type) -> str:
    """The mend where a tolerance has another unit than the figures; '' where it fits."""
    sides = (condition.left.type, condition.right.type)
    kinds = {side.kind for side in sides}
    if kinds & PERCENTS:
        return "" if tolerance.kind is Kind.POINTS else "how far a percent may be off is given in pp, such as `1pp`"
    if tolerance.kind is Kind.PERCENT:
        return ""
    if Kind.MONEY in kinds:
        fits = all(not isinstance(units.compare(replace(side, per=None), tolerance), Refusal) for side in sides)
        return "" if fits else "write money of the same currency, such as `50m USD`, or a percent of it, such as `1%`"
    if Kind.MULTIPLE in kinds:
        return "" if tolerance.kind is Kind.MULTIPLE else "write a multiple, such as `0.5x`, or a percent, such as `1%`"
    return "" if tolerance.kind is Kind.NUMBER else "write a plain figure, such as `0.5`, or a percent, such as `1%`"


# --- what can test nothing ---------------------------------------------------------------------------------


def examined(program: p.Program) -> Iterator[Diagnostic]:
    """What is wrong with the examples of a program that has no errors otherwise."""
    bounded = {name for name, i in program.inputs.items() if i.bounds is not None}
    for example in program.examples:
        for expectation in example.expect:
            yield from _never_a_reason(program, expectation)
        yield from contradictions(example, bounded)
        yield from _sets_nothing(program, example)


def _never_a_reason(program: p.Program, expectation: p.Expectation) -> Iterator[Diagnostic]:
    if not expectation.because:
        return
    asked = p.names_in(expectation.condition)
    below = program.upstream(asked)
    judged = {*program.conditions, *program.pillars, *program.verdicts, *program.kills}
    itself = asked & judged if len(asked) == 1 else frozenset()
    possible = below - itself
    for reason in expectation.because:
        if reason.name in possible:
            continue
        why = "it is what is asked for itself" if reason.name in itself else f"{_told(asked)} not depend on it"
        nearest = sorted(n for name in asked for n in program.needs(name))
        listed = ", ".join(nearest[:8])
        mend = meant(
            reason.span, reason.name, possible, f"name what decides it: {listed}" if listed else "leave it out"
        )
        few = [n for n in nearest if n in possible and n not in {x.name for x in expectation.because}]
        fixes = [put(reason.span, n) for n in few] if len(few) <= 3 else []
        yield make("T120", reason.span, fixes=fixes, name=reason.name, why=why, mend=mend)


def _told(names: frozenset[str]) -> str:
    listed = [f"`{name}`" for name in sorted(names)][:3]
    if not listed:
        return "what is expected does"
    return f"{' and '.join(listed)} {'does' if len(listed) == 1 else 'do'}"


def _sets_nothing(program: p.Program, example: p.Example) -> Iterator[Diagnostic]:
    asked = p.names_in(*(e.condition for e in example.expect))
    below = tuple(program.below(asked, stop=example.given))
    dated = p.AS_OF in example.given and (
        any(p.asks_for_the_day(e.condition) for e in example.expect) or not program.with_the_day.isdisjoint(below)
    )
    if dated or any(name in example.given for name in below):
        return
    settable = {*program.inputs, *program.metrics}
    nearest = sorted(program.upstream(asked) & settable)
    mend = f"set what they depend on: {', '.join(nearest[:8])}" if nearest else "take it away: no fact could change it"
    yield make("T123", example.span, name=f'"{example.title}"', mend=mend)
