"""Calls of built-in functions: the number of arguments, what each must be, the type of the result.

In: a call as written, and how to lower its arguments. Out: a typed call, and diagnostics in the `Scope`. Must not
know what functions do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dsl.lowering.borrowed import MAX_PERIODS, borrowed, periods
from dsl.lowering.fixes import day_of, fixes_for
from dsl.lowering.mismatches import declared_at, refuse, refuse_single
from dsl.lowering.scope import (
    Scope,
    as_figure,
    as_flag,
    comparison_mend,
    has_history,
    short,
    subject,
    unknown_as,
    with_past,
    zero_as,
)
from dsl.lowering.words import dotted
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Label
from dsl.text.edits import Fix, put
from dsl.text.source import Span
from dsl.types import units
from dsl.types.functions import FUNCTIONS, WRITTEN, Function, Shape, Slot
from dsl.types.lengths import window_in
from dsl.types.units import ANY, PERCENTS, Frequency, Kind, Refusal, Type

Lower = Callable[[s.Expr, Scope], p.Expr]


def lower_call(node: s.Call, scope: Scope, lower: Lower) -> p.Expr:
    """A call, typed; `lower` types its arguments."""
    name = node.function.name
    row = FUNCTIONS.get(name)
    if row is None:
        given = tuple(lower(argument, scope) for argument in node.arguments)
        mend = (None if node.arguments else dotted(node.span, name, scope)) or borrowed(node, given)
        scope.error("T032", node.function.span, name=name, mend=mend)
        return p.Refused(node.span, ANY, given)
    size = len(node.arguments)
    if size < row.fewest or (size > len(row.slots) and not row.rest):
        example = row.example.split(" = ")[0]
        scope.error("T052", node.span, fixes=_as_many(node, row), name=name, wanted=row.wanted(), given=size or "none",
                    example=example)  # fmt: skip
        return p.Refused(node.span, ANY)
    arguments = _arguments(node, row, scope, lower)
    if row.shape is Shape.READ and isinstance(arguments[0], p.Ref):
        arguments = list(scope.valuations.get(arguments[0].name, arguments))
    figures = [a for a in arguments if a.type.series is not None and a.type.kind is not Kind.DURATION]
    series = units.common_series(*(a.type for a in figures))
    if isinstance(series, Refusal):
        other = next(a for a in figures if a.type.series is not figures[0].type.series)
        refuse(series, other.span, figures[0], other, "taken together", scope)
        return p.Refused(node.span, ANY, tuple(arguments))
    return p.Call(node.span, row.result([a.type for a in arguments]), name, tuple(arguments))


def _as_many(node: s.Call, row: Function) -> list[Fix]:
    """The call with as many arguments as it takes: those too many left out; how many periods back is one where not said."""
    size, name = len(node.arguments), node.function.name
    if size > len(row.slots):
        kept = ", ".join(argument.span.text for argument in node.arguments[: len(row.slots)])
        return [put(node.span, f"{name}({kept})")]
    if size == 1 and row.slots[1:] == (Slot.PERIODS,):
        return [put(node.span, f"{name}({node.arguments[0].span.text}, 1)")]
    return []


def _arguments(node: s.Call, row: Function, scope: Scope, lower: Lower) -> list[p.Expr]:
    lowered: list[p.Expr] = []
    windowed = row.shape is Shape.REDUCE and len(node.arguments) == 2 and isinstance(node.arguments[1], s.Duration)
    for at, argument in enumerate(node.arguments):
        slot = Slot.WINDOW if windowed and at == 1 else row.slot(at)
        if slot is Slot.WINDOW:
            lowered.append(_slot_window(argument, row, lowered, scope))
        elif slot in WRITTEN:
            lowered.append(_slot_number(argument, row, slot, lowered, scope))
            _within_path(lowered, row, scope)
        else:
            expr = lower(argument, scope)
            if slot is Slot.RATE and lowered[0].type.kind is Kind.ANY:
                lowered.append(expr)  # of no path, which is the mistake
                continue
            flows = slot is Slot.MONEY_SERIES
            lowered.append(_slot_money(expr, row, scope, node) if flows else _SLOTS[slot](expr, row, scope))
    if windowed:
        lowered[0] = _slot_series(lowered[0], row, scope)  # what has no periods has no window
    if row.shape is Shape.REDUCE and len(lowered) == 1 and lowered[0].type.series is not None:
        _one_series(lowered[0], row, scope)
    if row.counts and len(lowered) > 1:
        _one_set(lowered, row, scope)
    if row.slots[0] in (Slot.MANY, Slot.ANY):
        _hold_together(node, lowered, scope)
    return lowered


def _hold_together(node: s.Call, arguments: list[p.Expr], scope: Scope) -> None:
    """max, sum, first_known: every argument of the first one's unit; a bare 0 takes it, money meets in one currency."""
    at = [n for n, a in enumerate(arguments) if a.type.kind is not Kind.DURATION]
    lead = next((arguments[n] for n in at if not _bare_zero(arguments[n])), arguments[0])
    currencies = {arguments[n].type.currency for n in at if arguments[n].type.kind is Kind.MONEY}
    for n in at:
        argument = zero_as(arguments[n], lead.type)
        if not lead.type.is_figure:
            argument = unknown_as(argument, lead.type.single)
        if len(currencies) > 1 and None in currencies and argument.type.currency:
            argument = p.Convert(argument.span, replace(argument.type, currency=None), argument)
        arguments[n] = argument
    first = next((arguments[n] for n in at if arguments[n].span == lead.span), arguments[0])
    for n in at:
        other = arguments[n]
        if other is first:
            continue
        if first.type.is_figure and other.type.is_figure:
            refusal = units.compare(first.type.single, other.type.single)
            if isinstance(refusal, Refusal):
                refusal = Refusal("T060", "take figures of one unit") if refusal.code == "T062" else refusal
                if not _number_of_periods(node, refusal, first, other, scope):
                    refuse(refusal, other.span, first, other, "taken together", scope)
                arguments[n] = replace(other, type=ANY)
        elif first.type.kind is not other.type.kind and Kind.ANY not in (first.type.kind, other.type.kind):
            refuse(Refusal("T060", "take things of one kind"), other.span, first, other, "taken together", scope)
            arguments[n] = replace(other, type=ANY)


