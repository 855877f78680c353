"""A screen judged name by name by the reference evaluator: the judge of other engines, and the way for what they cannot do.

In: a `Program`, a `Table`, what is asked. Out: the result of `protocol`. Must not know files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsl.program.program import Program
from dsl.types.units import Kind
from evaluator.engine import graph as graphs
from evaluator.engine.evaluation import AS_IT_IS, Evaluation, State, Status, World
from evaluator.engine.verdicts import score
from evaluator.facts.model import Company
from evaluator.known.bind import BoundFact
from evaluator.screening.companies import named
from evaluator.screening.protocol import AS_OF, NAME, Asked, Table, schema
from evaluator.session.run import Pasts, evaluated
from evaluator.values.values import Cause, Day, Figure, Members, Single, Truth, Words

if TYPE_CHECKING:
    import polars as pl

Record = dict[str, Any]
KNOWN_STATE, BOUNDED, UNKNOWN, NOT_MEANINGFUL = "known", "bounded", "unknown", "not meaningful"
NOT_RULED_OUT = "cannot be ruled out"
"""A kill that is watched, and of which the figures do not say whether its condition holds: not the same as watched."""


class Judge:
    """Rules made ready once, to judge many companies. `world`: what is set for all of them."""

    def __init__(self, program: Program, world: World = AS_IT_IS) -> None:
        self.program, self.graph, self.world = program, graphs.build(program), world

    def evaluations(
        self, company: Company, facts: Sequence[BoundFact], days: Iterable[dt.date]
    ) -> Iterator[tuple[dt.date, Evaluation]]:
        """A company as of days, each with what was known then."""
        pasts = Pasts(self.program, self.graph, facts, company)
        for day in days:
            yield day, evaluated(self.program, self.graph, facts, company, day, self.world, pasts)


@dataclass(frozen=True)
class ByRows:
    """The reference evaluator as an engine of screens. `world`: what is set for all names."""

    world: World = AS_IT_IS

    def judged(self, program: Program, table: Table, asked: Asked) -> pl.LazyFrame:
        """The result. Raises NotJudgedError for figures that the rules do not admit, which a table must not have."""
        judge, found = Judge(program, self.world), []
        for name in named(program, table):
            days = name.days if asked.history else (table.as_of,)
            for day, evaluation in judge.evaluations(name.company, name.bound.facts, days):
                found.append(recorded(evaluation, name.company.ticker, asked, day))
        return framed(program, asked, found)


def framed(program: Program, asked: Asked, records: Sequence[Record]) -> pl.LazyFrame:
    """Records as the frame of a result."""
    import polars as pl

    columns = schema(program, asked)
    return pl.LazyFrame({c: [r[c] for r in records] for c in columns}, schema=columns)


def recorded(evaluation: Evaluation, name: str, asked: Asked, day: dt.date) -> Record:
    """What an evaluation says of all that is asked, as a row of the result."""
    program = evaluation.program
    found: Record = {NAME: name, AS_OF: day}
    why: set[Cause] = set()
    for judged in (*asked.verdicts, *asked.pillars):
        words = evaluation.read(evaluation.values[judged])
        assert isinstance(words, Words), "a table or a pillar says a word"
        possible = list(words.possible or ())
        found |= {judged: possible[0] if len(possible) == 1 else None, f"{judged}.possible": possible}
        why |= words.causes if len(possible) != 1 else set()
    for condition in asked.conditions:
        state = evaluation.judged[condition]
        found |= {
            condition: {State.TRUE: True, State.FALSE: False}.get(state.state),
            f"{condition}.state": str(state.state),
        }
        why |= state.truth.causes if state.state is State.UNKNOWN else set()
    for kill in asked.kills:
        happened, event = evaluation.happened(program.kills[kill]), evaluation.events.get(kill)
        status = str(event.status) if event is not None else UNKNOWN
        open_ = event is not None and event.status is Status.WATCHED and happened.value is None
        found |= {kill: happened.value, f"{kill}.state": NOT_RULED_OUT if open_ else status}
        why |= happened.causes if happened.unknown else set()
    for metric in asked.metrics:
        value = evaluation.of(metric)
        found |= _metric(evaluation, metric, value)
    if asked.score:
        figure = score(evaluation)
        low, high = (figure.low, figure.high) if figure is not None else (None, None)
        found |= {"score": low if low == high else None, "score.low": low, "score.high": high}
    found["missing"] = sorted({cause.name for cause in why if cause.name})
    return found


def state_of(value: Single) -> str:
    """Whether a value is known, bounded, unknown or not meaningful."""
    if isinstance(value, Figure):
        if value.nm:
            return NOT_MEANINGFUL
        return UNKNOWN if not value.known else KNOWN_STATE if value.is_exact else BOUNDED
    if isinstance(value, Truth | Words) and value.nm:
        return NOT_MEANINGFUL
    return KNOWN_STATE if value.known else UNKNOWN


def _metric(evaluation: Evaluation, name: str, value: Single) -> Record:
    state = state_of(value)
    found: Record = {f"{name}.state": state}
    match value:
        case Figure():
            shows = state in (KNOWN_STATE, BOUNDED)
            low = value.low + 0.0 if shows and abs(value.low) != float("inf") else None
            high = value.high + 0.0 if shows and abs(value.high) != float("inf") else None
            exact = low if state == KNOWN_STATE else None
            found |= {
                name: exact,
                f"{name}.low": low,
                f"{name}.high": high,
                f"{name}.currency": _currency(evaluation, name),
            }
        case Truth():
            found[name] = value.value
        case Words():
            found[name] = value.possible[0] if state == KNOWN_STATE and value.possible else None
        case Day():
            found[name] = value.value
        case Members():
            found[name] = ", ".join(sorted(value.members)) if value.members is not None else None
    return found


def _currency(evaluation: Evaluation, name: str) -> str | None:
    """The currency in which a figure that is money is shown."""
    program, own = evaluation.program, evaluation.view.currency
    declared = program.metrics.get(name) or program.inputs.get(name) or program.forecasts[name]
    if declared.type.kind is not Kind.MONEY:
        return None
    if name in evaluation.stated:
        return own
    return declared.type.currency or evaluation.currencies.get(name) or own
