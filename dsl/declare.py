"""One declaration at a time, written -> checked: what it must have, its constants, its expressions.

In: a declaration of `syntax.py` and the `Scope`. Out: a declaration of `program.py`, or None where it cannot be
one; its type is entered in the scope. Must not know facts or values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from dsl import program as p
from dsl import syntax as s
from dsl.lower import lower, lower_figure, lower_flag, lower_value
from dsl.messages import article, did_you_mean
from dsl.scope import STATUSES, Scope
from dsl.signatures import DISTRIBUTIONS
from dsl.units import ANY, FIGURES, FLAG, NUMBER, Frequency, Kind, Type

_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


def declare(d: s.Declaration, origin: str, scope: Scope) -> p.Declared | None:
    """Checks one declaration; what it needs has been declared before it."""
    maker = _MAKERS.get(type(d))
    return maker(d, origin, scope) if maker else None


def _head(d: s.Declaration, origin: str) -> tuple[str, str, object, str]:
    return d.name.name, d.title or d.name.name, d.name.span, origin


def _missing(d: s.Declaration, clause: str, mend: str, scope: Scope) -> None:
    scope.error("T038", d.name.span, keyword=d.keyword, name=d.name.name, clause=clause, mend=mend)


def _type(node: s.TypeNode, scope: Scope) -> Type:
    kind = Kind(node.base)
    every = Frequency(node.per) if node.per else None
    options = tuple(o.name for o in node.options)
    for option in node.options:
        if options.count(option.name) > 1 and option is not node.options[options.index(option.name)]:
            scope.error("T047", option.span, name=option.name)
    if every is not None and kind not in FIGURES:
        scope.error("T060", node.span, left=f"`{node.base}`", right=f"`per {node.per}`", verb="put together",
                    mend="only figures come as a series; leave `per` out")  # fmt: skip
        every = None
    if node.currency and kind is not Kind.MONEY:
        scope.error("T060", node.span, left=f"`{node.base}`", right=f"`in {node.currency}`", verb="put together",
                    mend="only money has a currency")  # fmt: skip
    # Money per day is a price; money per month, quarter or year flows over that time.
    flow = every if kind is Kind.MONEY and every not in (Frequency.DAY, Frequency.WEEK) else None
    return Type(kind, node.currency, flow, every, options)


def constant(node: s.Expr | None, scope: Scope) -> tuple[float, Type] | None:
    """A figure written out, maybe with a minus: its value and type; None where it is anything else."""
    figure = node.operand if isinstance(node, s.Negative) else node
    if node is None or not isinstance(figure, s.Number):
        return None
    expr = lower(node, scope)
    if isinstance(expr, p.Const) and isinstance(expr.value, float):
        return expr.value, expr.type
    return None


# --- what brings values --------------------------------------------------------------------------------


def _input(d: s.Input, origin: str, scope: Scope) -> p.Input:
    kind = _type(d.type, scope) if d.type else ANY
    if d.type is None:
        _missing(d, "type", "write what it is, such as `: money per quarter`", scope)
    bounds = None
    if d.bounds is not None:
        low, high = (constant(b, scope) for b in d.bounds)
        if low is None or high is None:
            wrong = d.bounds[0] if low is None else d.bounds[1]
            scope.error("T053", wrong.span, what="bounds", example="between 0% and 100%")
        elif low[0] > high[0]:
            scope.error("T058", d.bounds[0].span.to(d.bounds[1].span), name=d.name.name)
        else:
            for bound in d.bounds:
                lower_value(bound, kind, scope, d.name.name)
            bounds = p.Bounds(low[0], high[0], f"{d.bounds[0].span.text} to {d.bounds[1].span.text}")
            scope.bounds[d.name.name] = bounds
    stale = d.stale_after.count * _DAYS[d.stale_after.unit] if d.stale_after else None
    scope.types[d.name.name] = kind
    return p.Input(*_head(d, origin), kind, d.optional, bounds, stale)  # type: ignore[arg-type]


def _param(d: s.Param, origin: str, scope: Scope) -> p.Param | None:
    if not d.versions:
        _missing(d, "value", "write `= 25%`", scope)
        scope.types[d.name.name] = ANY
        return None
    scope.params_only = "param"
    declared = _type(d.type, scope) if d.type else None
    versions: list[p.ParamVersion] = []
    for version in sorted(d.versions, key=lambda v: (v.since is not None, v.since)):
        value = lower_value(version.value, declared, scope, d.name.name) if declared else lower(version.value, scope)
        if versions and versions[-1].since == version.since:
            scope.error("T048", version.span, name=d.name.name, day=version.since or "the beginning")
        versions.append(p.ParamVersion(version.since, value, version.source))
    scope.params_only = None
    kind = declared or versions[0].value.type
    for later in versions[1:]:
        if later.value.type.kind is not kind.kind and Kind.ANY not in (later.value.type.kind, kind.kind):
            scope.error("T067", later.value.span, name=f"`{d.name.name}`", declared=kind, found=later.value.type)
    scope.types[d.name.name] = kind
    return p.Param(*_head(d, origin), kind, tuple(versions))  # type: ignore[arg-type]


def _metric(d: s.Metric, origin: str, scope: Scope) -> p.Metric | None:
    if d.value is None:
        _missing(d, "formula", "write `= …`", scope)
        scope.types[d.name.name] = ANY
        return None
    value = lower(d.value, scope)
    kind = value.type
    if kind.kind is Kind.DURATION:
        scope.error("T064", value.span, found="a duration", mend="write a plain figure")
        kind = ANY
    if d.type is not None:
        kind = _annotated(d, _type(d.type, scope), kind, value, scope)
    tolerance = constant(d.tolerance, scope)
    if d.tolerance is not None and tolerance is None:
        scope.error("T053", d.tolerance.span, what="tolerance", example="tolerance 1pp")
    scope.types[d.name.name] = kind
    return p.Metric(*_head(d, origin), kind, kind, value, tolerance[0] if tolerance else None)  # type: ignore[arg-type]


def _annotated(d: s.Metric, declared: Type, found: Type, value: p.Expr, scope: Scope) -> Type:
    like = {
        Kind.RATIO: {Kind.PERCENT, Kind.MULTIPLE, Kind.NUMBER, Kind.POINTS},
        Kind.NUMBER: {Kind.COUNT, Kind.RATIO, Kind.MULTIPLE, Kind.PERCENT},
        Kind.COUNT: {Kind.NUMBER},
        Kind.PERCENT: {Kind.POINTS},
        Kind.POINTS: {Kind.PERCENT},
    }
    fits = found.kind in (declared.kind, Kind.ANY) or declared.kind in like.get(found.kind, set())
    same_flow = found.kind is Kind.MONEY and declared.per is found.per  # ttm: money per year, every quarter
    periods = declared.series in (None, found.series) or found.series is None or same_flow
    currency = declared.currency in (None, found.currency) or found.kind is Kind.ANY
    if not (fits and periods and currency):
        scope.error("T067", value.span, name=f"`{d.name.name}`", declared=declared, found=found)
        return ANY
    if found.kind is Kind.ANY:
        return declared
    return replace(declared, series=found.series, per=found.per or declared.per, currency=found.currency)


def _forecast(d: s.Forecast, origin: str, scope: Scope) -> p.Forecast | None:
    for part, clause in ((d.horizon, "`for`"), (d.starts, "`starts`"), (d.then, "`then`")):
        if part is None:
            _missing(d, clause, "write `for 3 years starts … then previous * …`", scope)
            scope.types[d.name.name] = ANY
            return None
    assert d.horizon
    assert d.starts
    assert d.then
    if not 1 <= d.horizon.count <= 100:
        scope.error("T066", d.horizon.span, name="for", wanted="1 to 100 steps", found=d.horizon.span.text,
                    mend="write it like `for 3 years`")  # fmt: skip
    starts = lower_figure(d.starts, scope)
    kind = starts.type.single
    scope.local = {"previous": kind, "step": NUMBER}
    then = lower_figure(d.then, scope)
    scope.local = {}
    if (
        then.type.kind not in (kind.kind, Kind.ANY)
        and kind.kind is not Kind.ANY
        and not {then.type.kind, kind.kind} <= FIGURES - {Kind.MONEY}
    ):
        scope.error(
            "T067", then.span, name=f"`{d.name.name}`", declared=f"{kind} where it starts", found=then.type.single
        )
    scope.types[d.name.name] = kind
    return p.Forecast(*_head(d, origin), kind, min(d.horizon.count, 100), Frequency(d.horizon.unit), starts, then)  # type: ignore[arg-type]


# --- what judges ------------------------------------------------------------------------------------------


def _pillar(d: s.Pillar, origin: str, scope: Scope) -> p.Pillar:
    scope.types[d.name.name] = Type(Kind.PILLAR, options=STATUSES)
    return p.Pillar(*_head(d, origin))  # type: ignore[arg-type]


def _condition(d: s.Condition, origin: str, scope: Scope) -> p.Condition | None:
    if not d.pillars:
        _missing(d, "`on`", "say which pillar it speaks about: `on NAME`", scope)
    for pillar in d.pillars:
        keyword = scope.keywords.get(pillar.name)
        if keyword is None:
            lower(s.Name(pillar.span, pillar.name), scope)
        elif keyword != "pillar":
            scope.error("T040", pillar.span, name=pillar.name, article=article(keyword), kind=keyword)
    weight = 1.0
    if d.weight is not None:
        given = constant(d.weight, scope)
        if given is None or given[0] <= 0 or given[1].kind is not Kind.NUMBER:
            scope.error("T042", d.weight.span)
        else:
            weight = given[0]
    scope.types[d.name.name] = FLAG
    if d.when is None:
        _missing(d, "`when`", "write what must hold: `when revenue_growth > 20%`", scope)
        return None
    applies = lower_flag(d.applies, scope) if d.applies else None
    when = lower_flag(d.when, scope)
    scope.types[d.name.name] = replace(FLAG, series=when.type.series)
    names = tuple(dict.fromkeys(n.name for n in d.pillars))
    head = _head(d, origin)
    return p.Condition(*head, p.Side(d.keyword), names, weight, d.critical, applies, when, ())  # type: ignore[arg-type]


def _verdict(d: s.Verdict, origin: str, scope: Scope) -> p.Verdict | None:
    if not d.rows:
        _missing(d, "rows", 'write `when … then "…"` and end with `otherwise "…"`', scope)
    rows = tuple(
        p.Row(lower_flag(r.when, scope) if r.when else None, r.outcome.value, r.tone, (), r.span) for r in d.rows
    )
    horizon = f"{d.over.count} {d.over.unit}{'s' if d.over.count != 1 else ''}" if d.over else None
    verdict = p.Verdict(*_head(d, origin), horizon, rows)  # type: ignore[arg-type]
    scope.types[d.name.name] = Type(Kind.VERDICT, options=verdict.outcomes)
    return verdict


def _kill(d: s.Kill, origin: str, scope: Scope) -> p.Kill | None:
    scope.types[d.name.name] = FLAG
    if d.when is None:
        _missing(d, "`when`", "write what would end the thesis", scope)
        return None
    when = lower_flag(d.when, scope)
    scope.types[d.name.name] = replace(FLAG, series=when.type.series)
    return p.Kill(*_head(d, origin), d.by.value if d.by else None, when, ())  # type: ignore[arg-type]


def _catalyst(d: s.Catalyst, origin: str, scope: Scope) -> p.Catalyst | None:
    if d.day is None or d.expects is None:
        clause = "day" if d.day is None else "`expects`"
        _missing(d, clause, "write `on 2026-08-27 expects …`", scope)
        return None
    return p.Catalyst(*_head(d, origin), d.day.value, lower_flag(d.expects, scope), ())  # type: ignore[arg-type]


# --- texts, worlds, tests -------------------------------------------------------------------------------------


def template(node: s.Template | None, scope: Scope) -> p.Template:
    """A text with its expressions typed."""
    if node is None:
        return ()
    return tuple(part if isinstance(part, str) else lower(part, scope) for part in node.parts)


_SETTABLE = ("input", "param", "metric", "forecast")


def bindings(nodes: Iterable[s.Binding], scope: Scope) -> Mapping[str, p.Expr]:
    """`a = 1, b = 2` with each value of its name's type."""
    found: dict[str, p.Expr] = {}
    for node in nodes:
        name = node.name.name
        keyword = scope.keywords.get(name)
        if keyword is None:
            lower(node.name, scope)
            continue
        if keyword not in _SETTABLE:
            scope.error(
                "T045",
                node.name.span,
                name=name,
                article=article(keyword),
                kind=keyword,
                mend="set the figures it depends on",
            )
            continue
        if name in found:
            scope.error("T059", node.name.span, name=name)
        found[name] = lower_value(node.value, scope.types.get(name, ANY), scope, name)
        bounds, value = scope.bounds.get(name), getattr(found[name], "value", None)
        if bounds is not None and isinstance(value, float) and not bounds.low <= value <= bounds.high:
            scope.error("T068", node.value.span, given=node.value.span.text, name=name, bounds=bounds.text)
    return found