def _number_of_periods(node: s.Call, refusal: Refusal, series: p.Expr, count: p.Expr, scope: Scope) -> bool:
    """`average(assets, 2)`: as in a spreadsheet or in pandas, the figures of two periods, and no 2 of money."""
    name, every = node.function.name, series.type.series
    whole = isinstance(count, p.Const) and isinstance(count.value, float) and count.value.is_integer()
    reduces = FUNCTIONS[name].shape is Shape.REDUCE and len(node.arguments) == 2
    if not whole or every is None or not reduces or count.type.kind is not Kind.NUMBER:
        return False
    number = int(count.value)  # type: ignore[attr-defined]
    if not 0 < number <= MAX_PERIODS:
        return False
    window = periods(number, every)
    money = series.type.kind is Kind.MONEY
    ways: list[Fix] = [put(count.span, window, sure=money)]
    if not money:
        ways += fixes_for(refusal.code, series, count, count.span, scope)
    elif name in ("min", "max"):
        ways = [put(count.span, window)]
    mend = f"write it like {' or '.join(f'`{fix.edits[0].text}`' for fix in ways)}"
    scope.error("T066", count.span, declared_labels(series, scope), str(count.type), ways, name=name,
                wanted="several figures of one unit, or a series and a duration", found=subject(count), mend=mend)  # fmt: skip
    return True


def declared_labels(expr: p.Expr, scope: Scope) -> list[Label]:
    """What an expression is, and where that was declared."""
    found = declared_at(expr, scope)
    return [Label(expr.span, str(expr.type)), *([found] if found is not None else [])]


