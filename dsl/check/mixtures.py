"""Figures that do not belong together, though their units fit: two periods in one ratio, a mean of ratios, a year's sum of
what stands at the end of its period, growth from the end of a period to today.

In: a `Program` without errors. Out: warnings. Must not know facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dsl.program import program as p
from dsl.program.calls import function, window
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import Edit, Fix, put
from dsl.text.messages import make
from dsl.text.source import Span
from dsl.types.functions import Shape
from dsl.types.units import Frequency, Kind

SLOW = (Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR)
"""Series of reported figures: the newest of one may be of a later period than the newest of another."""


def mixtures(program: p.Program) -> Iterator[Diagnostic]:
    """Every such warning about the file's own expressions."""
    sums: dict[str, list[p.Call]] = {}
    for name in program.order:
        if program.declared(name).origin != program.name:
            continue
        for expr in program.expressions(name):
            for node in p.walk(expr):
                if isinstance(node, p.Arithmetic) and node.operator == "/":
                    yield from _two_periods(node)
                elif isinstance(node, p.Call):
                    yield from _mean_of_ratios(node, program)
                    yield from _up_to_today(node, program)
                    if (owner := _sum_of_balance(node, program)) is not None:
                        sums.setdefault(owner.name, []).append(node)
    for name, calls in sums.items():
        yield _unmarked(program.inputs[name], calls)


# --- two periods ------------------------------------------------------------------------------------------------------


def _two_periods(ratio: p.Arithmetic) -> Iterator[Diagnostic]:
    """`latest(profit) / latest(revenue)`: each is the newest of its name, and they may be of two quarters. And a quarter's
    flow over a year's figure."""
    sides = (ratio.left, ratio.right)
    lasts = [_last(side) for side in sides]
    every = [(last.arguments[0].type.series if last is not None else side.type.series)
             for last, side in zip(lasts, sides, strict=True)]  # fmt: skip
    if any(lasts) and every[0] is every[1] and every[0] in SLOW:
        fixes = [put(ratio.span, " / ".join(_without(side, last) for side, last in zip(sides, lasts, strict=True)))]
        why = f"`latest` takes the newest {every[0]} of each by itself" if all(lasts) else (
            f"`latest` may take a newer {every[0]} than the one that is read")  # fmt: skip
        mend = f"both come by {every[0]}, and without `latest` both are of one period: {fixes[0].title}"
        yield make("T089", ratio.span, fixes=fixes, ratio=f"`{_short(ratio.text)}`", why=why, mend=mend)
        return
    for side, other, last in zip(sides, reversed(sides), reversed(lasts), strict=True):
        flows = side.type.per in (Frequency.MONTH, Frequency.QUARTER)
        yearly = last is not None and last.arguments[0].type.series is Frequency.YEAR and other.type.kind is Kind.MONEY
        if flows and yearly and isinstance(side, p.Ref):
            fixes = [put(side.span, f"ttm({side.text})")]
            why = f"a {side.type.per}'s `{side.name}` meets a figure of a year"
            mend = f"bring it to a year: {fixes[0].title}"
            yield make("T089", ratio.span, fixes=fixes, ratio=f"`{_short(ratio.text)}`", why=why, mend=mend)


def _last(expr: p.Expr) -> p.Call | None:
    """The call of `latest` that a side of a ratio is."""
    bare = expr.operand if isinstance(expr, p.Convert) else expr
    return bare if isinstance(bare, p.Call) and function(bare).shape is Shape.LAST else None


def _without(side: p.Expr, last: p.Call | None) -> str:
    inside = side.text if last is None else last.arguments[0].text
    tight = last is None or isinstance(last.arguments[0], p.Ref | p.Call)
    return inside if tight else f"({inside})"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


# --- a mean of ratios --------------------------------------------------------------------------------------------------


def _mean_of_ratios(call: p.Call, program: p.Program) -> Iterator[Diagnostic]:
    """`average(margin, 4 quarters)`: a quarter of little revenue counts as much as one of much."""
    span = window(call)
    if call.function != "average" or span is None:
        return
    ratio = _ratio(call.arguments[0], program)
    if ratio is None:
        return
    flows = [ratio.left, ratio.right]
    series = call.arguments[0].type.series
    whole = f"{span.count} {span.unit}{'s' if span.count > 1 else ''}"
    parts = [f"sum({flow.text}, {whole})" for flow in flows]
    if series is not None and span.count == series.per_year and all(flow.type.is_flow for flow in flows):
        parts = [f"ttm({flow.text})" for flow in flows]
    fixes = [put(call.span, " / ".join(parts))]
    labels = [] if ratio.span == call.arguments[0].span else [Label(ratio.span, "the ratio of each period")]
    yield make("T081", call.span, labels=labels, fixes=fixes, call=f"`{_short(call.text)}`",
               mend=f"divide the sums: `{' / '.join(parts)}`; for how it was on average in time, take the `median`")  # fmt: skip


