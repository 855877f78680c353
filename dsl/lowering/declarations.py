"""One declaration at a time, written -> checked: what it must have, its constants, its expressions.

In: a declaration of `syntax.py` and the `Scope`. Out: a declaration of `program.py`, or None where it cannot be
one; its type is entered in the scope. Must not know facts or values.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from dsl.lowering.clauses import constant, head, lower_value, missing, refuse_unlike
from dsl.lowering.expressions import lower, lower_figure, lower_flag
from dsl.lowering.fixes import word_in
from dsl.lowering.mismatches import refuse
from dsl.lowering.scope import STATUSES, Scope, align, remember, short, status_mend, subject, zero_as
from dsl.program import program as p
from dsl.program.declared import DOES_NOT_APPLY, Valuation
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Label
from dsl.text.edits import Edit, Fix, doubted, leave_out, leave_out_item, put
from dsl.text.messages import article
from dsl.types import units
from dsl.types.lengths import Duration
from dsl.types.units import ANY, FIGURES, FLAG, NUMBER, Frequency, Kind, Refusal, Type


def declare(d: s.Declaration, origin: str, scope: Scope) -> p.Declared | None:
    """Checks one declaration; what it needs has been declared before it."""
    maker = _MAKERS.get(type(d))
    return maker(d, origin, scope) if maker else None


def _type(node: s.TypeNode, scope: Scope) -> Type:
    kind = Kind(node.base)
    every = Frequency(node.per) if node.per else None
    options = tuple(o.name for o in node.options)
    for option in node.options:
        if options.count(option.name) > 1 and option is not node.options[options.index(option.name)]:
            first = next(o for o in node.options if o.name == option.name)
            labels, fixes = [Label(first.span, "it stands here first")], [leave_out_item(option.span, sure=True)]
            scope.error("T047", option.span, labels, fixes=fixes, name=option.name)
    if every is not None and kind not in FIGURES:
        scope.error("T060", node.span, fixes=_without(node, rf"per\s+{node.per}"), left=f"`{node.base}`",
                    right=f"`per {node.per}`", verb="put together",
                    mend="only figures come as a series; leave `per` out")  # fmt: skip
        every = None
    if node.currency and kind is not Kind.MONEY:
        scope.error("T060", node.span, fixes=_without(node, rf"in\s+{node.currency}"), left=f"`{node.base}`",
                    right=f"`in {node.currency}`", verb="put together", mend="only money has a currency")  # fmt: skip
    if node.share and kind is not Kind.MONEY:
        scope.error("T060", node.span, fixes=_without(node, r"per\s+share"), left=f"`{node.base}`", right="`per share`",
                    verb="put together", mend="only money is counted per share")  # fmt: skip
    # Money per day is a price; money per month, quarter or year flows over that time.
    flow = every if kind is Kind.MONEY and every not in (Frequency.DAY, Frequency.WEEK) else None
    return Type(kind, node.currency, flow, every, options, share=node.share)


def _without(node: s.Node, words: str) -> list[Fix]:
    """Words of a declaration left out."""
    place = word_in(node, rf"\b{words}\b")
    return [leave_out(place)] if place is not None else []


# --- what brings values --------------------------------------------------------------------------------


def _input(d: s.Input, origin: str, scope: Scope) -> p.Input:
    kind = scope.assumed.get(d.name.name) or (_type(d.type, scope) if d.type else ANY)
    if d.type is None:
        missing(d, "type", "write what it is, such as `: money per quarter`", scope)
    bounds = _bounds(d, kind, scope) if d.bounds is not None else None
    stale = Duration(d.stale_after.count, Frequency(d.stale_after.unit)) if d.stale_after else None
    if d.balance:
        if kind.kind not in (Kind.MONEY, Kind.COUNT, Kind.ANY) or kind.series in (None, Frequency.DAY, Frequency.WEEK):
            scope.error("T096", d.name.span, fixes=_without(d, "balance"), name=d.name.name, found=kind)
        kind = replace(kind, per=None, balance=True)
    scope.types[d.name.name] = kind
    if kind.series is not None or kind.kind is Kind.ANY:
        scope.historic.add(d.name.name)
    return p.Input(*head(d, origin), kind, d.optional, bounds, stale, d.by_segment)


def _bounds(d: s.Input, kind: Type, scope: Scope) -> p.Bounds | None:
    """The bounds of an input, each end written out; None where that is a mistake, which is said."""
    written = d.bounds
    assert written is not None
    ends = [(node, constant(node, scope)) for node in (written.low, written.high) if node is not None]
    wrong = next((node for node, value in ends if value is None), None)
    if wrong is not None:
        scope.error("T053", wrong.span, what="bounds", example="between 0% and 100%")
        return None
    low, high = ((constant(node, scope) or (0.0, ANY))[0] if node else None for node in (written.low, written.high))
    least, most = -math.inf if low is None else low, math.inf if high is None else high
    if least > most or (least == most and (written.low_open or written.high_open)):
        swapped = tuple(Edit(a[0].span, b[0].span.text) for a, b in zip(ends, ends[::-1], strict=True))
        fixes = [Fix("swap the two bounds", swapped, sure=least > most)] if least > most and len(ends) == 2 else []
        scope.error("T058", written.span, fixes=fixes, name=d.name.name)
        return None
    before = len(scope.diagnostics)
    currency = None
    for node, value in ends:
        if len(scope.diagnostics) == before:  # two bounds of one wrong unit are one mistake
            lower_value(node, kind, scope, d.name.name)
        currency = currency or (value[1].currency if value and value[0] else None)
    between = not (written.low_open or written.high_open) and len(ends) == 2
    text = f"{ends[0][0].span.text} to {ends[1][0].span.text}" if between else " ".join(written.span.text.split())
    bounds = p.Bounds(least, most, text, written.low_open, written.high_open, currency)
    scope.bounds[d.name.name] = bounds
    return bounds


def _param(d: s.Param, origin: str, scope: Scope) -> p.Param | None:
    if not d.versions:
        missing(d, "value", "write `= 25%`", scope)
        scope.types[d.name.name] = ANY
        return None
    scope.params_only = "param"
    declared = _type(d.type, scope) if d.type else None
    versions: list[p.ParamVersion] = []
    written = sorted(d.versions, key=lambda v: (v.since is not None, v.since))
    for n, version in enumerate(written):
        value = lower_value(version.value, declared, scope, d.name.name) if declared else lower(version.value, scope)
        if versions and versions[-1].since == version.since:
            labels = [Label(versions[-1].value.span, "its value from that day")]
            again = version.span.text.split() == written[n - 1].span.text.split()
            fixes = [leave_out(version.span, sure=again)]
            day = version.since or "the beginning"
            scope.error("T048", version.span, labels, fixes=fixes, name=d.name.name, day=day)
        own = version.own or version.source is None
        versions.append(p.ParamVersion(version.since, value, version.source, own))
    scope.params_only = None
    kind = declared or versions[0].value.type
    for later in versions[1:] if declared is None else ():
        refuse_unlike(later.value, kind, scope, d.name.name)
    scope.types[d.name.name] = scope.assumed.get(d.name.name, kind)
    return p.Param(*head(d, origin), kind, tuple(versions))


def _metric(d: s.Metric, origin: str, scope: Scope) -> p.Metric | None:
    if d.value is None:
        missing(d, "formula", "write `= …`", scope)
        scope.types[d.name.name] = ANY
        return None
    declared = _type(d.type, scope) if d.type is not None else None
    value = _formula(d.value, declared, d.name.name, scope)
    kind = value.type
    if kind.kind is Kind.DURATION:
        scope.error("T093", value.span, name=f"`{short(value)}`", what=kind, mend=status_mend(value))
        kind = ANY
    if declared is not None:
        kind = _annotated(d, declared, kind, value, scope)
    tolerance = constant(d.tolerance, scope)
    if d.tolerance is not None and tolerance is None:
        scope.error("T053", d.tolerance.span, what="tolerance", example="tolerance 1pp")
    elif d.tolerance is not None:
        lower_value(d.tolerance, kind, scope, d.name.name)
    scope.types[d.name.name] = kind
    remember(d.name.name, value, scope)
    meaningful = lower_flag(d.meaningful, scope) if d.meaningful is not None else None
    return p.Metric(*head(d, origin), kind, kind, value, tolerance[0] if tolerance else None, meaningful)


def _valuation(d: s.Valuation, origin: str, scope: Scope) -> p.Metric | None:
    """A metric with the price that it is compared with: amounts of money that may be compared."""
    metric = _metric(d, origin, scope)
    if d.price is None:
        missing(d, "`against`", "say which price it is compared with: `against price`", scope)
    price = lower_figure(d.price, scope) if d.price is not None else None
    if metric is None or not isinstance(price, p.Ref):
        return None
    value = p.Ref(d.name.span, metric.type.single, d.name.name)
    price = replace(price, type=price.type.single)
    if price.type.kind not in (Kind.MONEY, Kind.ANY):
        mend = "name what the market pays, such as `input price : money per share per day`"
        scope.error("T106", price.span, name=d.name.name, found=subject(price), mend=mend)
        return metric
    refusal = units.compare(value.type, price.type)
    if isinstance(refusal, Refusal):
        refuse(refusal, price.span, replace(value, span=metric.value.span), price, "compared", scope)
        return metric
    sides = align(value, price)
    scope.valuations[d.name.name] = sides
    upside, safety = (p.Call(d.span, units.PERCENT, word, sides) for word in ("upside", "margin_of_safety"))
    parts = {slot: getattr(metric, slot) for slot in metric.__dataclass_fields__}
    return Valuation(**parts, price=price, upside=upside, safety=safety)


def _formula(written: s.Expr, declared: Type | None, name: str, scope: Scope) -> p.Expr:
    """The formula of a metric; of one that is declared as a choice an `if` may give the words."""
    if declared is not None and declared.kind is Kind.CHOICE and isinstance(written, s.If):
        return lower_value(written, declared, scope, name)
    return lower(written, scope)


def _annotated(d: s.Metric, declared: Type, found: Type, value: p.Expr, scope: Scope) -> Type:
    like = {
        Kind.RATIO: {Kind.PERCENT, Kind.MULTIPLE, Kind.NUMBER, Kind.POINTS},
        Kind.NUMBER: {Kind.COUNT, Kind.RATIO, Kind.MULTIPLE, Kind.PERCENT},
        Kind.COUNT: {Kind.NUMBER},
        Kind.PERCENT: {Kind.POINTS},
        Kind.POINTS: {Kind.PERCENT},
    }
    fits = found.kind in (declared.kind, Kind.ANY) or declared.kind in like.get(found.kind, set())
    # ttm gives a year's figure every quarter
    every = declared.per or (declared.series if declared.kind is Kind.COUNT else None)
    same_flow = found.per is not None and every is found.per
    periods = declared.series in (None, found.series) or found.series is None or same_flow
    flows = None in (every, found.per) or every is found.per
    currency = declared.currency in (None, found.currency) or found.kind is Kind.ANY
    if not (fits and periods and flows and currency):
        assert d.type
        mend = (
            f"declare it `: {found.written}`, or mend the formula" if found.written else "mend the type or the formula"
        )
        labels = [Label(d.type.span, "declared here")]
        fixes = [doubted(put(d.type.span, found.written))] if found.written else []
        scope.error("T067", value.span, labels, str(found), fixes, name=f"`{d.name.name}`", declared=declared, found=found,
                    mend=mend)  # fmt: skip
        return ANY
    if found.kind is Kind.ANY:  # how often it comes the formula would say
        return ANY
    return replace(declared, series=found.series, per=found.per or declared.per, currency=found.currency)


def _forecast(d: s.Forecast, origin: str, scope: Scope) -> p.Forecast | None:
    for part, clause in ((d.horizon, "`for`"), (d.starts, "`starts`"), (d.then, "`then`")):
        if part is None:
            missing(d, clause, "write `for 3 years starts … then previous * …`", scope)
            scope.types[d.name.name] = ANY
            return None
    assert d.horizon
    assert d.starts
    assert d.then
    if not 1 <= d.horizon.count <= 100:
        scope.error("T066", d.horizon.span, name="for", wanted="1 to 100 steps", found=d.horizon.span.text,
                    mend="write it like `for 3 years`")  # fmt: skip
    starts = _start(d, scope)
    kind = replace(starts.type.single, currency=None)  # every step is in the reporting currency
    scope.steps[d.name.name] = min(d.horizon.count, 100)
    scope.local = {"previous": kind, "step": NUMBER}
    then = lower_figure(d.then, scope)
    scope.local = {}
    if Kind.ANY not in (then.type.kind, kind.kind):
        refuse_unlike(then, kind, scope, d.name.name, Label(starts.span, str(kind)))
    scope.types[d.name.name] = kind
    return p.Forecast(*head(d, origin), kind, min(d.horizon.count, 100), Frequency(d.horizon.unit), starts, then)


def _start(d: s.Forecast, scope: Scope) -> p.Expr:
    """The first figure of a forecast: of the declared type; a bare 0 is 0 of the unit that the formula then gives."""
    assert d.starts
    assert d.then
    if d.type is not None:
        kind = _type(d.type, scope)
        return lower_value(d.starts, replace(kind, series=None), scope, d.name.name)
    starts = lower_figure(d.starts, scope)
    if isinstance(starts, p.Const) and starts.type.kind is Kind.NUMBER and starts.value == 0:
        trial = replace(scope, diagnostics=[], local={"previous": ANY, "step": NUMBER})
        return zero_as(starts, lower(d.then, trial).type.single)
    return starts


# --- what judges ------------------------------------------------------------------------------------------


def _pillar(d: s.Pillar, origin: str, scope: Scope) -> p.Pillar:
    scope.types[d.name.name] = Type(Kind.PILLAR, options=STATUSES)
    return p.Pillar(*head(d, origin), lower_flag(d.applies, scope) if d.applies else None)


def _condition(d: s.Condition, origin: str, scope: Scope) -> p.Condition | None:
    if not d.pillars:
        missing(d, "`on`", "say which pillar it speaks about: `on NAME`", scope)
    for pillar in d.pillars:
        keyword = scope.keywords.get(pillar.name)
        if keyword is None:
            lower(s.Name(pillar.span, pillar.name), scope)
        elif keyword != "pillar" and pillar.name not in scope.lost:
            labels = scope.declared(pillar.name, "declared here")
            pillars = [n for n, k in scope.keywords.items() if k == "pillar" and n not in {x.name for x in d.pillars}]
            fixes = [put(pillar.span, name) for name in pillars[:3]] if len(pillars) <= 3 else []
            said = {"name": pillar.name, "article": article(keyword), "kind": keyword}
            scope.error("T040", pillar.span, labels, fixes=fixes, **said)
    weight = 1.0
    if d.weight is not None:
        given = constant(d.weight, scope)
        if given is None or given[0] <= 0 or given[1].kind is not Kind.NUMBER:
            less = given is not None and given[0] < 0 and given[1].kind is Kind.NUMBER
            fixes = [put(d.weight.span, f"{-given[0]:g}")] if less and given is not None else []
            scope.error("T042", d.weight.span, fixes=fixes, found=d.weight.span.text, mend=_weight_mend(d, given))
        else:
            weight = given[0]
    scope.types[d.name.name] = FLAG
    if d.when is None:
        missing(d, "`when`", "write what must hold: `when revenue_growth > 20%`", scope)
        return None
    applies = lower_flag(d.applies, scope) if d.applies else None
    when = lower_flag(d.when, scope)
    scope.types[d.name.name] = replace(FLAG, series=when.type.series)
    remember(d.name.name, when, scope)
    names = tuple(dict.fromkeys(n.name for n in d.pillars))
    return p.Condition(*head(d, origin), p.Side(d.keyword), names, weight, d.critical, applies, when, ())


def _weight_mend(d: s.Condition, given: tuple[float, Type] | None) -> str:
    """A weight below 0 is meant to speak against: a condition of the other side does."""
    if given is None or given[1].kind is not Kind.NUMBER:
        return "write `weight 2`, or leave it out for 1"
    if given[0] == 0:
        return "leave it out for 1; take it away if it is not meant to count"
    against, other = ("against", "bear") if d.keyword == "bull" else ("for", "bull")
    return f"write `weight {-given[0]:g}`; what speaks {against} the thesis is a `{other}`"


def _verdict(d: s.Verdict, origin: str, scope: Scope) -> p.Verdict | None:
    if not d.rows:
        missing(d, "rows", 'write `when … then "…"` and end with `otherwise "…"`', scope)
    rows = tuple(
        p.Row(lower_flag(r.when, scope) if r.when else None, r.outcome.value, r.tone, (), r.span) for r in d.rows
    )
    for row in d.rows:
        if row.outcome.value == DOES_NOT_APPLY:
            scope.error("T049", row.outcome.span, name=d.name.name)
    applies = lower_flag(d.applies, scope) if d.applies else None
    horizon = f"{d.over.count} {d.over.unit}{'s' if d.over.count != 1 else ''}" if d.over else None
    verdict = p.Verdict(*head(d, origin), horizon, rows, applies)
    scope.types[d.name.name] = Type(Kind.VERDICT, options=verdict.outcomes)
    return verdict


def _kill(d: s.Kill, origin: str, scope: Scope) -> p.Kill | None:
    scope.types[d.name.name] = FLAG
    if d.when is None:
        missing(d, "`when`", "write what would end the thesis", scope)
        return None
    when = lower_flag(d.when, scope)
    scope.types[d.name.name] = replace(FLAG, series=when.type.series)
    remember(d.name.name, when, scope)
    return p.Kill(*head(d, origin), d.by.value if d.by else None, when, ())


def _catalyst(d: s.Catalyst, origin: str, scope: Scope) -> p.Catalyst | None:
    if d.day is None or d.expects is None:
        clause = "day" if d.day is None else "`expects`"
        missing(d, clause, "write `on 2026-08-27 expects …`", scope)
        return None
    grace = lower(d.grace, scope) if d.grace is not None else None
    assert grace is None or isinstance(grace, p.Window)
    scope.types[d.name.name] = FLAG
    return p.Catalyst(*head(d, origin), d.day.value, lower_flag(d.expects, scope), (), grace)


_MAKERS: dict[type[s.Declaration], Callable[..., p.Declared | None]] = {
    s.Input: _input, s.Param: _param, s.Metric: _metric, s.Valuation: _valuation, s.Forecast: _forecast,
    s.Pillar: _pillar, s.Condition: _condition,
    s.Verdict: _verdict, s.Kill: _kill, s.Catalyst: _catalyst,
}  # fmt: skip