def _one_series(expr: p.Expr, row: Function, scope: Scope) -> None:
    """The average of a series alone would be each period's own figure."""
    every = expr.type.series
    such = "60 days" if every is Frequency.DAY else f"8 {every}s"
    mend = f"say over how long: `{row.name}({short(expr)}, {such})`"
    scope.error("T066", expr.span, name=row.name, wanted="several figures, or a series and a duration", found=subject(expr),
                mend=mend)  # fmt: skip


def _one_set(arguments: list[p.Expr], row: Function, scope: Scope) -> None:
    """count() of a set counts its members, of conditions those that hold: never both."""
    mixed = next((a for a in arguments if a.type.kind is Kind.SET), None)
    if mixed is not None:
        mend = f"count the set alone: `{row.name}({short(mixed)})`"
        scope.error("T066", mixed.span, name=row.name, wanted="conditions, or one set", found=subject(mixed), mend=mend)


def _bare_zero(expr: p.Expr) -> bool:
    """0 of any unit, or what is not known to be anything."""
    bare = isinstance(expr, p.Const) and expr.type.kind is Kind.NUMBER and expr.value == 0
    return bare or expr.type.kind is Kind.ANY


def _slot_figure(expr: p.Expr, row: Function, scope: Scope) -> p.Expr:
    expr = as_figure(expr, scope)
    if row.plain_only and expr.type.kind is Kind.MONEY:
        mend = "divide it by money first: the ratio is a plain number"
        scope.error("T066", expr.span, name=row.name, wanted="a plain number", found=subject(expr), mend=mend)
        return replace(expr, type=ANY)
    return expr


def _slot_series(expr: p.Expr, row: Function, scope: Scope) -> p.Expr:
    expr = as_figure(expr, scope)
    if not has_history(expr, scope) and (row.shape is not Shape.LAST or _declared_single(expr, scope)):
        refuse_single(expr, scope, row.name, "a series")
        return replace(expr, type=ANY)
    return expr


def _declared_single(expr: p.Expr, scope: Scope) -> bool:
    """Whether no name in an expression has a history, so that not even `latest` has anything to pick from."""
    return not any(n in scope.historic or n not in scope.types for n in p.names_in(expr))


def _slot_money(expr: p.Expr, row: Function, scope: Scope, call: s.Call) -> p.Expr:
    alone, fixes = [put(call.span, expr.text)], list[Fix]()
    expr = _slot_series(expr, row, scope)
    daily = expr.type.series is Frequency.DAY
    if daily or expr.type.kind in units.PERCENTS | {Kind.MULTIPLE, Kind.RATIO}:
        instead = "latest" if daily else "average"
        window = "" if daily else f", {expr.type.series.per_year} {expr.type.series}s" if expr.type.series else ""
        mend = f"for one figure of the year write `{instead}({short(expr)}{window})`"
        if daily or window:
            fixes = [put(call.span, f"{instead}({expr.text}{window})")]
    elif (over := [t for n in p.names_in(expr) if (t := scope.types.get(n, ANY)).series]) and all(
        t.balance for t in over
    ):
        mend = f"a balance stands at the end of its period: write `{short(expr)}` alone"
        fixes = alone
    elif expr.type.per is Frequency.YEAR and expr.type.series is not Frequency.YEAR:
        mend, fixes = f"it is a year's figure already: write `{short(expr)}` alone", alone
    else:
        return expr
    where = declared_at(expr, scope)
    scope.error("T092", expr.span, [where] if where else [], fixes=fixes, name=row.name, found=subject(expr), mend=mend)
    return replace(expr, type=ANY)


