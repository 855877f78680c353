"""Written expressions -> typed expressions: every name resolved, every type inferred, units held together.

In: nodes of `syntax.py` and a `Scope`. Out: nodes of `program.py`, and diagnostics. One mistake gives one
diagnostic: what depends on it becomes `Kind.ANY`, which goes with everything. Must not know facts or values.
"""

from __future__ import annotations

import datetime as dt
import operator as op
import re
from collections.abc import Callable, Sequence

from dsl.lowering.calls import lower_call, whole_periods
from dsl.lowering.choices import lower_if
from dsl.lowering.mismatches import also, between, refuse, refuse_single
from dsl.lowering.predicates import (
    is_catalyst,
    lower_contains,
    lower_happened,
    lower_in,
    lower_includes,
    lower_is,
    one_of,
    said_short,
)
from dsl.lowering.retype import as_metric
from dsl.lowering.scope import (
    NO_FIGURE,
    Scope,
    align,
    as_figure,
    as_flag,
    has_history,
    short,
    with_past,
)
from dsl.lowering.words import asked_with_a_sign, dotted, literal, the_day
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Label
from dsl.text.edits import Edit, Fix, Mend, leave_out, meant, put
from dsl.text.messages import article, fill
from dsl.text.source import Span
from dsl.types import units
from dsl.types.functions import FUNCTIONS
from dsl.types.lengths import window_in
from dsl.types.units import ANY, FLAG, FLAGS, Frequency, Kind, Refusal, Type


def lower(node: s.Expr, scope: Scope) -> p.Expr:
    """One expression, typed."""
    return _LOWER[type(node)](node, scope)


def lower_flag(node: s.Expr, scope: Scope) -> p.Expr:
    """An expression that must be true or false."""
    return as_flag(lower(node, scope), scope)


def lower_figure(node: s.Expr, scope: Scope) -> p.Expr:
    """An expression that must be a figure."""
    return as_figure(lower(node, scope), scope)


# --- leaves -----------------------------------------------------------------------------------------

_LITERAL_KINDS = {
    "number": Kind.NUMBER, "scaled": Kind.NUMBER, "percent": Kind.PERCENT, "pp": Kind.POINTS, "multiple": Kind.MULTIPLE,
    "money": Kind.MONEY,
}  # fmt: skip


def _number(node: s.Number, scope: Scope) -> p.Expr:
    return p.Const(node.span, Type(_LITERAL_KINDS[node.unit], node.currency), node.value)


def _truth(node: s.Truth, scope: Scope) -> p.Expr:
    return p.Const(node.span, ANY if node.value is None else FLAG, node.value)


def _date(node: s.Date, scope: Scope) -> p.Expr:
    return p.Const(node.span, Type(Kind.DATE), node.value)


def _text(node: s.Text, scope: Scope) -> p.Expr:
    return p.Const(node.span, Type(Kind.TEXT), node.value)


def _duration(node: s.Duration, scope: Scope) -> p.Expr:
    return p.Window(node.span, Type(Kind.DURATION), node.count, Frequency(node.unit))


def _name(node: s.Name, scope: Scope) -> p.Expr:
    name = node.name
    if name in scope.local:
        return p.Ref(node.span, scope.local[name], name)
    if name == p.AS_OF:
        return _as_of(node, scope)
    keyword = scope.keywords.get(name)
    if keyword is None:
        _unknown_name(node, scope)
        return p.Ref(node.span, ANY, name)
    if name in scope.lost:
        return p.Ref(node.span, ANY, name)
    if scope.params_only is not None and keyword != "param":
        labels = scope.declared(name, "declared here")
        said = {"what": scope.params_only, "name": name, "article": article(keyword), "kind": keyword}
        scope.error("T041", node.span, labels, fixes=as_metric(node.span), **said)
        return p.Ref(node.span, ANY, name)
    if keyword in ("scenario", "catalyst"):  # a catalyst is asked for with `is met`, which does not come here
        labels = scope.declared(name, "declared here")
        scope.error("T064", node.span, labels, found=f"{keyword} `{name}`", mend="name an input, a metric or a param")
        return p.Ref(node.span, ANY, name)
    kind = scope.types.get(name, ANY)
    # Elsewhere a condition is read at its latest period; only `for` and streak() look at its past.
    return p.Ref(
        node.span, kind.single if kind.kind is Kind.FLAG and keyword in ("bull", "bear", "kill") else kind, name
    )


