"""An encoder for one kind of worlds, with all that it needs.

In: a `Program`, a day, which worlds. Out: an `Encoder`. Must not know questions.
"""

from __future__ import annotations

import datetime as dt

from dsl.program.program import Program
from evaluator.proofs.encoding.encode import Encoder, Worlds
from evaluator.proofs.encoding.expressions import encode
from evaluator.proofs.encoding.histories import GivenPeriods
from evaluator.proofs.encoding.lookback import EveryPeriod, OnePeriod

PERIODS = {Worlds.ANY: EveryPeriod, Worlds.EXAMPLES: OnePeriod, Worlds.PERIODS: GivenPeriods}
"""How each kind of worlds looks back."""


def encoder(program: Program, as_of: dt.date, worlds: Worlds, fog: bool = False) -> Encoder:
    """The terms of a program; `fog` as in `Encoder`."""
    return Encoder(program, as_of, worlds, fog, PERIODS[worlds], encode)
