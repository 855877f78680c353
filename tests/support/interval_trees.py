"""Random expressions as trees, and the same expression calculated twice: by the evaluator and by plain Python."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

from hypothesis import strategies as st

from dsl.program import program as p
from dsl.text.source import SourceFile
from dsl.types.units import FLAG, NUMBER
from evaluator.engine.evaluation import World
from evaluator.engine.expressions import Engine
from evaluator.facts.calendar import Calendar
from evaluator.known.asof import Clock, View
from evaluator.values.values import Figure, Truth, because
from tests.support.runs import HEAD, TAIL, checked

Tree = tuple[object, ...]
"""("x", 0), ("const", 2.0), ("+", a, b), ("floor", a), ("<", a, b), ("and", a, b) …"""

NAMES = ("x0", "x1", "x2")
_SPAN = SourceFile("main.thesis", "x").span(0, 1)


class Undefined(Exception):
    """There is no such number."""


class TooLarge(Exception):
    """There is one, but no float holds it."""


# --- strategies ------------------------------------------------------------------------------------------

_NICE = st.one_of(
    st.integers(-5, 5).map(float),
    st.sampled_from([0.1, 0.2, 0.3, 0.25, 0.5, 1.5, 2.5, -0.5, -1.5, 1e9, -1e9, 1e-9, 39.824e9, 1e154, -1e200, 1e300]),
    st.floats(-1e6, 1e6, allow_nan=False),
)
_UNARY = ("neg", "abs", "round", "floor", "ceil", "sqrt", "ln", "exp")
_MANY = ("min", "max", "sum", "average", "median")
_COMPARE = ("<", "<=", ">", ">=", "=", "!=")


def figures() -> st.SearchStrategy[Tree]:
    """Trees that give a figure."""
    leaf = st.one_of(
        st.tuples(st.just("x"), st.integers(0, len(NAMES) - 1)),
        st.tuples(st.just("const"), st.one_of(st.integers(-3, 10).map(float), st.sampled_from([0.5, 0.1, 1e9]))),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(("+", "-", "*", "/")), inner, inner),
            st.tuples(st.just("^"), inner, st.tuples(st.just("const"), st.integers(-2, 3).map(float))),
            st.tuples(st.just("^"), inner, inner),
            st.tuples(st.sampled_from(_UNARY), inner),
            st.tuples(st.sampled_from(_MANY), inner, inner, inner),
        ),
        max_leaves=8,
    )


def conditions() -> st.SearchStrategy[Tree]:
    """Trees that are true or false."""
    small = figures()
    atom = st.tuples(st.sampled_from(_COMPARE), small, small)
    return st.recursive(
        atom,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(("and", "or")), inner, inner), st.tuples(st.just("not"), inner)
        ),
        max_leaves=4,
    )


@st.composite
def bounds_with_points(draw: st.DrawFn) -> tuple[Figure, tuple[float, ...]]:
    """A figure (exact, closed, half-open or unknown) and three numbers inside its bounds, its ends among them."""
    numbers = sorted(draw(st.lists(_NICE, min_size=3, max_size=3)))
    shape = draw(st.sampled_from(["exact", "closed", "closed", "at least", "at most", "unknown"]))
    why = because("known roughly", "x")
    low, high = numbers[0], numbers[2]
    if shape == "exact":
        return Figure.exact(low), (low, low, low)
    low = -math.inf if shape in ("at most", "unknown") else low
    high = math.inf if shape in ("at least", "unknown") else high
    return Figure(low, high, why), tuple(draw(st.permutations(numbers)))


# --- by the evaluator --------------------------------------------------------------------------------------

_EMPTY = View(
    Clock(dt.date(2026, 1, 1), Calendar(), {}), None, (), {}, frozenset(), (), (), {}, ()
)  # a view in which nothing is known


def expression(tree: Tree) -> p.Expr:
    """The tree as the checker would give it."""
    word, *parts = tree
    if word == "x":
        return p.Ref(_SPAN, NUMBER, NAMES[int(str(parts[0]))])
    if word == "const":
        return p.Const(_SPAN, NUMBER, parts[0])  # type: ignore[arg-type]
    inner = tuple(expression(t) for t in parts)  # type: ignore[arg-type]
    if word in ("+", "-", "*", "/", "^"):
        return p.Arithmetic(_SPAN, NUMBER, str(word), *inner)
    if word in _COMPARE:
        return p.Compare(_SPAN, FLAG, str(word), *inner)
    if word == "neg":
        return p.Negative(_SPAN, NUMBER, *inner)
    if word == "not":
        return p.Not(_SPAN, FLAG, *inner)
    if word in ("and", "or"):
        return p.Logic(_SPAN, FLAG, str(word), inner)
    return p.Call(_SPAN, NUMBER, str(word), inner)


def by_evaluator(tree: Tree, values: Mapping[str, Figure]) -> Figure | Truth:
    """What the reference evaluator makes of it."""
    program = checked(HEAD + TAIL).program
    assert program is not None
    engine = Engine(program, _EMPTY, World())
    engine.values |= values
    result = engine.single(expression(tree))
    assert isinstance(result, Figure | Truth)
    return result


# --- by plain Python -----------------------------------------------------------------------------------------


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=0.0)


_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b and not _close(a, b),
    "<=": lambda a, b: a < b or _close(a, b),
    ">": lambda a, b: a > b and not _close(a, b),
    ">=": lambda a, b: a > b or _close(a, b),
    "=": _close,
    "!=": lambda a, b: not _close(a, b),
}


def _finite(x: float) -> float:
    if not math.isfinite(x):
        raise TooLarge
    return x


def _median(items: list[float]) -> float:
    ordered, middle = sorted(items), len(items) // 2
    return ordered[middle] if len(items) % 2 else _finite(ordered[middle - 1] + ordered[middle]) / 2


def _power(x: float, y: float) -> float:
    if (x == 0 and y < 0) or (x < 0 and y != math.floor(y)):
        raise Undefined
    return math.pow(x, y)


def _require(ok: bool, function: Callable[[float], float], x: float) -> float:
    if not ok:
        raise Undefined
    return function(x)


def _rounded(x: float) -> float:
    return float(Decimal(repr(x)).quantize(Decimal(1), ROUND_HALF_UP, Context(prec=400)))


def _added(*terms: float) -> float:
    """A sum; 0 where it is within 1 part in 10⁹ of its largest term."""
    total = terms[0] + terms[1] if len(terms) == 2 else math.fsum(terms)
    return 0.0 if abs(total) <= 1e-9 * max(map(abs, terms)) else total


def _whole(function: Callable[[float], int], x: float) -> int:
    return round(x) if _close(x, round(x)) else function(x)


_REFERENCE: dict[str, Callable[..., float]] = {
    "+": lambda a, b: _added(a, b), "-": lambda a, b: _added(a, -b), "*": lambda a, b: a * b, "^": _power,
    "/": lambda a, b: _require(b != 0, lambda x: a / x, b), "neg": lambda a: -a, "abs": abs, "round": _rounded,
    "floor": lambda a: float(_whole(math.floor, a)), "ceil": lambda a: float(_whole(math.ceil, a)), "exp": math.exp,
    "sqrt": lambda a: _require(a >= 0, math.sqrt, a), "ln": lambda a: _require(a > 0, math.log, a),
    "min": lambda *a: min(a), "max": lambda *a: max(a), "sum": lambda *a: _added(*a),
    "average": lambda *a: _finite(_added(*a)) / len(a), "median": lambda *a: _median(list(a)),
}  # fmt: skip


def by_python(tree: Tree, point: Mapping[str, float]) -> float:
    """The number, by floats alone. Raises Undefined where there is none, TooLarge where no float holds it."""
    word, *parts = tree
    if word == "x":
        return point[NAMES[int(str(parts[0]))]]
    if word == "const":
        return float(str(parts[0]))
    undefined: list[Exception] = []
    values: list[float] = []
    for part in parts:
        try:
            values.append(by_python(part, point))  # type: ignore[arg-type]
        except Undefined as error:
            undefined.append(error)
    if undefined:
        raise Undefined
    try:
        return _finite(_REFERENCE[str(word)](*values))
    except OverflowError:
        raise TooLarge from None


def truth_by_python(tree: Tree, point: Mapping[str, float]) -> bool | None:
    """Whether it holds; a comparison of a number that does not exist is unknown."""
    word, *parts = tree
    if word == "not":
        inner = truth_by_python(parts[0], point)  # type: ignore[arg-type]
        return None if inner is None else not inner
    if word in ("and", "or"):
        found = [truth_by_python(t, point) for t in parts]  # type: ignore[arg-type]
        decisive = word == "or"
        return decisive if decisive in found else None if None in found else not decisive
    sides, missing = [], False
    for part in parts:
        try:
            sides.append(by_python(part, point))  # type: ignore[arg-type]
        except Undefined:
            missing = True
    return None if missing else _COMPARED[str(word)](*sides)
