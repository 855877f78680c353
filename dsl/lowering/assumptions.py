"""Texts, worlds and tests: what may speak of every name, so that it is checked when all types are known.

In: scenarios, examples, distributions, bindings and texts of `syntax.py`, and the `Scope`. Out: their checked form.
Must not know facts or values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from dsl.lowering.by_period import Told
from dsl.lowering.clauses import constant, head, missing
from dsl.lowering.expressions import lower, lower_value
from dsl.lowering.fixes import figure
from dsl.lowering.scope import Scope
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.edits import meant
from dsl.text.messages import article
from dsl.types.functions import DISTRIBUTIONS
from dsl.types.units import ANY, PERCENT, Kind, Type

# --- texts, worlds, tests -------------------------------------------------------------------------------------


def template(node: s.Template | None, scope: Scope) -> p.Template:
    """A text with its expressions typed."""
    if node is None:
        return ()
    return tuple(part if isinstance(part, str) else lower(part, scope) for part in node.parts)


_SETTABLE = ("input", "param", "metric", "forecast")


def bindings(nodes: Iterable[s.Binding], scope: Scope, by_period: bool = False) -> Mapping[str, p.Expr]:
    """`a = 1, b = 2, b 1 year ago = 3` with each value of its name's type; `by_period`: earlier ones may be told."""
    told: dict[str, Told] = {}
    nodes = tuple(nodes)
    times = Counter(node.name.name for node in nodes)
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
                scope.declared(name, "declared here"),
                name=name,
                article=article(keyword),
                kind=keyword,
                mend="set the figures it depends on",
            )
            continue
        lowered = lower_value(node.value, scope.types.get(name, ANY), scope, name)
        told.setdefault(name, Told()).add(node, lowered, scope, by_period, times[name] == 1)
        bounds, value = scope.bounds.get(name), getattr(lowered, "value", None)
        if bounds is not None and isinstance(value, float) and not bounds.low <= value <= bounds.high:
            labels = scope.declared(name, f"{bounds.text}, as declared here")
            scope.error("T068", node.value.span, labels, given=node.value.span.text, name=name, bounds=bounds.text)
    return {name: each.value for name, each in told.items()}


def lower_scenario(d: s.Scenario, origin: str, scope: Scope) -> p.Scenario:
    """A scenario; its probability must lie between 0 and 1."""
    probability = None
    if d.probability is not None:
        given = constant(d.probability, scope)
        if given is None or given[1].kind is not Kind.PERCENT or not 0 <= given[0] <= 1:
            plain = given is not None and given[1].kind is Kind.NUMBER and 0 <= given[0] <= 100
            fixes = figure(d.probability.span, given[0], PERCENT) if plain and given is not None else []
            fixes = [fix for fix in fixes if float(fix.edits[0].text.rstrip("%")) <= 100]
            found = d.probability.span.text
            scope.error("T043", d.probability.span, fixes=fixes, found=found, mend=_probability_mend(given))
        else:
            probability = given[0]
    if not d.assume:
        missing(d, "`assume`", "say what differs in that world: `assume growth = 10%`", scope)
    return p.Scenario(*head(d, origin), probability, bindings(d.assume, scope))


def _probability_mend(given: tuple[float, Type] | None) -> str:
    value, kind = given or (0.0, ANY)
    if kind.kind is not Kind.NUMBER or not 0 <= value <= 100:
        return "write a percent from 0% to 100%, such as `45%`"
    return f"write `{value if value > 1 else value * 100:.10g}%`"


def lower_uncertain(d: s.Declaration, origin: str, scope: Scope) -> p.Uncertain | None:
    """A distribution: known, with the right figures, for a name that can be set."""
    assert isinstance(d, s.Uncertain)
    given = bindings([s.Binding(d.span, d.name, s.Truth(d.name.span, None))], scope)
    known = DISTRIBUTIONS.get(d.distribution.name)
    if known is None:
        otherwise, name = f"there are {', '.join(DISTRIBUTIONS)}", d.distribution.name
        mend = meant(d.distribution.span, name, DISTRIBUTIONS, otherwise, closed=True)
        scope.error("T055", d.distribution.span, name=name, mend=mend)
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
        before = len(scope.diagnostics)
        for argument in d.arguments[:: 2 if d.distribution.name == "discrete" else 1]:
            if len(scope.diagnostics) > before:
                break  # figures of one wrong unit are one mistake
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
