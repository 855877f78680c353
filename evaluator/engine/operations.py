"""What the engine does with single values, so that who evaluates something else than figures can do it in another way.

In: figures, truths, words. Out: the same. Must not know expressions or programs. `Operations` is the reference: the arithmetic
and logic of `bounds`, one value at a time. `evaluator/draws` has another, which notes what is done instead of doing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dsl.types.lengths import Duration
from evaluator.engine.functions.spans import Missing, held
from evaluator.values import bounds as v
from evaluator.values.algebra import FIGURES
from evaluator.values.algebra import OPERATORS as _OPERATORS
from evaluator.values.either import either
from evaluator.values.series import Series
from evaluator.values.values import Facts, Figure, Single, Truth, resting_on


class Operations:
    """The reference. Stateless."""

    notes = True
    """Whether it is noted beside a value how far it is off: in how many periods a condition held, and the like."""

    def arithmetic(self, operator: str) -> Callable[[Figure, Figure], Figure]:
        """+ - * / ^."""
        found: Callable[[Figure, Figure], Figure] = _OPERATORS[operator](FIGURES)
        return found

    def scaled(self, x: Figure, by: Callable[[Figure], Figure]) -> Figure:
        """A figure times what `by` multiplies figures with: a rate of exchange."""
        return by(x)

    def negative(self, x: Figure) -> Figure:
        """−x."""
        return v.negative(x)

    def compare(self, operator: str, a: Figure, b: Figure) -> Truth:
        """a < b and so on."""
        return v.compare(operator, a, b)

    def negate(self, truth: Truth) -> Truth:
        """Kleene's not."""
        return v.negate(truth)

    def conjunction(self, items: Iterable[Truth]) -> Truth:
        """Kleene's and."""
        return v.conjunction(items)

    def disjunction(self, items: Iterable[Truth]) -> Truth:
        """Kleene's or."""
        return v.disjunction(items)

    def either(self, question: Truth, yes: Single, no: Single) -> Single:
        """One of two by a question."""
        return either(question, yes, no)

    def asked(self, question: Callable[..., Truth], *values: Single) -> Truth:
        """A question that is asked with `is`, `in` or `contains`."""
        return question(*values)

    def made(self, function: Callable[..., Any], *values: Any) -> Any:
        """What a function gives of values of which it looks at everything: how a condition is judged, what a table says."""
        return function(*values)

    def relabelled(self, point: Callable[[Single, int | None], Single], value: Single, ordinal: int | None) -> Single:
        """The same value with causes that say of what they speak."""
        return point(value, ordinal)

    def compared(self, function: Callable[[Single, Single], Truth], operator: str, a: Single, b: Single) -> Truth:
        """A comparison with all that it rests on: `function` of the two sides."""
        return function(a, b)

    def wide(self, figure: Figure) -> bool:
        """Whether a figure is seen to be any number at all."""
        return figure.wide

    def held(self, condition: Series, span: Duration, past: Missing, least: int | None) -> Series:
        """Whether a condition held in each period of each span."""
        return held(condition, span, past, least)

    def reducer(self, name: str, reduce: Callable[..., Any]) -> Callable[..., Any]:
        """What a function gives of the values of one period: `reduce`."""
        return reduce

    def truth_resting(self, truth: Truth, facts: Facts) -> Truth:
        """A truth with other facts."""
        return Truth(truth.possible, truth.causes, facts)

    def resting(self, value: Single, facts: Facts) -> Single:
        """A value with other facts."""
        return resting_on(value, facts)


REFERENCE = Operations()