def lower_scenario(d: s.Scenario, origin: str, scope: Scope) -> p.Scenario:
    """A scenario; its probability must lie between 0 and 1."""
    probability = None
    if d.probability is not None:
        given = constant(d.probability, scope)
        if given is None or given[1].kind is not Kind.PERCENT or not 0 <= given[0] <= 1:
            scope.error("T043", d.probability.span)
        else:
            probability = given[0]
    if not d.assume:
        _missing(d, "`assume`", "say what differs in that world: `assume growth = 10%`", scope)
    return p.Scenario(*_head(d, origin), probability, bindings(d.assume, scope))  # type: ignore[arg-type]


def lower_uncertain(d: s.Declaration, origin: str, scope: Scope) -> p.Uncertain | None:
    """A distribution: known, with the right figures, for a name that can be set."""
    assert isinstance(d, s.Uncertain)
    given = bindings([s.Binding(d.span, d.name, s.Truth(d.name.span, None))], scope)
    known = DISTRIBUTIONS.get(d.distribution.name)
    if known is None:
        scope.error("T055", d.distribution.span, name=d.distribution.name,
                    mend=did_you_mean(d.distribution.name, DISTRIBUTIONS, f"there are {', '.join(DISTRIBUTIONS)}"))  # fmt: skip
        return None
    if d.name.name not in given:
        return None
    figures = [constant(a, scope) for a in d.arguments]
    why = _not_a_distribution(d.distribution.name, [f[0] if f else None for f in figures])
    if why:
        scope.error("T056", d.distribution.span, name=d.distribution.name, why=why, example=known[1])
        return None
    target = scope.types.get(d.name.name, ANY)
    if d.distribution.name not in ("beta", "lognormal"):
        for argument in d.arguments[:: 2 if d.distribution.name == "discrete" else 1]:
            lower_value(argument, target, scope, d.name.name)
    head = (d.name.name, d.name.name, d.span, origin)
    return p.Uncertain(*head, d.distribution.name, tuple(f[0] for f in figures if f is not None))


