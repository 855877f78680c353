"""Where functions register what they give: `@gives("name")` over values, `@formula("name")` over any algebra.

In: reducers, by the names of the table. Out: `reducer(name)`, `formula_of(name)`. Must not know syntax, periods or windows.

A reducer is a pure function of values, and what it is given follows from its shape:

- `EACH`, `LOGIC`: one value for each argument, but for those that are written out;
- `REDUCE`, `WINDOW`, `YEAR`: one list of figures, the oldest first;
- `BACK`, `SHIFT`: the figure of the period, and the earlier one;
- `LAST`: the values of all periods, the oldest first;
- `PATH`: the figures of a forecast, the one that it starts from first;
- `READ`: the value and the price of a valuation;
- `WORLDS`: the figures in all worlds, and their weights;
- `RUN`: the count so far, and whether it holds in this period.

What it needs besides (a number that is written out, the places of a percent) it names as keyword-only parameters, which
are those of `Asked`. A formula has the algebra before all of these: it is one definition for the evaluator and for proofs.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any, TypeVar

from dsl.program.calls import Asked
from dsl.text.record import record
from dsl.types.functions import FUNCTIONS
from evaluator.values.algebra import FIGURES

_F = TypeVar("_F", bound=Callable[..., Any])
_PLAIN = frozenset(f.name for f in fields(Asked))


@record
class Registered:
    """A function over values or over an algebra, and the plain arguments that it asks for."""

    function: Callable[..., Any]
    wants: tuple[str, ...]

    def of(self, asked: Asked) -> Callable[..., Any]:
        """The function with the plain arguments of one call filled in."""
        if not self.wants:
            return self.function
        return partial(self.function, **{name: getattr(asked, name) for name in self.wants})


_GIVES: dict[str, Registered] = {}
_FORMULAS: dict[str, Registered] = {}
_SLIDES: dict[str, Registered] = {}


def gives(*names: str) -> Callable[[_F], _F]:
    """Registers a reducer over values. Raises TypeError for a name that is not in the table or registered already, and
    for a plain argument that no call has."""

    def register(function: _F) -> _F:
        _enter(_GIVES, names, function, function)
        return function

    return register


def formula(*names: str) -> Callable[[_F], _F]:
    """Registers a reducer over any algebra, which is its first argument. Raises as `gives` does."""

    def register(function: _F) -> _F:
        _enter(_GIVES, names, function, partial(function, FIGURES))
        _enter(_FORMULAS, names, function, function)
        return function

    return register


def slides(*names: str) -> Callable[[_F], _F]:
    """Registers what a function gives on all windows of a long series, faster than one by one and always the same. Raises
    as `gives` does."""

    def register(function: _F) -> _F:
        _enter(_SLIDES, names, function, function)
        return function

    return register


def _enter(
    table: dict[str, Registered], names: tuple[str, ...], written: Callable[..., Any], function: Callable[..., Any]
) -> None:
    parameters = inspect.signature(written).parameters.values()
    wants = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
    if set(wants) - _PLAIN:
        raise TypeError(f"no call has {', '.join(sorted(set(wants) - _PLAIN))}")
    for name in names:
        if name not in FUNCTIONS or name in table:
            raise TypeError(f"{name} is {'registered twice' if name in table else 'not in the table of functions'}")
        table[name] = Registered(function, wants)


def reducer(name: str) -> Registered:
    """What a function gives, over values. Raises KeyError where nothing is registered."""
    return _GIVES[name]


def formula_of(name: str) -> Registered | None:
    """What a function gives, over any algebra; None where it is written for values alone."""
    return _FORMULAS.get(name)


def sliding(name: str) -> Registered | None:
    """What a function gives on all windows of a series; None where nothing is registered: each window is reduced alone."""
    return _SLIDES.get(name)


def registered() -> frozenset[str]:
    """The names of all functions that give something."""
    return frozenset(_GIVES)
