"""The code of plain worlds with the facts on which each value rests.

In: a tape, what is wanted of it. Out: a function of plain figures, truths and words, which gives what is wanted and on what that
rests. Must not know expressions or programs.

Where everything is one figure, one truth, one word, nothing has a cause. On what arithmetic rests is the same in every such world,
and is found while the code is written; on what an `and`, a pillar or a table rests follows from which of its parts decide. Sets of
facts are whole numbers with a bit for each fact, and made sets when they are given away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evaluator.engine.evaluation import Judged
from evaluator.prepared.plain import Code, NotPlain, compiled
from evaluator.prepared.tape import NotedFigure, NotedJudged, NotedTruth, NotedWords, Step, Tape, is_noted
from evaluator.values.values import Facts, Figure, Truth, Words

_OF_ALL = frozenset({"+", "-", "*", "/", "^", "negative", "not", "same", "sure"})
_CALLS_OF_ALL = frozenset({"change", "ttm", "sum", "yoy", "qoq", "abs", "max", "high", "min", "low"})
_WITH_FACTS = {
    NotedFigure: "exact({}, sets[{}])", NotedTruth: "truth({}, facts=sets[{}])", NotedWords: "word({}, sets[{}])",
}  # fmt: skip


class _Bits:
    """Facts as bits."""

    def __init__(self) -> None:
        self._bit: dict[int, int] = {}
        self._fact: list[int] = []

    def of(self, facts: Facts) -> int:
        """A set as bits."""
        found = 0
        for fact in facts:
            if fact not in self._bit:
                self._bit[fact] = len(self._fact)
                self._fact.append(fact)
            found |= 1 << self._bit[fact]
        return found

    def set(self, bits: int) -> Facts:
        """Bits as a set."""
        return frozenset(fact for at, fact in enumerate(self._fact) if bits >> at & 1)


class _Sets(dict[int, Facts]):
    """Sets by their bits, each made once."""

    def __init__(self, bits: _Bits) -> None:
        self._bits = bits

    def __missing__(self, bits: int) -> Facts:
        found = self[bits] = self._bits.set(bits)
        return found


class _Resting(Code):
    """Code with a line for the facts of each step that rests on others in other worlds."""

    def __init__(self, tape: Tape, given: int, wanted: Sequence[Any]) -> None:
        self.bits = _Bits()
        self.facts: dict[int, str] = dict.fromkeys(range(given), "0")
        super().__init__(tape, given, wanted)
        self.known |= {
            "sets": _Sets(self.bits), "bits": self.bits.of, "exact": Figure.exact, "truth": _truth, "word": _word,
        }  # fmt: skip
        self.rests = [self.facts[x.slot] if is_noted(x) else self.name_bits(x) for x in wanted]

    def name_bits(self, value: Any) -> str:
        """The facts of what is the same in all worlds."""
        facts: Facts = (
            value.truth.facts if isinstance(value, Judged) else value.facts if value is not None else frozenset()
        )
        return str(self.bits.of(facts))

    def facts_at(self, place: int) -> str:
        """The facts of an operand, as code."""
        if place not in self.facts:
            self.facts[place] = self.name_bits(self.tape.start[place])
        return self.facts[place]

    def step(self, step: Step) -> None:
        """Writes a step, and on what it rests."""
        self.uses[step.slot] = 2  # a name for each truth: it is asked for its facts as well
        super().step(step)
        if step.slot in self.facts:
            return
        try:
            found = self._facts(step)
        except NotPlain:
            found = self._asked_of_function(step)
        if not found.isdigit():
            self.lines.append(f"f{step.slot} = {found}")
            found = f"f{step.slot}"
        self.facts[step.slot] = found

    def _facts(self, step: Step) -> str:
        kind, places = step.kind, step.places
        each = [self.facts_at(place) for place in places]
        if kind in _OF_ALL or (kind.startswith("call ") and kind.removeprefix("call ") in _CALLS_OF_ALL):
            return _union(each)
        match kind:
            case "call lag":
                return each[1]
            case "resting":
                return str(self.bits.of(step.function(Figure.exact(1.0)).facts))
            case "and" | "or":
                return self._joined(kind, step.slot, list(places))
            case "either":
                question, yes, no = each
                return _union([question, _either(self.plain_at(places[0]), yes, no)])
            case "judged":
                return each[0] if len(each) == 1 else _either(self.plain_at(places[1]), each[2], each[1])
            case "statuses":
                return self._of_statuses(step)
            case "outcomes":
                return self._of_outcomes(step)
        if kind.startswith("compare ") and all(x.isdigit() for x in each):
            sides = [Figure.exact(n, self.bits.set(int(bits))) for n, bits in zip((1.0, 2.0), each, strict=True)]
            return str(self.bits.of(step.function(*sides).facts))
        return self._asked_of_function(step)

    def _joined(self, kind: str, slot: int, places: list[int]) -> str:
        """Of an `and` those that are false, if any, else all."""
        items = [(self.plain_at(place), self.facts_at(place)) for place in places]
        decided = [_either(t, "0", f) if kind == "and" else _either(t, f, "0") for t, f in items]
        whole, found = _union([f for _, f in items]), _union(decided)
        return _either(self.at[slot], whole, found) if kind == "and" else _either(self.at[slot], found, whole)

    def _of_statuses(self, step: Step) -> str:
        """Of each side those that are true, if any, else all."""
        *conditions, applies = step.places
        sides = step.function.args[1]  # type: ignore[attr-defined]
        parts = []
        for side in dict.fromkeys(sides):
            mine = [
                (self.plain_judged(c), self.facts_at(c))
                for c, its in zip(conditions, sides, strict=True)
                if its is side
            ]
            true = _union([_either(t, f, "0") for t, f in mine])
            parts.append(_either(" or ".join(t for t, _ in mine), true, _union([f for _, f in mine])))
        return self._where(_union(parts), applies)

    def _of_outcomes(self, step: Step) -> str:
        """The rows up to the first that holds."""
        *rows, applies = step.places
        so_far: list[str] = []
        found = ""
        for place in rows:
            so_far.append(self.facts_at(place))
            truth = self.tape.start[place]
            if isinstance(truth, Truth) and truth.nm:
                continue
            found += f"{_union(so_far)} if {self.plain_at(place)} else "
        return self._where(f"({found}{_union(so_far)})", applies)

    def _where(self, facts: str, applies: int) -> str:
        if self.tape.start[applies] is None and applies not in self.at:
            return facts
        own = self.facts_at(applies)
        return _either(self.plain_at(applies), _union([facts, own]), own)

    def _asked_of_function(self, step: Step) -> str:
        """By the step's own function, of values with their facts."""
        arguments = []
        for place in step.places:
            if place in self.at and self.tape.start[place] is None:
                kind = self.tape.kinds[place]
                if kind is NotedJudged:
                    raise NotPlain
                arguments.append(_WITH_FACTS[kind].format(self.at[place], self.facts_at(place)))
            else:
                arguments.append(self.name(self.tape.start[place]))
        return f"bits({self.name(step.function)}({', '.join(arguments)}).facts)"


def _truth(value: bool, facts: Facts = frozenset()) -> Truth:
    return Truth.of(value, facts=facts)


def _word(value: str, facts: Facts = frozenset()) -> Words:
    return Words((value,), facts=facts)


def _union(parts: Sequence[str]) -> str:
    """Several sets together, those that are known already as one number."""
    known = 0
    for part in parts:
        known |= int(part) if part.isdigit() else 0
    others = list(dict.fromkeys(part for part in parts if not part.isdigit()))
    if not others:
        return str(known)
    return f"({' | '.join([*others, *([str(known)] if known else [])])})"


def _either(question: str, yes: str, no: str) -> str:
    return yes if yes == no else f"({yes} if {question} else {no})"


def code_with_facts(tape: Tape, given: int, wanted: Sequence[Any], aside: Sequence[str] = ()) -> Callable[..., Any]:
    """As `plain.code`; the function gives of each that is wanted a pair, with the facts on which it rests."""
    made = _Resting(tape, given, wanted)
    pairs = "".join(f"({x}, sets[{bits}]), " for x, bits in zip(made.results, made.rests, strict=True))
    return compiled(made, given, f"({pairs})", aside)
