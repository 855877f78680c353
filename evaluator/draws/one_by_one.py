"""Draws evaluated one by one, by the reference: for what cannot be done with columns, and to hold columns to.

In: an `Evaluation`, draws. Out: a `Block` as a `Plan` gives it. Must not know how draws are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dsl.program import program as p
from dsl.types.units import Kind, Type
from evaluator.draws import judging
from evaluator.draws.columns import NM, UNDEFINED, Numbers, odd_of, simple
from evaluator.draws.plan import Block, words_said
from evaluator.draws.tape import words_of
from evaluator.engine.evaluate import evaluate_again, laid_over
from evaluator.engine.evaluation import Evaluation
from evaluator.engine.verdicts import score
from evaluator.values.values import Figure


@dataclass(frozen=True)
class OneByOne:
    """The same as a `Plan`, draw by draw."""

    today: Evaluation
    before: Evaluation
    drawn: Mapping[str, Type]
    figures: Sequence[str]

    @property
    def names(self) -> tuple[str, ...]:
        """What is drawn."""
        return tuple(self.drawn)

    @property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """The outcomes of each verdict, by bit."""
        return {name: words_said(v) for name, v in self.today.program.verdicts.items()}

    def evaluated(self, draw: Mapping[str, float | str | bool]) -> Evaluation:
        """One draw, evaluated by the reference."""
        program, world = self.today.program, self.today.world
        constants = {n: p.Const(program.declared(n).span, self.drawn[n], value=x) for n, x in draw.items()}
        changed = replace(world, replaced={**world.replaced, **constants})
        names = program.downstream({*draw, *program.kills, *program.catalysts})
        return laid_over(self.before, changed, lambda there: evaluate_again(self.today, names, there, stated=False))

    def run(self, drawn: Sequence[Any], size: int) -> Block:
        """What is asked, of a column of draws for each name."""
        each = [self.evaluated(self._draw(drawn, at)) for at in range(size)]
        program = self.today.program
        options = self.words

        def bits(name: str, of: tuple[str, ...]) -> Any:
            return np.array([words_of(e.read(e.values[name]), of) for e in each], np.uint64)

        conditions = {n: np.array([judging.STATES.index(e.judged[n].state) for e in each]) for n in program.conditions}
        kills = {n: np.array([int(e.happened(k).possible) for e in each], np.uint8) for n, k in program.kills.items()}
        figures = {n: _figures([e.read(e.values[n]) for e in each]) for n in self.figures}
        scores = [score(e) or Figure(-np.inf, np.inf, undefined=True, nm=True) for e in each] if conditions else []
        return Block(
            size,
            {n: bits(n, options[n]) for n in program.verdicts},
            {n: bits(n, judging.STATUS_WORDS) for n in program.pillars},
            conditions,
            kills,
            figures,
            _figures(scores) if scores else None,
        )

    def _draw(self, drawn: Sequence[Any], at: int) -> dict[str, float | str | bool]:
        found: dict[str, float | str | bool] = {}
        for (name, unit), column in zip(self.drawn.items(), drawn, strict=True):
            value = column[at]
            if unit.kind is Kind.FLAG:
                found[name] = bool(value)
            elif unit.kind is Kind.CHOICE:
                found[name] = unit.options[int(value).bit_length() - 1]
            else:
                found[name] = float(value)
        return found


def _figures(each: Sequence[Any]) -> Any:
    known = [f if isinstance(f, Figure) else Figure(-np.inf, np.inf, undefined=True) for f in each]
    low, high = (np.array([getattr(f, end) for f in known]) for end in ("low", "high"))
    odd = np.array([odd_of(f) if not f.nm else UNDEFINED | NM for f in known], np.uint8)
    return simple(Numbers(low, high, odd))
