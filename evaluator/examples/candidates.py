"""Which values of a name are worth trying: just above, just below and at each threshold that it meets.

In: a `Program`, an evaluation in which nothing is known. Out: for each name that can be set, `Candidate`s as an analyst
would write them, nearest to a threshold first. Must not know what is to be reached.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from dsl.lowering.settings import read_settings
from dsl.program import program as p
from dsl.types.scales import scaled
from dsl.types.units import PERCENTS, Kind, Type
from evaluator.engine.evaluate import ask, evaluate_again
from evaluator.engine.evaluation import Evaluation, World
from evaluator.examples.pasts import pasts
from evaluator.values.series import Value
from evaluator.values.values import Day, Figure, Single

OTHER_CURRENCY = "USD"
"""What money is written in where the rules name no currency: any one would do."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A value of a name: as an example gives it (in several bindings, if by period), as it is checked, as it is calculated
    with. Made once for each text, so that two are the same only where they are one."""

    name: str
    given: tuple[str, ...]
    expr: p.Expr
    value: Value


class Candidates:
    """The candidates of each name, found when asked for and kept."""

    def __init__(self, base: Evaluation) -> None:
        """`base`: the rules in a world where nothing is known."""
        self.base = base
        self.program = base.program
        self.currency = base.view.currency or OTHER_CURRENCY
        self._decisions = tuple(_decisions(self.program))
        self._compares = [c for expr in self._decisions for c in p.walk(expr) if isinstance(c, p.Compare)]
        self._known: dict[str, tuple[Candidate, ...]] = {}
        self._unknown: dict[str, Candidate] = {}

    def settable(self, name: str) -> bool:
        """Whether an example may set a name; thresholds are what is tested, so they are left as they are."""
        program = self.program
        alone = name in program.forecasts and name not in program.paths_read
        return name in program.inputs or name in program.metrics or alone

    def of(self, name: str) -> tuple[Candidate, ...]:
        """All values of a name that are worth trying, the likeliest first."""
        if name not in self._known:
            plain = [(f"{name} = {text}",) for text in dict.fromkeys(self._texts(name))]
            kind = self._type(name)
            past = pasts(self._decisions, name, kind, lambda x: written(x, kind, self.currency))
            made = (self.read(name, given) for given in dict.fromkeys([*plain, *past]))
            self._known[name] = tuple(c for c in made if c is not None)
        return self._known[name]

    def unknown(self, name: str) -> Candidate:
        """The name set to unknown."""
        if name not in self._unknown:
            found = self.read(name, (f"{name} = unknown",))
            assert found is not None, "any name may be unknown"
            self._unknown[name] = found
        return self._unknown[name]

    def read(self, name: str, given: tuple[str, ...]) -> Candidate | None:
        """A value as the checker reads it; None where it refuses it, as it does outside the bounds of an input."""
        settings, problems = read_settings(self.program, given, ago=True)
        if problems or name not in settings:
            return None
        expr = settings[name]
        value = evaluate_again(self.base, [name], World({name: expr}, alone=True)).values[name]
        return Candidate(name, given, expr, value)

    # --- texts -------------------------------------------------------------------------------------------

    def _texts(self, name: str) -> Iterator[str]:
        kind = self._type(name)
        if kind.kind is Kind.FLAG:
            yield from ("true", "false")
        elif kind.kind is Kind.CHOICE:
            yield from kind.options
        elif kind.kind is Kind.SET:
            yield from (f"({', '.join(s)})" if len(s) > 1 else s[0] for s in _sets(kind.options))
        elif kind.kind is Kind.TEXT:
            yield from (f'"{w}"' for w in [*sorted(set(self._words(name))), "something else"])
        elif kind.kind is Kind.DATE:
            yield from (day.isoformat() for day in self._days(name))
        else:
            yield from (written(x, kind, self.currency) for x in self._numbers(name, kind))

    def _type(self, name: str) -> Type:
        """What a name is written in: a ratio that reads as a percent is written as one."""
        metric = self.program.metrics.get(name)
        if metric is not None:
            return metric.shown
        declared = self.program.inputs.get(name) or self.program.forecasts[name]
        return declared.type

    def _numbers(self, name: str, kind: Type) -> Iterator[float]:
        thresholds = sorted(set(self._thresholds(name)), key=lambda t: (abs(t), t))
        for side in (above, below, at):
            yield from (x for t in thresholds for x in side(t, kind))
        bounds = self.program.inputs[name].bounds if name in self.program.inputs else None
        if bounds is not None:
            yield from (x for x in (bounds.low, bounds.high, (bounds.low + bounds.high) / 2) if math.isfinite(x))
        yield from LADDERS.get(kind.kind, LADDERS[Kind.NUMBER])

    def _thresholds(self, name: str) -> Iterator[float]:
        """The figures at which a comparison of this name alone turns."""
        for compare in self._compares:
            for side, other in ((compare.left, compare.right), (compare.right, compare.left)):
                if isinstance(side, p.Ref) and side.name == name:
                    limit = self.base.single(other)
                    if isinstance(limit, Figure) and limit.is_exact:
                        yield limit.low
                        break
            else:
                names = {n for n in p.names_in(compare) if self.settable(n)}
                if names == {name}:
                    yield from self._roots(name, compare)

    def _roots(self, name: str, compare: p.Compare) -> Iterator[float]:
        """Where left less right changes its sign, between two figures of the ladder; by halving."""
        kind = self._type(name)
        steps = sorted(LADDERS.get(kind.kind, LADDERS[Kind.NUMBER]))
        gaps = [(x, self._gap(name, compare, x)) for x in steps]
        for (low, gap_low), (high, gap_high) in pairwise(gaps):
            if gap_low is None or gap_high is None or (gap_low > 0) == (gap_high > 0):
                continue
            for _ in range(60):
                middle = (low + high) / 2
                gap = self._gap(name, compare, middle)
                if gap is None:
                    break
                low, high = (middle, high) if (gap > 0) == (gap_low > 0) else (low, middle)
            yield float(f"{(low + high) / 2:.12g}")

    def _gap(self, name: str, compare: p.Compare, x: float) -> float | None:
        left, right = (self.asked(side, {name: Figure.exact(x)}) for side in (compare.left, compare.right))
        if isinstance(left, Figure) and isinstance(right, Figure) and left.is_exact and right.is_exact:
            return left.low - right.low
        return None

    def asked(self, expr: p.Expr, values: Mapping[str, Value]) -> Single:
        """What one expression comes to with some names set and nothing else known; names that others are made of are
        not carried on to them."""
        return ask(self.base, expr, instead=values)

    def _words(self, name: str) -> Iterator[str]:
        """The words that a text is asked for, and those of a text that it is compared with."""
        shared = {name}
        for node in (n for expr in self._decisions for n in p.walk(expr)):
            if isinstance(node, p.IsSame):
                sides = p.names_in(node)
                shared |= sides if sides & shared else set()
        for node in (n for expr in self._decisions for n in p.walk(expr)):
            if isinstance(node, p.IsWord) and isinstance(node.operand, p.Ref) and node.operand.name in shared:
                yield node.word
            if isinstance(node, p.Contains) and isinstance(node.operand, p.Ref) and node.operand.name in shared:
                yield node.words

    def _days(self, name: str) -> Iterator[dt.date]:
        for compare in self._compares:
            for side, other in ((compare.left, compare.right), (compare.right, compare.left)):
                limit = self.base.single(other)
                if isinstance(side, p.Ref) and side.name == name and isinstance(limit, Day) and limit.value:
                    yield from (limit.value + dt.timedelta(days=days) for days in (1, -1, 0))
        first = dt.date(self.base.clock.as_of.year, 1, 1)
        yield from (first + dt.timedelta(days=days) for days in (0, 180, -365, 730))


def _decisions(program: p.Program) -> Iterable[p.Expr]:
    """All expressions in which a name may meet a threshold."""
    return [expr for name in program.order for expr in program.expressions(name)]


def _sets(options: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The first few, all but one, one alone."""
    yield from (options[:n] for n in range(1, len(options) + 1))
    if len(options) > 1:
        yield from (tuple(o for o in options if o != without) for without in options)
    yield from ((o,) for o in options)


