"""Whether the solver shows that no figure of one input changes a verdict, while all else is as it is today.

In: an `Evaluation`. Out: yes, or not shown. Must not know how a change is looked for.

It is asked where the evaluator's bounds show nothing: they take a figure that stands twice in a formula (`x * x - 2 * x`) for two.
What is known of the other inputs on the day is pinned in the worlds of `thesis prove`, which are more than there are, so that what
is impossible in them is impossible; what is not pinned is any figure at all. Nothing is claimed where rules and facts do not mean
one thing in these worlds: where names but inputs are set by hand, where money of several currencies meets, where rules ask what is
known. That a world exists in which all is as today is shown first, so that no pin contradicts another and shows anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dsl.types.units import Kind
from evaluator.engine.evaluation import Evaluation
from evaluator.proofs.deep import with_room
from evaluator.proofs.encoding.encode import Encoder, Worlds
from evaluator.proofs.encoding.logic import Bool, either, equal
from evaluator.proofs.encoding.terms import Num, Options, Tri, Word
from evaluator.proofs.encoding.worlds import Encoders
from evaluator.proofs.solve import Answer, Budget, Session
from evaluator.values.series import Series
from evaluator.values.values import Figure, Truth, Words

SECONDS = 0.5
"""So long the solver may take for all questions about a run."""


class Unmoved:
    """The questions about one run. Raises ImportError where z3 is not installed."""

    def __init__(self, today: Evaluation, seconds: float = SECONDS) -> None:
        self.today, self.program = today, today.program
        self._budget = Budget(seconds)
        self._encoders = Encoders(today.program, today.clock.as_of)

    def shown(self, name: str, verdict: str) -> bool:
        """Whether it is shown that no figure of an input changes a verdict that is decided."""
        declared, table = self.program.inputs.get(name), self.program.verdicts.get(verdict)
        if declared is None or table is None or self._budget.spent or not self._means_the_same(verdict):
            return False
        return with_room(lambda: self._shown(name, verdict), len(self.program.order))

    def _shown(self, name: str, verdict: str) -> bool:
        session = Session(self._encoders.of(Worlds.ANY), self._budget)
        encoder = session.encoder
        words, own, said = encoder.name(verdict), encoder.name(name), self.today.read(self.today.values[verdict])
        if not (isinstance(words, Options) and isinstance(own, Num) and isinstance(said, Words)):
            return False
        now = said.possible or ()
        pins = [pin for other in self._pinned(name, verdict) for pin in self._pin(encoder, other)]
        here = list(self._pin(encoder, name))
        if len(now) != 1 or now[0] not in words.possible or not here:
            return False
        others = either(*(maybe for word, maybe in words.possible.items() if word != now[0]))
        if session.world(*pins, *here, words.possible[now[0]]) is not Answer.YES:
            return False
        return session.world(*pins, own.exact, others) is Answer.NO

    def _means_the_same(self, verdict: str) -> bool:
        """Whether figures of the evaluation are those of the solver's worlds."""
        if verdict in self.program.asking_what_is_known or self.today.world.forced:
            return False
        if not self.today.world.replaced.keys() <= self.program.inputs.keys():
            return False
        currencies = {self.today.currencies.get(n) for n in self._below(verdict)} | {*self.program.currencies}
        return currencies <= {None, self.today.view.currency}

    def _below(self, verdict: str) -> list[str]:
        return [n for n in self.program.inputs if n in self.program.upstream([verdict])]

    def _pinned(self, name: str, verdict: str) -> list[str]:
        """The other inputs that are as they are today. Of series the period that is read is pinned, where it is the same of all: a
        formula of several reads the newest that all have."""
        others = [n for n in self._below(verdict) if n != name]
        series = [n for n in self._below(verdict) if isinstance(self.today.values[n], Series)]
        alike = len({self._period(n) for n in series}) < 2
        return [n for n in others if alike or n not in series]

    def _period(self, name: str) -> tuple[object, int | None]:
        value = self.today.values[name]
        assert isinstance(value, Series)
        return value.frequency, self.today.reading(value)

    def _pin(self, encoder: Encoder, name: str) -> Iterator[Bool]:
        """That an input is what it is today; nothing where it is not one thing."""
        term, value = encoder.name(name), self.today.read(self.today.values[name])
        match term, value:
            case Num(), Figure() if (
                value.is_exact and value.known and self.program.inputs[name].type.kind is not Kind.DATE
            ):
                yield from (term.exact, equal(term.value, Fraction(value.low)))
            case Tri(), Truth() if value.value is not None:
                yield term.true if value.value else term.false
            case Word(), Words() if value.possible is not None and len(value.possible) == 1:
                yield from (term.known, equal(term.code, encoder.word(value.possible[0])))
            case _:
                return