def _ratio(expr: p.Expr, program: p.Program) -> p.Arithmetic | None:
    """The ratio of two flows of one rhythm that an expression is, itself or by its name."""
    if isinstance(expr, p.Ref) and expr.name in program.metrics:
        expr = program.metrics[expr.name].value
    if not isinstance(expr, p.Arithmetic) or expr.operator != "/":
        return None
    flows = all(_flow(side, program) for side in (expr.left, expr.right))
    return expr if flows and expr.left.type.series is expr.right.type.series else None


def _flow(side: p.Expr, program: p.Program) -> bool:
    """An input that flows in its period."""
    declared = program.inputs.get(side.name) if isinstance(side, p.Ref) else None
    return declared is not None and declared.type.is_flow and declared.type.series in SLOW


# --- growth up to today ------------------------------------------------------------------------------------------------


def _up_to_today(call: p.Call, program: p.Program) -> Iterator[Diagnostic]:
    """`change(latest(price) / eps)`: the newest point has the price of today, and the one before that of its period's end."""
    series = call.arguments[0].type.series if call.arguments else None
    if function(call).shape is not Shape.BACK or series not in SLOW:
        return
    today = _of_today(call.arguments[0], program)
    if today is not None:
        labels = [] if today.span.start >= call.span.start and today.span.end <= call.span.end else [
            Label(today.span, "as of today")]  # fmt: skip
        yield make("T099", call.span, labels=labels, call=f"`{_short(call.text)}`", today=f"`{_short(today.text)}`",
                   series=series)  # fmt: skip


def _of_today(expr: p.Expr, program: p.Program) -> p.Expr | None:
    """The first part of an expression that is laid beside periods as it is known today: the newest price, something dated."""
    seen: set[str] = set()
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        if isinstance(node, p.Call):
            shape = function(node).shape
            if shape is Shape.LAST and node.arguments[0].type.series in (Frequency.DAY, Frequency.WEEK):
                return node
            if shape in (Shape.BACK, Shape.SHIFT, Shape.LAST) or window(node) is not None:
                continue  # what looks back again has its own warning, or none
        if isinstance(node, p.Ref) and node.name not in seen:
            seen.add(node.name)
            declared = program.inputs.get(node.name)
            if declared is not None and declared.type.series is None and declared.type.is_figure:
                return node
            if node.name in program.metrics:
                waiting.append(program.metrics[node.name].value)
        waiting += reversed(list(p.children(node)))
    return None


# --- a balance that is not marked ---------------------------------------------------------------------------------------

_BALANCES = re.compile(
    r"\b(?:debt|borrowings?|loans?|cash|equity|assets?|liabilit(?:y|ies)|inventor(?:y|ies)|receivables?|payables?|deposits?|"
    r"goodwill|shares|staff|employees|headcount|people employed)\b", re.IGNORECASE)  # fmt: skip
_FLOWS = re.compile(
    r"\b(?:flow|flows|from|issued|issuance|repaid|repayments?|repurchased?|repurchases|bought|sold|sales?|changes?|interest|paid|"
    r"payments?|proceeds|new|net adds|added|hired|expenses?|costs?|income|return|earnings|profits?|revenue|capex|acquired|"
    r"acquisitions?|purchases?|impairments?|write-?offs?|depreciation|granted|traded|per)\b", re.IGNORECASE)  # fmt: skip


def _sum_of_balance(call: p.Call, program: p.Program) -> p.Input | None:
    """`ttm(debt)` of a debt that is not declared as a balance: four quarter ends added up."""
    if function(call).shape is not Shape.YEAR or not isinstance(call.arguments[0], p.Ref):
        return None
    declared = program.inputs.get(call.arguments[0].name)
    if declared is None or declared.type.balance or declared.origin != program.name:
        return None
    called = f"{declared.title} {declared.name.replace('_', ' ')}"
    return declared if _BALANCES.search(called) and not _FLOWS.search(called) else None


def _unmarked(declared: p.Input, calls: list[p.Call]) -> Diagnostic:
    """One warning for an input, with all its sums: marked as a balance, each is the figure itself."""
    end = _type_end(declared)
    edits = [Edit(call.span, declared.name) for call in calls]
    title = f"declare `{declared.name}` with `balance`, without `ttm`"
    fixes = [Fix(title, (Edit(end, " balance"), *edits))] if end is not None else []
    labels = [Label(declared.span, "declared as what flows in a period")]
    labels += [Label(call.span, "here too") for call in calls[1:4]]
    return make("T097", calls[0].span, labels=labels, fixes=fixes, name=declared.name, title=declared.title,
                periods=declared.type.series, mend=f"{title}: each period holds the figure of its end")  # fmt: skip


_TYPE = re.compile(
    r'\s*(?:"[^"\n]*")?\s*:\s*[a-z]+(?:\s+per\s+(?:share|day|week|month|quarter|year)\b|\s+in\s+[A-Z]{3}\b)*'
)


def _type_end(declared: p.Input) -> Span | None:
    """The place behind the type of an input."""
    found = _TYPE.match(declared.span.source.text, declared.span.end)
    return declared.span.source.span(found.end(), found.end()) if found else None
