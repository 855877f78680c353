"""`if C then A else B`: one of several values, typed.

In: nodes of `syntax.py`, a `Scope`, and how to type what stands inside. Out: typed nodes, and diagnostics. All values are of
one kind and unit; a bare 0 takes it, money meets in one currency, a bare word is an option of the choice beside it. Must not
know facts or values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dsl.lowering.mismatches import also, refuse
from dsl.lowering.scope import NO_FIGURE, Scope, as_flag, quoted, status_mend, subject, unknown_as, with_past, zero_as
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.edits import Mend, meant, put
from dsl.types import units
from dsl.types.units import ANY, FIGURES, FLAGS, Kind, Refusal, Type

Lower = Callable[[s.Expr, Scope], p.Expr]
VERB = "the two values of one `if`"
_VALUES = FIGURES | {Kind.FLAG, Kind.DATE, Kind.TEXT, Kind.CHOICE, Kind.SET, Kind.ANY}
"""What an `if` may give: no status, no outcome, no duration."""


def lower_if(node: s.If, scope: Scope, lower: Lower, target: Type | None = None) -> p.Expr:
    """A choice between values, typed; `target`: the choice whose words the values may be, where that is known."""
    conditions = tuple(_of_each_period(with_past(as_flag(lower(c, scope), scope), scope)) for c in node.conditions)
    values = _values(node, scope, lower, target)
    before = len(scope.diagnostics)
    kind, values = _of_one_kind([_admitted(value, scope) for value in values], scope)
    parts = (*conditions, *values)
    if len(scope.diagnostics) > before:
        return p.Refused(node.span, ANY, parts)
    series = units.common_series(*(part.type for part in parts))
    if isinstance(series, Refusal):
        by_period = [_figure_of(part) for part in parts if part.type.series is not None]
        first, other = by_period[0], next(x for x in by_period if x.type.series is not by_period[0].type.series)
        refuse(series, other.span, first, other, "taken together", scope)
        return p.Refused(node.span, ANY, parts)
    if series is not None and any(_of_today(condition, scope) for condition in conditions):
        return p.Refused(node.span, ANY, parts)
    return p.If(node.span, replace(kind, series=series), conditions, tuple(values))


def _figure_of(part: p.Expr) -> p.Expr:
    """The figure that gives a question its rhythm; of a value the value itself."""
    if part.type.kind is not Kind.FLAG:
        return part
    return next((n for n in p.walk(part) if n.type.is_figure and n.type.series is part.type.series), part)


_KNOWING = (p.IsKnown, p.IsMeaningful, p.IsTruth)
"""What is asked of a value, and elsewhere is asked of the period that is read."""


def _of_each_period(condition: p.Expr) -> p.Expr:
    """A question of which each period has its own answer: `cash is known` beside a series is asked of each."""
    match condition:
        case p.IsKnown() | p.IsMeaningful() | p.IsTruth():
            return replace(condition, type=FLAGS[condition.operand.type.series])
        case p.Not():
            inner = _of_each_period(condition.operand)
            return replace(condition, operand=inner, type=FLAGS[inner.type.series])
        case p.Logic():
            items = tuple(_of_each_period(item) for item in condition.items)
            series = units.common_series(*(item.type for item in items))
            return condition if isinstance(series, Refusal) else replace(condition, items=items, type=FLAGS[series])
        case _:
            return condition


def _of_today(condition: p.Expr, scope: Scope) -> bool:
    """What is asked beside a series must have an answer for each of its periods: a status, an outcome and an event are those
    of today, and so is a condition's name inside a formula. Today's answer under the past would show one that never was."""
    for node in p.walk(condition):
        past = None
        if isinstance(node, p.Ref) and node.type.kind is Kind.FLAG and node.type.series is None:
            past = scope.types.get(node.name, ANY).series
        knows = isinstance(node, _KNOWING) and node.operand.type.series is not node.type.series
        if knows or isinstance(node, p.IsEvent) or node.type.kind in (Kind.PILLAR, Kind.VERDICT) or past is not None:
            mend = "ask for the figures behind it, or take one value of each series with `latest(…)`"
            scope.error("T066", node.span, name="if", wanted="a question that each period answers", found=subject(node),
                        mend=mend)  # fmt: skip
            return True
    return False


def _values(node: s.If, scope: Scope, lower: Lower, target: Type | None) -> list[p.Expr]:
    """The values; bare words last, since which choice they belong to the others say."""
    found: dict[int, p.Expr] = {}
    words: dict[int, str] = {}
    for n, value in enumerate(node.values):
        if isinstance(value, s.Text):
            words[n] = value.value
        elif isinstance(value, s.Name) and value.name not in scope.local:
            words[n] = value.name
        else:
            found[n] = lower_if(value, scope, lower, target) if isinstance(value, s.If) else lower(value, scope)
    typed = [found[n].type for n in sorted(found)]
    named = [scope.types[v.name] for v in node.values if isinstance(v, s.Name) and v.name in scope.types]
    choices = [kind for kind in (target, *typed, *named) if kind is not None and kind.kind is Kind.CHOICE]
    choice = (
        replace(choices[0], options=tuple(dict.fromkeys(o for c in choices for o in c.options))) if choices else None
    )
    for n, word in words.items():
        found[n] = _word(node.values[n], word, target or choice, scope, lower)
    return [found[n] for n in range(len(node.values))]


def _word(value: s.Expr, word: str, choice: Type | None, scope: Scope, lower: Lower) -> p.Expr:
    """A word of a choice, or else what it is by itself: a declared name, a text, a name that nobody declared."""
    declared = scope.types.get(word) if isinstance(value, s.Name) else None
    if choice is None or word not in choice.options:
        named = isinstance(value, s.Name) and (word in scope.keywords or {word, "*"} & scope.lost)
        if choice is not None and not named:
            otherwise = f"its words are {', '.join(choice.options)}"
            mend = meant(value.span, word, choice.options, otherwise)
            scope.error("T050", value.span, subject=f"the choice beside it ({choice})", verb="is never",
                        word=quoted(value.span.text), mend=mend)  # fmt: skip
            return p.Refused(value.span, ANY)
        return lower(value, scope)
    if declared is not None and declared.kind is Kind.CHOICE:
        labels = scope.declared(word, "declared here")
        mend = Mend(f'for the word write `"{word}"`, for what the name holds give one of the two another name',
                    (put(value.span, f'"{word}"'),))  # fmt: skip
        subject_ = f"{choice}: it is a word of it and a name of the same type"
        scope.error("T051", value.span, labels, word=word, subject=subject_, mend=mend)
        return p.Refused(value.span, ANY)
    return p.Const(value.span, choice.single, word)


def _admitted(value: p.Expr, scope: Scope) -> p.Expr:
    """A value that an `if` may give; anything else goes with everything from here on."""
    if value.type.kind in _VALUES:
        return value
    code = NO_FIGURE[value.type.kind]
    scope.error(
        code, value.span, found=subject(value), name=f"`{value.text}`", what=value.type, mend=status_mend(value)
    )
    return p.Refused(value.span, ANY, (value,))


def _of_one_kind(values: list[p.Expr], scope: Scope) -> tuple[Type, list[p.Expr]]:
    """The type of the whole, and the values brought to it."""
    lead = next((v for v in values if not _of_any_unit(v)), values[0])
    values = [zero_as(v, lead.type) for v in values]
    kind = lead.type
    refused = False
    for value in values:
        if value.span == lead.span or value.type.kind is Kind.ANY:
            continue
        found = units.either(kind, value.type)
        if not isinstance(found, Refusal):
            kind = found
        elif refused:
            also(found, lead, value, scope)
        else:
            refuse(found, value.span, lead, value, VERB, scope)
            refused = True
    own = kind.currency is None
    return kind, [_brought(value, kind, own) for value in values]


def _of_any_unit(value: p.Expr) -> bool:
    """0 of any unit, and what is written as unknown."""
    bare = isinstance(value, p.Const) and value.type.kind is Kind.NUMBER and value.value == 0
    return bare or value.type.kind is Kind.ANY


def _brought(value: p.Expr, kind: Type, reporting: bool) -> p.Expr:
    """Money of its own currency beside money of the reporting one; the unknown of a kind."""
    if kind.kind is Kind.MONEY and reporting and value.type.currency:
        return p.Convert(value.span, replace(value.type, currency=None), value)
    if kind.is_figure or value.type.kind is not Kind.ANY:
        return value
    return unknown_as(value, kind.single)
