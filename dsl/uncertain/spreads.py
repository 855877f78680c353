"""How names are spread: distributions with the right figures, for names that can be set.

In: distributions of `syntax.py` and the `Scope`. Out: their checked form, and diagnostics. Must not know facts or values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from dsl.lowering.assumptions import bindings
from dsl.lowering.clauses import constant, lower_value
from dsl.lowering.scope import Scope
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.edits import Edit, Fix, meant
from dsl.types.functions import DISTRIBUTIONS, INTERVAL, PASTS
from dsl.types.units import ANY, Kind, Type

_EXAMPLES = {name: example for name, (_, example) in DISTRIBUTIONS.items()} | {INTERVAL: "5% to 10%"}
_COUNTS = {name: count for name, (count, _) in DISTRIBUTIONS.items()} | {INTERVAL: 2}


def lower_uncertain(d: s.Declaration, origin: str, scope: Scope) -> p.Uncertain | None:
    """A distribution: known, with the right figures, for a name that can be set."""
    assert isinstance(d, s.Uncertain)
    given = bindings([s.Binding(d.span, d.name, s.Truth(d.name.span, None))], scope)
    written = s.Distribution(d.span, d.distribution, d.arguments)
    if not _is_known(d.distribution, scope) or d.name.name not in given:
        return None
    spread, unit = _spread(written, scope.types.get(d.name.name, ANY), d.name.name, scope)
    if spread is None:
        return None
    head = (d.name.name, d.name.name, d.span, origin)
    ranks = [(c.other.name, rank_of(c, scope)) for c in d.correlated]
    return p.Uncertain(*head, spread, unit, tuple(p.Correlation(other, r) for other, r in ranks if r is not None))


def rank_of(correlation: s.Correlation, scope: Scope) -> float | None:
    """A coefficient that is written out; None for anything else."""
    found = constant(correlation.rank, scope)
    return found[0] if found is not None and found[1].kind is Kind.NUMBER else None


def _is_known(distribution: s.Name, scope: Scope) -> bool:
    name = distribution.name
    if name in _COUNTS or name in PASTS:
        return True
    listed = (*DISTRIBUTIONS, *PASTS)
    otherwise = f"there are {', '.join(DISTRIBUTIONS)}, `5% to 10%`, `from history` and `from changes`"
    mend = meant(distribution.span, name, listed, otherwise, closed=True)
    scope.error("T055", distribution.span, name=name, mend=mend)
    return False


def _spread(d: s.Distribution, target: Type, of: str, scope: Scope) -> tuple[p.Spread | None, Type]:
    """A distribution of values of a type, and the unit of its figures; None where it is none."""
    name = d.distribution.name
    if name in PASTS:
        return _past(d, target, of, scope), target.single
    if name == "mixture":
        return _mixture(d, target, of, scope)
    if target.kind in (Kind.CHOICE, Kind.FLAG):
        return _words(d, target, of, scope), target.single
    figures = [constant(a, scope) for a in d.arguments]
    why = _not_a_distribution(name, [f[0] if f else None for f in figures])
    if not why and name == "lognormal" and any(f is not None and f[1].kind is not Kind.NUMBER for f in figures):
        why = "they are the mean and the spread of the logarithm, which has no unit; a range is written `25% to 45%`"
    if why:
        called = " to ".join(a.span.text for a in d.arguments) if name == INTERVAL else name
        scope.error("T056", d.distribution.span, fixes=_risen(d), name=called, why=why, example=_EXAMPLES[name])
        return None, ANY
    values = tuple(f[0] for f in figures if f is not None)
    if name in ("beta", "lognormal"):
        return p.Spread(name, values), target.single
    unit = target.single
    before = len(scope.diagnostics)
    for argument in d.arguments[:: 2 if name == "discrete" else 1]:
        if len(scope.diagnostics) > before:
            break  # figures of one wrong unit are one mistake
        lowered = lower_value(argument, target, scope, of)
        if lowered.type.currency:
            unit = replace(unit, currency=lowered.type.currency)
    if len(scope.diagnostics) == before:
        _within(d, values, of, scope)
    return p.Spread(name, values), unit


_ENDS = {"uniform": slice(0, 2), "triangular": slice(0, 3, 2), "discrete": slice(0, None, 2)}


def _within(d: s.Distribution, values: Sequence[float], of: str, scope: Scope) -> None:
    """Ends and values that a distribution surely takes lie inside the bounds of their input."""
    bounds, ends = scope.bounds.get(of), _ENDS.get(d.distribution.name)
    if bounds is None or ends is None:
        return
    for value, node in zip(values[ends], d.arguments[ends], strict=True):
        end_alone = d.distribution.name != "discrete" and value in (bounds.low, bounds.high)
        if not (bounds.admit(value) or end_alone):
            labels = scope.declared(of, f"{bounds.text}, as declared here")
            scope.error("T068", node.span, labels, given=node.span.text, name=of, bounds=bounds.text)


def _past(d: s.Distribution, target: Type, of: str, scope: Scope) -> p.Spread | None:
    name = d.distribution.name
    why = ""
    if d.arguments:
        why = "it takes no figures"
    elif target.series is None:
        why = f"`{of}` has one figure, and no history"
    elif not target.is_figure:
        why = f"`{of}` is {target}, and only figures are drawn from their history"
    if why:
        scope.error("T056", d.distribution.span, name=f"from {name}", why=why, example="5% to 10%")
        return None
    return p.Spread(name, ())


def _words(d: s.Distribution, target: Type, of: str, scope: Scope) -> p.Spread | None:
    """`discrete(early, 1, growing, 2)` of a choice, `discrete(true, 30%, false, 70%)` of a flag."""
    weights = [constant(a, scope) for a in d.arguments[1::2]]
    example = "discrete(true, 30%, false, 70%)" if target.kind is Kind.FLAG else "discrete(" + ", ".join(
        f"{option}, {n}" for n, option in enumerate(target.options[:2], 1)
    ) + ")"  # fmt: skip
    if d.distribution.name != "discrete":
        why = f"`{of}` is {target}, and what is no figure is drawn from a list"
    elif len(d.arguments) % 2 or not d.arguments:
        why = "it takes pairs of a value and its weight"
    elif any(w is None for w in weights):
        why = "each weight must be written out"
    else:
        figures = [w[0] for w in weights if w is not None]
        why = "weights must not be negative, nor all 0" if min(figures) < 0 or sum(figures) <= 0 else ""
    if why:
        scope.error("T056", d.distribution.span, name=d.distribution.name, why=why, example=example)
        return None
    lowered = [lower_value(a, target, scope, of) for a in d.arguments[::2]]
    words = [expr.value for expr in lowered if isinstance(expr, p.Const) and isinstance(expr.value, str | bool)]
    if len(words) != len(lowered):
        if not any(isinstance(e, p.Refused) for e in lowered):
            why = "each value must be written out"
            scope.error("T056", d.distribution.span, name="discrete", why=why, example=example)
        return None
    return p.Spread("discrete", tuple(w[0] for w in weights if w is not None), tuple(words))


def _mixture(d: s.Distribution, target: Type, of: str, scope: Scope) -> tuple[p.Spread | None, Type]:
    """Distributions, each with its probability; these add up to 100%."""
    likely = [constant(a, scope) for a in d.arguments[1::2]]
    figures = [f[0] for f in likely if f is not None]
    each = d.arguments[::2]
    why = ""
    if len(d.arguments) % 2 or not d.arguments:
        why = "it takes pairs of a distribution and its probability"
    elif not all(isinstance(a, s.Call) and a.function.name in _COUNTS for a in each):
        why = "each odd one of its figures is a distribution, such as `normal(30%, 6pp)`"
    elif len(figures) != len(likely) or min(figures) < 0:
        why = "each probability is written out, and none is below 0%"
    elif abs(sum(figures) - 1) > 1e-9:
        why = f"its probabilities add up to {sum(figures) * 100:.10g}%, not to 100%"
    if why:
        scope.error("T056", d.distribution.span, name="mixture", why=why, example=_EXAMPLES["mixture"])
        return None, ANY
    calls = [a for a in each if isinstance(a, s.Call)]
    found = [_spread(s.Distribution(c.span, c.function, c.arguments), target, of, scope) for c in calls]
    parts = [spread for spread, _ in found if spread is not None]
    if len(parts) != len(found):
        return None, ANY
    units = {unit for _, unit in found}
    if len(units) > 1:
        why = "its figures are in different currencies"
        scope.error("T056", d.distribution.span, name="mixture", why=why, example=_EXAMPLES["mixture"])
        return None, ANY
    if any(part.words or (part.parts and part.parts[0].words) for part in parts):
        why = "words are drawn by one `discrete` alone"
        scope.error("T056", d.distribution.span, name="mixture", why=why, example=_EXAMPLES["mixture"])
        return None, ANY
    return p.Spread("mixture", tuple(figures), (), tuple(parts)), found[0][1]


def _risen(d: s.Distribution) -> list[Fix]:
    """The figures of a distribution that must rise, in that order."""
    name, values = d.distribution.name, [constant_value(a) for a in d.arguments]
    if name not in ("uniform", "triangular", INTERVAL) or len(values) != _COUNTS[name]:
        return []
    figures = sorted((v, n) for n, v in enumerate(values) if v is not None)
    if len(figures) != len(values) or figures[0][0] == figures[-1][0]:
        return []
    edits = tuple(
        Edit(place.span, d.arguments[n].span.text) for place, (_, n) in zip(d.arguments, figures, strict=True)
    )
    return [Fix("put the figures in their order", tuple(edit for edit in edits if edit.text != edit.span.text))]


def constant_value(node: s.Expr) -> float | None:
    """The value of a figure that is written out, maybe with a minus."""
    if isinstance(node, s.Negative) and isinstance(node.operand, s.Number):
        return -node.operand.value
    return node.value if isinstance(node, s.Number) else None


def _not_a_distribution(name: str, figures: list[float | None]) -> str:
    count = _COUNTS[name]
    if (count > 0 and len(figures) != count) or (count < 0 and (len(figures) % 2 or not figures)):
        return f"it takes {count} figures" if count > 0 else "it takes pairs of a value and its weight"
    values = [f for f in figures if f is not None]
    if len(values) != len(figures):
        return "each must be written out"
    reasons: dict[str, Callable[[list[float]], str]] = {
        "normal": lambda v: "the spread must be above 0" if v[1] <= 0 else "",
        "lognormal": lambda v: "the spread must be above 0" if v[1] <= 0 else "",
        "uniform": lambda v: "the first must be below the second" if v[0] >= v[1] else "",
        INTERVAL: lambda v: "the first must be below the second" if v[0] >= v[1] else "",
        "triangular": lambda v: (
            "they must rise: least, likeliest, most" if not (v[0] <= v[1] <= v[2] and v[0] < v[2]) else ""
        ),
        "beta": lambda v: "both must be above 0" if min(v) <= 0 else "",
        "discrete": lambda v: (
            "weights must not be negative, nor all 0" if min(v[1::2]) < 0 or sum(v[1::2]) <= 0 else ""
        ),
    }
    return reasons[name](values)