def _as_of(node: s.Name, scope: Scope) -> p.Expr:
    """The day on which the rules are judged. It is no constant."""
    if scope.params_only is not None:
        fixes = as_metric(node.span)
        scope.error(
            "T041", node.span, fixes=fixes, what=scope.params_only, name=p.AS_OF, article="a", kind="date that moves"
        )
        return p.Ref(node.span, ANY, p.AS_OF)
    return p.AsOf(node.span, Type(Kind.DATE))


def _unknown_name(node: s.Name, scope: Scope) -> None:
    name = node.name
    if name in scope.lost or "*" in scope.lost:
        return
    if name in ("previous", "step"):
        scope.error("T046", node.span, name=name, mend="for the period before write `lag(…, 1)`")
    elif name in scope.dropped:
        label = Label(scope.dropped[name], "dropped here")
        fixes = [leave_out(scope.dropped[name])]
        scope.diagnostics.append(fill("T037", node.span, {"name": name}, labels=[label], fixes=fixes))
    else:
        mend = literal(node.span, name) or the_day(node.span, name) or dotted(node.span, name, scope)
        mend = mend or _declared_name(node.span, name, scope)
        if name in FUNCTIONS:
            mend = Mend(f"a function takes arguments: `{FUNCTIONS[name].example}`")
        scope.error("T031", node.span, name=name, mend=mend)


def _declared_name(span: Span, name: str, scope: Scope) -> Mend:
    """The declared name that a word may be a slip of; a short one must begin alike (`yes` is no slip of `eps`)."""
    short_one = len(name) <= 3
    known = [each for each in scope.keywords if not short_one or each[:1].lower() == name[:1].lower()]
    return meant(span, name, known, "declare it with `input`, `param` or `metric`")


def _group(node: s.Group, scope: Scope) -> p.Expr:
    scope.error(
        "T064", node.span, found="a list in parentheses", mend="a set stands only behind `=` in `given` and `assume`"
    )
    return p.Refused(node.span, ANY)


# --- arithmetic -----------------------------------------------------------------------------------------


def _negative(node: s.Negative, scope: Scope) -> p.Expr:
    operand = lower_figure(node.operand, scope)
    if isinstance(operand, p.Const) and isinstance(operand.value, float):
        return p.Const(node.span, operand.type, -operand.value)
    return p.Negative(node.span, operand.type, operand)


_VERBS = {"+": "added", "-": "subtracted", "*": "multiplied", "/": "divided", "^": "joined by `^`"}


_RULES: dict[str, Callable[[Type, Type], Type | Refusal]] = {
    "+": lambda a, b: units.add(a, b, minus=False),
    "-": lambda a, b: units.add(a, b, minus=True),
    "*": units.multiply,
    "/": units.divide,
    "^": units.power,
}


def _arithmetic(node: s.Arithmetic, scope: Scope) -> p.Expr:
    sign = node.operator
    if day_as_figures(node.span.text):
        _no_figure_but_a_day(node, scope)
        return p.Refused(node.span, ANY)
    left, right = lower(node.left, scope), lower(node.right, scope)
    if not (left.type.is_figure and right.type.is_figure):
        return _no_figures(node, left, right, scope)
    left, right = align(left, right)
    result = _RULES[sign](left.type, right.type)
    if sign in "+-" and isinstance(result, Type) and result.kind is Kind.NUMBER and _bare_beside_percent(left, right):
        result = Refusal("T071", "write the figure as a percent, such as `5%`")
    if isinstance(result, Refusal):
        refuse(result, between(left.span, right.span, sign), left, right, _VERBS[sign], scope)
        result = ANY
    return p.Arithmetic(node.span, result, sign, left, right)


_DAY = re.compile(
    r"(?P<year>\d{4})(?P<sign>[-/])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})|\d{1,2}([-/])\d{1,2}\5\d{4}"
)


def day_as_figures(text: str) -> bool:
    """`2024-1-5`, `2024/01/05`, `1/5/2024`: a day in a spelling that would be read as arithmetic."""
    return _DAY.fullmatch(text) is not None


def _no_figure_but_a_day(node: s.Arithmetic, scope: Scope) -> None:
    """Such a day refused, with its edit where it is clear which day is meant."""
    text = node.span.text
    found = _DAY.fullmatch(text)
    fixes = list[Fix]()
    if found is not None and found["year"]:
        padded = len(found["month"]) == len(found["day"]) == 2  # the year first, and zeros: nobody divides by 05
        try:
            day = dt.date(*(int(found[part]) for part in ("year", "month", "day")))
            fixes = [put(node.span, day.isoformat(), sure=found["sign"] == "-" or int(found["day"]) > 12 or padded)]
        except ValueError:
            pass
    scope.error("T008", node.span, fixes=fixes, text=text)


