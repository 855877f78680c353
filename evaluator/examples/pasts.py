"""Which pasts of a name are worth trying where rules compare it with its own past: some that rise and some that fall.

In: the expressions of rules, a name, how a figure of it is written. Out: bindings of several periods, as an example gives
them, the shortest first. Must not know what is to be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from dsl.lowering.by_period import ago
from dsl.program import program as p
from dsl.program.calls import Periods, back, function
from dsl.types.functions import Shape
from dsl.types.units import PERCENTS, Frequency, Kind, Type

MOST_PERIODS = 12
"""A past of more periods makes no example that can be read."""
_CHANGES = (1.03, 1.1, 1.3, 2.0, 0.97, 0.9, 0.5, 1.0, -1.0)
"""What a figure is on the one before."""
_BASES = {Kind.MONEY: 1e9, Kind.COUNT: 100.0, Kind.MULTIPLE: 10.0}
_STEPS = (0.005, 0.02, 0.1, -0.005, -0.02, -0.1, 0.0)
"""What a percent is more than the one before."""


def looks_back(expr: p.Expr) -> bool:
    """Whether something in an expression asks for more than one period, so that one figure for all cannot tell."""
    return any(isinstance(node, p.Call) and _reach(node) is not None for node in p.walk(expr))


def pasts(exprs: Iterable[p.Expr], name: str, kind: Type, write: Callable[[float], str]) -> Iterator[tuple[str, ...]]:
    """Pasts of a series: for each way in which an expression looks back at it, figures that rise, fall and stay."""
    series = kind.series
    if series is None:
        return
    ways = dict.fromkeys(way for expr in exprs for way in _ways(expr, name, 1))
    for step, held in sorted(ways, key=lambda way: way[0] + way[1]):
        if step + held > MOST_PERIODS:
            continue
        for figures in _figures(kind, held):
            yield tuple(_written(name, [write(x) for x in figures], step, held, series))


def _ways(expr: p.Expr, name: str, held: int) -> Iterator[tuple[int, int]]:
    """How far back an expression looks at a name at one step, and for how many periods running."""
    if isinstance(expr, p.Call):
        reach = _reach(expr)
        if reach is not None and name in p.names_in(expr.arguments[0]):
            yield reach[0], max(held, reach[1])
    if isinstance(expr, p.Holds) and isinstance(past := back(expr), Periods):
        held = (past.steps or 0) + 1
    for child in p.children(expr):
        yield from _ways(child, name, held)


def _reach(call: p.Call) -> tuple[int, int] | None:
    """The step back of a function and how many steps it takes; None where it looks at one period, or over days, and
    where one figure for all can tell: of a year's periods it is their sum, of the latest itself, and a condition that
    runs on has a `for` as well."""
    past = back(call)
    if not isinstance(past, Periods) or not past.steps or function(call).shape in (Shape.YEAR, Shape.YEAR_AHEAD):
        return None
    every = call.arguments[0].type.series
    return None if every is None or every is Frequency.DAY else (past.step, past.steps)


def _figures(kind: Type, steps: int) -> Iterator[list[float]]:
    """The figures of a past, the newest first: one more than there are steps."""
    if kind.kind in PERCENTS:
        for change in _STEPS:
            for base in (0.1, 0.0):
                yield [base + change * (steps - n) for n in range(steps + 1)]
        return
    base = _BASES.get(kind.kind, 10.0)
    for change in _CHANGES:
        yield [float(f"{base * change ** (steps - n):.6g}") for n in range(steps + 1)]


def _written(name: str, texts: list[str], step: int, held: int, series: Frequency) -> Iterator[str]:
    """The bindings: the newest figure, and those at each step back; between two steps the newer one stays, where it is
    asked for some periods running."""
    if held == 1:
        yield f"{name} = {texts[0]}"
        yield f"{name} {ago(step, series)} = {texts[1]}"
        return
    for at in range(step + held):
        yield f"{name} {f'{ago(at, series)} ' if at else ''}= {texts[at // step]}"
