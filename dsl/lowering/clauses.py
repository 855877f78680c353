"""What declarations of every kind share: their head, a clause that is missing, a figure written out, a value for a name.

In: a declaration of `syntax.py` and the `Scope`. Out: its parts, and diagnostics. Must not know the kinds.
"""

from __future__ import annotations

from dsl.lowering.choices import lower_if
from dsl.lowering.expressions import lower
from dsl.lowering.fixes import day_of, figure
from dsl.lowering.mismatches import declaration_label, yearly_mend
from dsl.lowering.scope import Scope, figure_as, subject, unknown_as, zero_as
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Label
from dsl.text.edits import meant, put
from dsl.text.source import Span
from dsl.types import units
from dsl.types.units import ANY, FIGURES, Frequency, Kind, Refusal, Type


def head(d: s.Declaration, origin: str) -> tuple[str, str, Span, str]:
    """What every declaration has: name, title, place, module."""
    return d.name.name, d.title or d.name.name, d.name.span, origin


def missing(d: s.Declaration, clause: str, mend: str, scope: Scope) -> None:
    """That a declaration misses a clause, and how it is written."""
    scope.error("T038", d.name.span, keyword=d.keyword, name=d.name.name, clause=clause, mend=mend)


def constant(node: s.Expr | None, scope: Scope) -> tuple[float, Type] | None:
    """A figure written out, maybe with a minus: its value and type; None where it is anything else."""
    figure = node.operand if isinstance(node, s.Negative) else node
    if node is None or not isinstance(figure, s.Number):
        return None
    expr = lower(node, scope)
    if isinstance(expr, p.Const) and isinstance(expr.value, float):
        return expr.value, expr.type
    return None


# --- a value for a name of a known type ------------------------------------------------------------


def lower_value(node: s.Expr, target: Type, scope: Scope, name: str) -> p.Expr:
    """A value for a name of a known type: options of a choice or set may be written bare."""
    if isinstance(node, s.If):
        expr = lower_if(node, scope, lower, target)
    elif target.kind in (Kind.CHOICE, Kind.SET) and not isinstance(node, s.Truth):
        return _lower_options(node, target, scope, name)
    elif target.kind is Kind.ANY and _may_be_options(node, scope):
        return p.Refused(node.span, ANY)
    else:
        expr = zero_as(lower(node, scope), target)
    if not target.is_figure:
        expr = unknown_as(expr, target)
    refusal = _misfit(expr.type, target)
    if refusal is not None:
        _refuse_value(refusal, expr, target, scope, name)
    return expr


def _may_be_options(node: s.Expr, scope: Scope) -> bool:
    """A word or a list that a choice or set might take, for a name whose type could not be read."""
    return isinstance(node, s.Group) or (isinstance(node, s.Name) and node.name not in scope.keywords)


def _misfit(given: Type, target: Type) -> Refusal | None:
    """Why a value cannot stand for a name: it must be comparable with it, and in its currency where it has one."""
    if Kind.ANY in (given.kind, target.kind):
        return None
    if not (given.is_figure and target.is_figure):
        return None if given.kind is target.kind else Refusal("T067")
    if target.currency and given.kind is Kind.MONEY and given.currency != target.currency:
        return Refusal("T061")
    refusal = units.compare(given.single, target.single)
    return refusal if isinstance(refusal, Refusal) else None


def _refuse_value(
    refusal: Refusal, expr: p.Expr, target: Type, scope: Scope, name: str, label: Label | None = None
) -> None:
    written = scope.written.get(name)
    if label is None and written is not None:
        label = declaration_label(written, target, refusal.code == "T070")
    labels = [label] if label and not _within(expr.span, label.span) else []
    if refusal.code in ("T061", "T070"):
        named = f"`{name}` ({target.single})"
        mend = f"write it in {target.currency}" if refusal.code == "T061" and target.currency else refusal.mend
        if refusal.code == "T070" and target.per is Frequency.YEAR:
            mend = yearly_mend(expr) or mend
        scope.error(refusal.code, expr.span, labels, left=subject(expr), right=named, verb="put together", mend=mend,
                    why=f"a {expr.type.per}'s figure meets a {target.per}'s")  # fmt: skip
        return
    value = getattr(expr, "value", None)
    plain = expr.type.kind is Kind.NUMBER and isinstance(value, float) and target.kind in FIGURES
    mend = f"write {figure_as(value, target)}" if plain else "mend the type or the value"
    if target.kind in FIGURES and isinstance(value, str):
        mend = f"write {figure_as(None, target)}, without quotes"
    fixes = figure(expr.span, value, target) if plain and isinstance(value, float) else []
    if target.kind is Kind.DATE and (day := day_of(expr)):
        mend, fixes = f"write the day as {day}", [put(expr.span, day, sure=True)]
    declared, found = target.single, expr.type.single
    scope.error("T067", expr.span, labels, fixes=fixes, name=f"`{name}`", declared=declared, found=found, mend=mend)


def refuse_unlike(expr: p.Expr, target: Type, scope: Scope, name: str, label: Label | None = None) -> None:
    """A value that does not fit a type that another value gave its name."""
    refusal = _misfit(zero_as(expr, target).type, target)
    if refusal is not None:
        _refuse_value(refusal, expr, target, scope, name, label)


def _within(inner: Span, outer: Span) -> bool:
    return inner.source is outer.source and outer.start <= inner.start and inner.end <= outer.end


def _lower_options(node: s.Expr, target: Type, scope: Scope, name: str) -> p.Expr:
    nodes = node.items if isinstance(node, s.Group) else (node,)
    words = []
    for item in nodes:
        word = item.name if isinstance(item, s.Name) else item.value if isinstance(item, s.Text) else None
        if word is None or word not in target.options:
            otherwise = f"it is one of {', '.join(target.options)}"
            mend = meant(item.span, word or "", target.options, otherwise)
            verb = "is never" if target.kind is Kind.CHOICE else "never includes"
            scope.error("T050", item.span, subject=f"`{name}`", verb=verb, word=f"`{item.span.text}`", mend=mend)
        else:
            words.append(word)
    if target.kind is Kind.SET:
        return p.Members(node.span, target, frozenset(words))
    if len(nodes) != 1:
        scope.error("T067", node.span, name=f"`{name}`", declared=target, found="a set", mend="name one of them")
    return p.Const(node.span, target, words[0] if words else None)