def _not_a_distribution(name: str, figures: list[float | None]) -> str:
    count = DISTRIBUTIONS[name][0]
    if (count > 0 and len(figures) != count) or (count < 0 and (len(figures) % 2 or not figures)):
        return f"it takes {count} figures" if count > 0 else "it takes pairs of a value and its weight"
    values = [f for f in figures if f is not None]
    if len(values) != len(figures):
        return "each must be written out"
    reasons: dict[str, Callable[[list[float]], str]] = {
        "normal": lambda v: "the spread must be above 0" if v[1] <= 0 else "",
        "lognormal": lambda v: "both must be above 0" if min(v) <= 0 else "",
        "uniform": lambda v: "the first must be below the second" if v[0] >= v[1] else "",
        "triangular": lambda v: (
            "they must rise: least, likeliest, most" if not (v[0] <= v[1] <= v[2] and v[0] < v[2]) else ""
        ),
        "beta": lambda v: "both must be above 0" if min(v) <= 0 else "",
        "discrete": lambda v: (
            "weights must not be negative, nor all 0" if min(v[1::2]) < 0 or sum(v[1::2]) <= 0 else ""
        ),
    }
    return reasons[name](values)


_MAKERS: dict[type[s.Declaration], Callable[..., p.Declared | None]] = {
    s.Input: _input, s.Param: _param, s.Metric: _metric, s.Forecast: _forecast, s.Pillar: _pillar, s.Condition: _condition,
    s.Verdict: _verdict, s.Kill: _kill, s.Catalyst: _catalyst,
}  # fmt: skip