def _slot_window(node: s.Expr, row: Function, before: list[p.Expr], scope: Scope) -> p.Expr:
    series = before[0].type.series if before else None
    if isinstance(node, s.Duration):
        count, unit = node.count, Frequency(node.unit)
    elif (
        isinstance(node, s.Number) and node.unit == "number" and node.value.is_integer() and series is not Frequency.DAY
    ):
        count, unit = int(node.value), series or Frequency.QUARTER
    elif isinstance(node, s.Number):
        whole = series is not None and node.value.is_integer() and node.value > 0
        such = f"{node.value:.0f} {series}s" if whole else f"60 {series or 'day'}s"
        mend, fixes = f"write it like `{such}`", [put(node.span, such)] if whole else []
        found = f"`{node.span.text}`"
        scope.error("T066", node.span, fixes=fixes, name=row.name, wanted="a duration", found=found, mend=mend)
        count, unit = 1, series or Frequency.QUARTER
    else:
        example = "60 days" if series is Frequency.DAY else "8 quarters"
        scope.error("T053", node.span, what="window", example=example)
        count, unit = 1, series or Frequency.QUARTER
    window = window_in(series, count, unit) if series else (count, unit)
    if window is None or count < 1:
        whole_periods(node.span, before[0], series, 8, scope)
        window = (1, series or unit)
    return p.Window(node.span, Type(Kind.DURATION), *window)


def whole_periods(at: Span, of: p.Expr, series: Frequency | None, such: int, scope: Scope) -> None:
    """A duration that is no whole number of a series' periods."""
    where = declared_at(of, scope, period=True)
    mend = f"write it in {series or 'day'}s, such as `{such} {series or 'day'}s`"
    scope.error("T094", at, [where] if where else [], found=f"`{at.text}`", series=series or "day",
                subject=f"`{short(of)}`", mend=mend)  # fmt: skip


def _slot_number(node: s.Expr, row: Function, slot: Slot, before: list[p.Expr], scope: Scope) -> p.Expr:
    written = WRITTEN[slot]
    if isinstance(node, s.Negative) and isinstance(node.operand, s.Number):
        node = replace(node.operand, value=-node.operand.value, span=node.span)
    if not isinstance(node, s.Number):
        count = _counted(node, slot, before[0].type.series if before else None)
        fixes = [put(node.span, str(count), sure=True)] if count is not None else []
        example = str(count or 4)
        scope.error("T053", node.span, fixes=fixes, what=f"number of {written.what}", example=example)
        return p.Const(node.span, ANY, 1.0)
    if node.unit != "number" or not node.value.is_integer() or not written.least <= node.value <= written.most:
        wanted = f"a whole number of {written.what} from {written.least} to {written.most}"
        mend = "write it like `4`"
        if slot is Slot.PERIODS and row.shape in (Shape.BACK, Shape.SHIFT) and node.value < 0:
            mend = "write it like `4`; what is expected of a period to come is `ahead(eps, 1)`"
        if row.shape is Shape.AHEAD and node.value <= 0 and before:
            mend = f"the newest figure is `latest({short(before[0])})`, an earlier one `lag({short(before[0])}, 1)`"
        scope.error("T066", node.span, name=row.name, wanted=wanted, found=f"`{node.span.text}`", mend=mend)
        return p.Const(node.span, ANY, 1.0)
    return p.Const(node.span, units.NUMBER, node.value)


def _counted(node: s.Expr, slot: Slot, series: Frequency | None) -> int | None:
    """`lag(revenue, 1 year)`: a duration as the number of periods or years that it is."""
    if not isinstance(node, s.Duration):
        return None
    unit = {Slot.YEARS: Frequency.YEAR, Slot.PERIODS: series, Slot.MONTHS: Frequency.MONTH}.get(slot)
    window = window_in(unit, node.count, Frequency(node.unit)) if unit is not None else None
    return window[0] if window is not None and window[1] is unit else None