def _bare_beside_percent(left: p.Expr, right: p.Expr) -> bool:
    """`growth - 5`: 1 + growth is how one grows by a percent, but any other figure misses its percent sign."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, p.Const) and other.type.kind in units.PERCENTS:
            return one.type.kind is Kind.NUMBER and one.value not in (None, 0, 1.0)
    return False


def _no_figures(node: s.Arithmetic, left: p.Expr, right: p.Expr, scope: Scope) -> p.Expr:
    """Two of one kind that are not figures, such as dates, are one mistake; else each of them that is not a figure is one."""
    if left.type.kind is right.type.kind:
        code = NO_FIGURE.get(left.type.kind, "T064")
        at = between(left.span, right.span, node.operator)
        refuse(Refusal(code), at, left, right, _VERBS[node.operator], scope)
    else:
        as_figure(left, scope)
        as_figure(right, scope)
    return p.Refused(node.span, ANY, (left, right))


# --- comparisons and logic ---------------------------------------------------------------------------------


_HOLDS: dict[str, Callable[..., object]] = {
    "<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge, "=": op.eq, "!=": op.ne,
}  # fmt: skip


def _comparison(operator: str, left: p.Expr, right: p.Expr, span: Span, scope: Scope) -> p.Expr | Refusal:
    """One comparison, or why there is none."""
    left, right = align(left, right)
    series = units.compare(left.type, right.type)
    if isinstance(series, Refusal):
        return series
    if isinstance(left, p.Const) and isinstance(right, p.Const) and None not in (left.value, right.value):
        always = _HOLDS[operator](left.value, right.value)
        scope.error("T085", span, truth="true" if always else "false", mend=CHANGE)
    elif _is_unknown(left) or _is_unknown(right):
        _with_unknown(operator, left, right, span, scope)
    return p.Compare(span, FLAGS[series], operator, left, right)


CHANGE = "compare with a figure that can change"


def _is_unknown(expr: p.Expr) -> bool:
    """The literal `unknown`."""
    return isinstance(expr, p.Const) and expr.value is None and expr.span.text == "unknown"


def _with_unknown(operator: str, left: p.Expr, right: p.Expr, span: Span, scope: Scope) -> None:
    """`growth = unknown` is never true; what is meant is asked with `is`."""
    asked = right if _is_unknown(left) else left
    word = {"=": "unknown", "!=": "known"}.get(operator)
    fixes = [put(span, f"{asked.span.text} is {word}")] if word and not _is_unknown(asked) else []
    mend = f"whether a figure is known is asked with `is`: `{short(asked)} is {word or 'unknown'}`"
    scope.error("T085", span, fixes=fixes, truth="unknown", mend=mend)


def _upside_down(operand: p.Expr, low: p.Expr, high: p.Expr, span: Span, scope: Scope) -> None:
    """`between 30% and 20%`: nothing lies there."""
    ends = [end.value if isinstance(end, p.Const) else None for end in (low, high)]
    if low.type.currency != high.type.currency or None in ends or type(ends[0]) is not type(ends[1]):
        return
    if ends[0] > ends[1]:  # type: ignore[operator]
        swapped = (Edit(low.span, high.span.text), Edit(high.span, low.span.text))
        fix = Fix(f"write `{high.span.text}` first", swapped)
        scope.error("T058", span, fixes=[fix], name=short(operand))


def _compare(node: s.Compare, scope: Scope) -> p.Expr:
    asked = asked_with_a_sign(node, scope, lower)
    if asked is not None:
        return asked
    operands = [lower(o, scope) for o in node.operands]
    pairs: list[p.Expr] = []
    refused = False
    for sign, left, right in zip(node.operators, operands, operands[1:], strict=False):
        span = left.span.to(right.span)
        found = _comparison(sign, left, right, span, scope)
        if isinstance(found, Refusal):
            if refused:  # the middle of a chain that fits on neither side is one mistake
                also(found, left, right, scope)
            else:
                refuse(found, between(left.span, right.span, sign), left, right, "compared", scope)
            refused = True
            found = p.Refused(span, FLAG, (left, right))
        pairs.append(found)
    if len(operands) == 3 and not refused:
        if set(node.operators) <= {"<", "<="}:
            _upside_down(operands[1], operands[0], operands[2], node.span, scope)
        elif set(node.operators) <= {">", ">="}:
            _upside_down(operands[1], operands[2], operands[0], node.span, scope)
    return pairs[0] if len(pairs) == 1 else _all(node.span, "and", pairs)


def _between(node: s.Between, scope: Scope) -> p.Expr:
    operand, low, high = (lower(n, scope) for n in (node.operand, node.low, node.high))
    signs = ("<", ">") if node.negated else (">=", "<=")
    above = _comparison(signs[0], operand, low, node.span, scope)
    below = _comparison(signs[1], operand, high, node.span, scope)
    refused = [(f, b) for f, b in ((above, low), (below, high)) if isinstance(f, Refusal)]
    if refused:
        found, bound = refused[0]
        refuse(found, bound.span, operand, bound, "compared", scope)
        for found, bound in refused[1:]:
            also(found, operand, bound, scope)
        return p.Refused(node.span, FLAG, (operand, low, high))
    assert isinstance(above, p.Expr)
    assert isinstance(below, p.Expr)
    _upside_down(operand, low, high, node.span, scope)
    return _all(node.span, "or" if node.negated else "and", [above, below])


def _in(node: s.In, scope: Scope) -> p.Expr:
    """One of several figures or days: equal to one of them; of several words: one of these."""
    operand = None if is_catalyst(node.operand, scope) else lower(node.operand, scope)
    if (
        operand is None
        or not (operand.type.is_figure or operand.type.kind is Kind.DATE)
        or operand.type.kind is Kind.ANY
    ):
        return lower_in(node, operand, scope, lower)
    items: list[p.Expr] = []
    for written in node.items:
        item = lower(written, scope)
        found = _comparison("=", operand, item, node.span, scope)
        if isinstance(found, Refusal):
            refuse(found, item.span, operand, item, "compared", scope)
            found = p.Refused(node.span, FLAG, (operand, item))
        items.append(found)
    return one_of(node, items)


def _all(span: Span, operator: str, items: Sequence[p.Expr]) -> p.Expr:
    """Items of one frequency meet period by period; of several, each is read at its own latest period."""
    series = units.common_series(*(i.type for i in items))
    return p.Logic(span, FLAGS[None if isinstance(series, Refusal) else series], operator, tuple(items))


def _logic(node: s.Logic, scope: Scope) -> p.Expr:
    short = said_short(node, scope, lower)
    if short is not None:
        return short
    return _all(node.span, node.operator, [lower_flag(i, scope) for i in node.items])


def _not(node: s.Not, scope: Scope) -> p.Expr:
    operand = lower_flag(node.operand, scope)
    return p.Not(node.span, FLAGS[operand.type.series], operand)


def _holds(node: s.Holds, scope: Scope) -> p.Expr:
    condition = with_past(lower_flag(node.condition, scope), scope)
    if condition.type.kind is Kind.FLAG and not has_history(condition, scope):
        refuse_single(condition, scope, "for", "a condition of each period")
        return p.Refused(node.span, FLAG, (condition,))
    series = condition.type.series
    count, unit = node.duration.count, Frequency(node.duration.unit)
    window = window_in(series, count, unit) if series else (count, unit)
    if window is None or count < 1:
        whole_periods(node.duration.span, condition, series, 2, scope)
        return p.Refused(node.span, FLAG, (condition,))
    count, unit = window
    if node.least is not None and node.least > count and unit is not Frequency.DAY:
        mend = f"ask for at most {count}: `for {count} of {node.duration.span.text}`"
        scope.error("T066", node.duration.span, name="for", wanted=f"a number of periods from 1 to {count}", found=f"`{node.least}`",
                    mend=mend)  # fmt: skip
        return p.Refused(node.span, FLAG, (condition,))
    return p.Holds(node.span, FLAGS[series], condition, count, unit, node.least)


def _with(maker: Callable[..., p.Expr]) -> Callable[[s.Expr, Scope], p.Expr]:
    """What types its parts by `lower`."""
    return lambda node, scope: maker(node, scope, lower)


_LOWER: dict[type[s.Expr], Callable[..., p.Expr]] = {
    s.Number: _number, s.Date: _date, s.Duration: _duration, s.Text: _text, s.Truth: _truth, s.Name: _name,
    s.Group: _group, s.Call: _with(lower_call), s.Negative: _negative, s.Arithmetic: _arithmetic, s.Compare: _compare,
    s.Between: _between, s.Is: _with(lower_is), s.Happened: _with(lower_happened), s.Includes: _with(lower_includes),
    s.Holds: _holds, s.Not: _not, s.Logic: _logic, s.If: _with(lower_if), s.In: _in, s.Contains: _with(lower_contains),
}  # fmt: skip