# --- figures as an analyst writes them ----------------------------------------------------------------------

_PERCENT_LADDER = (0.1, -0.1, 0.0, 0.01, 0.5, 1.0, 2.0, -0.5, 10.0)
LADDERS: dict[Kind, tuple[float, ...]] = {
    Kind.PERCENT: _PERCENT_LADDER,
    Kind.POINTS: (0.01, -0.01, 0.0, 0.1, -0.1, 0.5, -0.5),
    Kind.MULTIPLE: (10.0, 1.0, 0.0, 5.0, 20.0, 50.0, 200.0, -1.0),
    Kind.MONEY: (1e9, -1e9, 0.0, 1e6, -1e6, 1e8, 1e10, 1e11, -1e11),
    Kind.COUNT: (1.0, 0.0, 2.0, 3.0, 5.0, 10.0, 100.0),
    Kind.NUMBER: (1.0, 0.0, 2.0, -1.0, 0.5, 5.0, 10.0, 100.0, -10.0),
}
"""Figures to try where no threshold is met directly."""


def step(threshold: float, kind: Type) -> float:
    """A small step in the unit: 1pp, 1x, 1, or about a tenth of small figures and of money."""
    unit = 100.0 if kind.kind in PERCENTS else 1.0
    size = abs(threshold) * unit
    if kind.kind is Kind.COUNT:
        return 1.0
    if size == 0:
        return 1e6 if kind.kind is Kind.MONEY else 1.0 / unit
    if kind.kind in PERCENTS or kind.kind is Kind.MULTIPLE:
        return (1.0 if size >= 2 else 10.0 ** (math.floor(math.log10(size)) - 1)) / unit
    return float(10.0 ** (math.floor(math.log10(size)) - 1))


def above(threshold: float, kind: Type) -> Iterator[float]:
    """The next tidy figure above."""
    width = step(threshold, kind)
    yield (math.floor(threshold / width + 1e-6) + 1) * width


def below(threshold: float, kind: Type) -> Iterator[float]:
    """The next tidy figure below."""
    width = step(threshold, kind)
    yield (math.ceil(threshold / width - 1e-6) - 1) * width


def at(threshold: float, kind: Type) -> Iterator[float]:
    """The threshold itself."""
    yield threshold


def written(x: float, kind: Type, currency: str) -> str:
    """A figure as the language writes it."""
    return _WRITTEN.get(kind.kind, _digits)(x) + (f" {kind.currency or currency}" if kind.kind is Kind.MONEY else "")


def _digits(x: float) -> str:
    text = f"{x:.10f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _money(x: float) -> str:
    many, word = scaled(x)
    return _digits(many) + word


_WRITTEN: dict[Kind, Callable[[float], str]] = {
    Kind.PERCENT: lambda x: _digits(x * 100) + "%",
    Kind.POINTS: lambda x: _digits(x * 100) + "pp",
    Kind.MULTIPLE: lambda x: _digits(x) + "x",
    Kind.MONEY: _money,
}