def _slot_path(expr: p.Expr, row: Function, scope: Scope) -> p.Expr:
    """A forecast's name: all its steps are read."""
    if expr.type.kind is Kind.ANY:
        return expr
    if isinstance(expr, p.Ref) and scope.keywords.get(expr.name) == "forecast" and expr.name not in scope.local:
        return p.PathRef(expr.span, expr.type, expr.name)
    known = [name for name, keyword in scope.keywords.items() if keyword == "forecast"]
    mend = f"name a forecast, such as `{known[0]}`" if known else "declare one with `forecast`, and name it here"
    scope.error("T066", expr.span, declared_labels(expr, scope)[1:], name=row.name, wanted="a forecast",
                found=subject(expr), mend=mend)  # fmt: skip
    return replace(expr, type=ANY)


def _slot_valuation(expr: p.Expr, row: Function, scope: Scope) -> p.Expr:
    """A valuation's name."""
    if expr.type.kind is Kind.ANY or (isinstance(expr, p.Ref) and expr.name in scope.valuations):
        return expr
    known = next(iter(scope.valuations), None)
    mend = f"name a valuation, such as `{known}`" if known else "declare one with `valuation`, and name it here"
    scope.error("T066", expr.span, declared_labels(expr, scope)[1:], name=row.name, wanted="a valuation",
                found=subject(expr), mend=mend)  # fmt: skip
    return replace(expr, type=ANY)


def _within_path(arguments: list[p.Expr], row: Function, scope: Scope) -> None:
    """A step that the forecast has."""
    path, step = arguments[0], arguments[-1]
    last = scope.steps.get(path.name) if isinstance(path, p.PathRef) else None
    if last is None or not isinstance(step, p.Const) or not isinstance(step.value, float) or step.value <= last:
        return
    scope.error("T066", step.span, declared_labels(path, scope)[1:], fixes=[put(step.span, str(last))], name=row.name,
                wanted=f"a step from 0 to {last}", found=f"`{step.text}`",
                mend=f"`{short(path)}` has {last} steps; the last one is `at({short(path)}, {last})`")  # fmt: skip
    arguments[-1] = replace(step, type=ANY, value=float(last))


_RATES = units.PERCENTS | {Kind.RATIO, Kind.NUMBER, Kind.ANY}


def _slot_rate(expr: p.Expr, row: Function, scope: Scope) -> p.Expr:
    """A rate: a percent, or a plain figure that is calculated, such as `(1 + wacc) ^ 0.25 - 1`."""
    expr = as_figure(expr, scope)
    bare = isinstance(expr, p.Const) and expr.type.kind is Kind.NUMBER
    if expr.type.kind in _RATES and not bare:
        return expr
    value = expr.value if isinstance(expr, p.Const) and bare else None
    such = f"{value if value >= 1 else value * 100:.10g}%" if isinstance(value, float) and value >= 0 else "9%"
    fixes = [put(expr.span, such)] if bare else []
    scope.error("T066", expr.span, fixes=fixes, name=row.name, wanted="a rate as a percent", found=subject(expr),
                mend=f"write it like `{such}`")  # fmt: skip
    return replace(expr, type=ANY)


def _slot_flag(expr: p.Expr, row: Function, scope: Scope) -> p.Expr:
    flag = as_flag(expr, scope)
    if row.shape is not Shape.RUN:
        return flag
    flag = with_past(flag, scope)
    if flag.type.kind is Kind.FLAG and not has_history(flag, scope):
        refuse_single(flag, scope, row.name, "a condition of each period")
    return flag


def _slot_flags(expr: p.Expr, row: Function, scope: Scope) -> p.Expr:
    if expr.type.kind not in (Kind.SET, Kind.FLAG, Kind.ANY):
        mend = comparison_mend(expr) if expr.type.is_figure else ""
        scope.error("T066", expr.span, name=row.name, wanted="conditions, or one set", found=subject(expr), mend=mend)
        return replace(expr, type=ANY)
    return unknown_as(expr, units.FLAG)


def _slot_any(expr: p.Expr, row: Function, scope: Scope) -> p.Expr:
    return expr


