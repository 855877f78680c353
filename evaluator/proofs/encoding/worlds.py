"""Encoders for each kind of worlds, with all that they need.

In: a `Program`, a day, which worlds. Out: an `Encoder`. Must not know questions.
"""

from __future__ import annotations

import datetime as dt

from dsl.program.program import Program
from evaluator.proofs.encoding.encode import ELSE, Encoder, Worlds
from evaluator.proofs.encoding.expressions import encode
from evaluator.proofs.encoding.histories import GivenPeriods
from evaluator.proofs.encoding.lookback import EveryPeriod, OnePeriod
from evaluator.proofs.encoding.memory import Memory

PERIODS = {Worlds.ANY: EveryPeriod, Worlds.EXAMPLES: OnePeriod, Worlds.PERIODS: GivenPeriods}
"""How each kind of worlds looks back."""


class Encoders:
    """The encoders of one program on one day: a new one for whoever asks. What is so of any world is encoded once for all of
    them. Examples share nothing: which of many worlds the solver finds depends on all terms that it knows, and an example shall
    not change with what else was asked."""

    def __init__(self, program: Program, as_of: dt.date) -> None:
        self.program, self.as_of = program, as_of
        self._of_any_world: dict[bool, Memory[Encoder]] = {}

    def of(self, worlds: Worlds, fog: bool = False) -> Encoder:
        """An encoder that was asked nothing yet; `fog` as in `Encoder`."""
        memory = self._of_any_world.get(fog) if worlds is Worlds.ANY else None
        if memory is None:
            memory = Memory(ELSE)
            if worlds is Worlds.ANY:
                self._of_any_world[fog] = memory
        return Encoder(self.program, self.as_of, worlds, fog, PERIODS[worlds], encode, memory)


def encoder(program: Program, as_of: dt.date, worlds: Worlds, fog: bool = False) -> Encoder:
    """The terms of a program, for one who asks alone."""
    return Encoders(program, as_of).of(worlds, fog)