def _slot_date(expr: p.Expr, row: Function, scope: Scope) -> p.Expr:
    if expr.type.kind not in (Kind.DATE, Kind.ANY):
        day = day_of(expr)
        fixes = [put(expr.span, day, sure=True)] if day else []
        scope.error("T066", expr.span, fixes=fixes, name=row.name, wanted="a date", found=subject(expr),
                    mend=f"write it as {day or '2026-08-27'}")  # fmt: skip
    return unknown_as(expr, Type(Kind.DATE))


# --- what is expected: a name about which facts can say it ------------------------------------------------------------

_WANTED_NAME = "the name of something that comes per month, quarter or year"
_OF_DAYS = (Frequency.DAY, Frequency.WEEK)


def _slot_expected(expr: p.Expr, row: Function, scope: Scope) -> p.Expr:
    """The name of an input or metric with periods to come."""
    expr = as_figure(expr, scope)
    if expr.type.kind is Kind.ANY:
        return expr
    if not isinstance(expr, p.Ref):
        names = sorted(p.names_in(expr))
        such = f"`{row.name}({names[0] if names else 'eps'}{', 1' if row.shape is Shape.AHEAD else ''})`"
        mend = f"what is expected is said of a name: ask for each by itself, such as {such}, and calculate with that"
        return _refused(expr, row, scope, mend)
    if expr.type.series is None:
        refuse_single(expr, scope, row.name, _WANTED_NAME)
        return replace(expr, type=ANY)
    if expr.type.series in _OF_DAYS:
        mend = "nobody estimates single days or weeks: declare what is expected per quarter or year"
        return _refused(expr, row, scope, mend)
    if row.shape is Shape.RELEASE and expr.type.balance:
        return _refused(expr, row, scope, "a surprise is of what a period brought, and a balance stands at its end: compare "
                        f"`{short(expr)}` with a figure that you declare")  # fmt: skip
    if row.shape is Shape.YEAR_AHEAD:
        return _flow(expr, row, scope)
    return expr


def _flow(expr: p.Ref, row: Function, scope: Scope) -> p.Expr:
    """What flows in a period, so that a year of it can be added up."""
    kind, every = expr.type, expr.type.series
    if kind.balance:
        return _refused(expr, row, scope, f"a balance stands at the end of its period: write `ahead({expr.name}, 1)`")
    if kind.kind in PERCENTS | {Kind.MULTIPLE, Kind.RATIO}:
        return _refused(expr, row, scope, f"it is not added up over a year: write `ahead({expr.name}, 1)`")
    if kind.per is Frequency.YEAR and every is not Frequency.YEAR and every is not None:
        mend = f"it is a year's figure already: write `ahead({expr.name}, {every.per_year})`"
        return _refused(expr, row, scope, mend)
    return expr


def _refused(expr: p.Expr, row: Function, scope: Scope, mend: str) -> p.Expr:
    where = declared_at(expr, scope)
    wanted = (
        _WANTED_NAME
        if row.shape is not Shape.YEAR_AHEAD
        else "the name of something that flows per month, quarter or year"
    )
    scope.error("T066", expr.span, [where] if where else [], name=row.name, wanted=wanted,
                found=subject(expr), mend=mend)  # fmt: skip
    return replace(expr, type=ANY)


_SLOTS: dict[Slot, Callable[[p.Expr, Function, Scope], p.Expr]] = {
    Slot.FIGURE: _slot_figure, Slot.SERIES: _slot_series, Slot.FLAG: _slot_flag,
    Slot.EXPECTED: _slot_expected, Slot.EXPECTED_FLOW: _slot_expected,
    Slot.MANY: _slot_figure, Slot.FLAGS: _slot_flags, Slot.ANY: _slot_any, Slot.DATE: _slot_date,
    Slot.PATH: _slot_path, Slot.RATE: _slot_rate, Slot.VALUATION: _slot_valuation, Slot.OF_SEGMENTS: _slot_figure,
}  # fmt: skip
"""Arguments by their type; of a window and of what is `WRITTEN` out the text is looked at."""
