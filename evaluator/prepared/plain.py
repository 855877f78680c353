"""A tape as Python code for worlds in which every figure is one number, every truth decided and every word known.

In: a tape, what is wanted of it. Out: a function of plain figures, truths and words. Must not know expressions or programs.

Most worlds are like that, and most of what the reference does is then for nothing: bounds, causes, what may not be meaningful. The
code does the arithmetic of `bounds` on plain floats, with its tolerance, and leaves a world to the tape (it gives None) as soon as
anything in it is not plain: a division by 0, a result that is too large, a growth from a loss. What has no form here is done
by the step's own function, on values made of the plain ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from dsl.program import program as p
from dsl.program.declared import DOES_NOT_APPLY
from evaluator.engine.evaluation import State
from evaluator.engine.verdicts import NO_ROW, status_of
from evaluator.prepared.tape import NotedFigure, NotedJudged, NotedTruth, NotedWords, Step, Tape, is_noted
from evaluator.values import bounds as v
from evaluator.values.values import Figure, Single, Truth, Words

Plain = float | bool | str
"""One figure, a decided truth, a word."""
NEAR = 10 * v.REL_TOLERANCE
"""Two figures further apart than this part of one of them are not equal within the tolerance, and no sum of them is nil."""
LONGEST = 400
"""Code of so many characters is put where it is used, in place of a name of its own."""


class _Leave(ArithmeticError):
    """What is not plain."""


def plain(value: Any) -> Plain:
    """A value that is one figure, truth or word. Raises _Leave for any other."""
    match value:
        case Figure() if value.low == value.high and not (value.undefined or value.nm or value.assumed):
            return value.low
        case Truth() if value.value is not None:
            return value.value
        case Words() if value.possible is not None and len(value.possible) == 1:
            return value.possible[0]
    raise _Leave


def single(value: Plain) -> Single:
    """The value of a plain one, resting on nothing."""
    if isinstance(value, bool):
        return Truth.of(value)
    return Words((value,)) if isinstance(value, str) else Figure.exact(value)


@cache
def cuts(threshold: float) -> tuple[float, float]:
    """Which figures count as equal to one: from the least to the greatest float."""

    def edge(outer: float) -> float:
        inner = threshold
        while (middle := outer + (inner - outer) / 2) not in (outer, inner):
            outer, inner = (outer, middle) if v.close(middle, threshold) else (middle, inner)
        return inner

    width = 3 * v.REL_TOLERANCE * abs(threshold)
    return (edge(threshold - width), edge(threshold + width)) if width else (threshold, threshold)


# --- what code calls -----------------------------------------------------------------------------------------------


def _sum(found: float, a: float, b: float) -> float:
    return 0.0 if math.isfinite(found) and abs(found) <= v.REL_TOLERANCE * max(abs(a), abs(b)) else found


def _total(terms: Sequence[float]) -> float:
    found = math.fsum(terms)
    return 0.0 if math.isfinite(found) and abs(found) <= v.REL_TOLERANCE * max(map(abs, terms)) else found


def _power(base: float, exponent: float) -> float:
    if base <= 0:
        raise _Leave
    return math.pow(base, exponent)


def _grown(now: float, then: float) -> float:
    if then <= 0:
        raise _Leave
    ratio = now / then
    return _sum(ratio - 1.0, ratio, 1.0)


class _Answers(dict[Any, Plain]):
    """What a function of one plain value gives, kept."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def __missing__(self, value: Any) -> Plain:
        found = self[value] = plain(self._function(single(value)))
        return found


_CALLED: dict[str, Any] = {
    "fsum": _total, "nil": _sum, "power": _power, "grown": _grown, "close": v.close, "plain": plain, "exact": Figure.exact,
    "truth": Truth.of, "word": lambda word: Words((word,)), "Leave": _Leave,
}  # fmt: skip
_AS_VALUE: dict[type[Any], str] = {NotedFigure: "exact({})", NotedTruth: "truth({})", NotedWords: "word({})"}


class NotPlain(Exception):
    """What cannot be code."""


class Code:
    """Code under way: a line for each step, or what is put where the step is used."""

    def __init__(self, tape: Tape, given: int, wanted: Sequence[Any]) -> None:
        self.tape = tape
        self.lines: list[str] = []
        self.known: dict[str, Any] = dict(_CALLED)
        slots = [x.slot for x in wanted if is_noted(x)]
        steps = tape.behind(slots)
        self.uses: dict[int, int] = dict.fromkeys(slots, 2)
        for step in steps:
            for place in step.places:
                self.uses[place] = self.uses.get(place, 0) + 1
        self.at: dict[int, str] = {n: f"x{n}" for n in range(given)}
        self.watched: dict[str, None] = {}
        """Figures that must turn out to be finite."""
        for step in steps:
            self.step(step)
        for x in wanted:
            if isinstance(x, NotedFigure):
                self.watched_at(x.slot)
        self.results = [self.at[x.slot] if is_noted(x) else self._constant(x) for x in wanted]

    def _constant(self, value: Any) -> str:
        try:
            found = plain(value)
        except _Leave:
            found = value
        if isinstance(found, float) and math.isfinite(found):
            return repr(found) if found >= 0 else f"({found!r})"
        if isinstance(found, bool | str):
            return repr(found)
        return self.name(value)

    def name(self, value: Any) -> str:
        """A name for a value that the code asks for."""
        name = f"k{len(self.known)}"
        self.known[name] = value
        return name

    # --- operands ----------------------------------------------------------------------------------------------

    def plain_at(self, place: int) -> str:
        """The code of an operand. Raises NotPlain for what is never plain."""
        if place not in self.at:
            value = self.tape.start[place]
            try:
                plain(value)
            except _Leave:
                raise NotPlain from None
            self.at[place] = self._constant(value)
        return self.at[place]

    def number(self, place: int) -> float | None:
        """An operand that is the same figure in all worlds."""
        value = self.tape.start[place]
        try:
            found = plain(value) if isinstance(value, Figure) else None
        except _Leave:
            return None
        return found if isinstance(found, float) else None

    def watched_at(self, place: int) -> str:
        """The code of a figure that is looked at, and must be finite."""
        found = self.plain_at(place)
        if self.tape.start[place] is None:
            self.watched[found] = None
        return found

    # --- steps ---------------------------------------------------------------------------------------------------

    def step(self, step: Step) -> None:
        """Writes a step."""
        try:
            found = self._form(step)
        except NotPlain:
            found = None
        if found is None:
            found = self._by_function(step)
        if self.uses.get(step.slot, 0) < 2 and len(found) < LONGEST and self.tape.kinds[step.slot] is not NotedFigure:
            self.at[step.slot] = found if found.isidentifier() else f"({found})"
        elif found.isidentifier():
            self.at[step.slot] = found
        else:
            self.at[step.slot] = f"s{step.slot}"
            self.lines.append(f"s{step.slot} = {found}")
            self._checks(step)

    def _checks(self, step: Step) -> None:
        """A sum that is nil within the tolerance is 0."""
        if step.kind not in ("+", "-", "call change"):
            return
        a, b = step.places
        if self.number(b) is not None:
            a, b = b, a
        if self.number(a) == 0:
            return
        size = self.number(a)
        left, right = self.plain_at(a), self.plain_at(b)
        near = repr(NEAR * NEAR * size * size) if size is not None else f"{NEAR * NEAR!r} * {left} * {left}"
        name = f"s{step.slot}"
        self.lines.append(f"if {name} * {name} <= {near}: {name} = nil({name}, {left}, {right})")

    def _by_function(self, step: Step) -> str:
        """A step by its own function, on values."""
        arguments = []
        for place in step.places:
            if place in self.at and self.tape.start[place] is None:
                kind = self.tape.kinds[place]
                if kind is NotedJudged:
                    raise NotPlain
                if kind is NotedFigure:
                    self.watched[self.at[place]] = None
                arguments.append(_AS_VALUE[kind].format(self.at[place]))
            else:
                arguments.append(self.name(self.tape.start[place]))
        return f"plain({self.name(step.function)}({', '.join(arguments)}))"

    def _form(self, step: Step) -> str | None:
        """The code of a step that has a form of its own; None for any other."""
        kind, places = step.kind, step.places
        match kind:
            case "+" | "-" | "*":
                return f" {kind} ".join(map(self.plain_at, places))
            case "call change":
                return " - ".join(map(self.plain_at, places))
            case "/":
                return f"{self.plain_at(places[0])} / {self.watched_at(places[1])}"
            case "^":
                return f"power({self.watched_at(places[0])}, {self.watched_at(places[1])})"
            case "negative":
                return f"-{self.plain_at(places[0])}"
            case "same" | "resting":
                return self.plain_at(places[0])
            case "not":
                return f"not {self.plain_at(places[0])}"
            case "and" | "or":
                return f" {kind} ".join(map(self.plain_at, places))
            case "either":
                question, yes, no = places
                look = self.watched_at if self.tape.kinds[step.slot] is NotedFigure else self.plain_at
                return f"{look(yes)} if {self.plain_at(question)} else {look(no)}"
            case "sure":
                self.watched_at(places[0])
                return "True"
            case "asked" if len(places) == 1:
                return self._asked(step)
            case "judged":
                return self.plain_at(places[0]) if len(places) == 1 else " and ".join(map(self.plain_at, places[1:]))
            case "statuses":
                return self._statuses(step)
            case "outcomes":
                return self._outcomes(step)
            case "state":
                return self._state(places[0])
            case "scored":
                return self._scored(step)
        if kind.startswith("compare "):
            return self._compared(kind.removeprefix("compare "), *places)
        return self._called(kind.removeprefix("call "), places)

    def _called(self, name: str, places: tuple[int, ...]) -> str | None:
        match name:
            case "ttm" | "sum":
                return f"fsum(({', '.join(map(self.plain_at, places))},))"
            case "yoy" | "qoq":
                return f"grown({self.plain_at(places[0])}, {self.watched_at(places[1])})"
            case "lag":
                return self.plain_at(places[1])
            case "abs":
                return f"abs({self.plain_at(places[0])})"
            case "max" | "high" | "min" | "low" if len(places) > 1:
                pick = "max" if name in ("max", "high") else "min"
                return f"{pick}({', '.join(map(self.watched_at, places))})"
        return None

    def _asked(self, step: Step) -> str | None:
        (place,) = step.places
        self.plain_at(place)
        if self.tape.kinds.get(place) is NotedFigure:
            return None
        return f"{self.name(_Answers(step.function))}[{self.plain_at(place)}]"

    def _compared(self, operator: str, left: int, right: int) -> str:
        if self.number(left) is not None:
            left, right, operator = right, left, _TURNED[operator]
        a, threshold = self.watched_at(left), self.number(right)
        if threshold is not None:
            low, high = (repr(x) for x in cuts(threshold))
            return {
                "<": f"{a} < {low}", ">=": f"{a} >= {low}", "<=": f"{a} <= {high}", ">": f"{a} > {high}",
                "=": f"{low} <= {a} <= {high}", "!=": f"not {low} <= {a} <= {high}",
            }[operator]  # fmt: skip
        b = self.watched_at(right)
        if operator in ("=", "!="):
            return f"close({a}, {b})" if operator == "=" else f"not close({a}, {b})"
        far = f"(({a} - {b}) * ({a} - {b}) > {NEAR * NEAR!r} * {a} * {a} or not close({a}, {b}))"
        strict = f"{a} {operator[0]} {b} and {far}"
        if operator in ("<", ">"):
            return strict
        return f"not ({a} {_TURNED[operator][0]} {b} and {far})"

    def _statuses(self, step: Step) -> str:
        *conditions, applies = step.places
        assert isinstance(step.function, partial)
        sides: tuple[p.Side, ...] = step.function.args[1]
        bull, bear = (
            " or ".join(self.plain_judged(c) for c, its in zip(conditions, sides, strict=True) if its is side)
            or "False"
            for side in (p.Side.BULL, p.Side.BEAR)
        )
        words = {(a, b): repr(status_of(a, b)) for a in (True, False) for b in (True, False)}
        found = (
            f"({words[True, True]} if {bear} else {words[True, False]}) if {bull} else "
            f"({words[False, True]} if {bear} else {words[False, False]})"
        )
        return self._where_it_applies(found, applies)

    def plain_judged(self, place: int) -> str:
        """Whether a condition is true."""
        if self.tape.start[place] is not None:
            judged = self.tape.start[place]
            if judged.state.value == "unknown":
                raise NotPlain
            return repr(judged.state.value == "true")
        return self.plain_at(place)

    def _parts(self, place: int) -> tuple[str, str]:
        """Of a condition that is judged in each world: whether it applies, and whether it holds where it does."""
        judged = self.tape.steps[place].places
        if len(judged) == 1:
            return "True", self.plain_at(judged[0])
        _, applies, holds = judged
        return self.plain_at(applies), self.plain_at(holds)

    def _state(self, place: int) -> str:
        applies, holds = self._parts(place)
        found = f"({State.TRUE.value!r} if {holds} else {State.FALSE.value!r})"
        return f"{found} if {applies} else {State.NOT_APPLICABLE.value!r}"

    def _scored(self, step: Step) -> str:
        """The score: what `score_of` comes to where each condition is decided."""
        assert isinstance(step.function, partial)
        above, below = [], []
        for condition, place in zip(step.function.args[0], step.places, strict=True):
            judged = self.tape.start[place]
            if judged is not None:
                if judged.state is State.NOT_APPLICABLE:
                    continue
                if judged.leaves or judged.state not in (State.TRUE, State.FALSE):
                    raise NotPlain
                applies, holds = "True", repr(judged.state is State.TRUE)
            else:
                applies, holds = self._parts(place)
            signed = condition.weight if condition.side is p.Side.BULL else -condition.weight
            above.append(f"({signed!r} if {applies} and {holds} else 0.0)")
            below.append(f"({condition.weight!r} if {applies} else 0)")
        return f"({' + '.join(above) or '0'}) / ({' + '.join(below) or '0'})"

    def _outcomes(self, step: Step) -> str:
        *rows, applies = step.places
        assert isinstance(step.function, partial)
        verdict: p.Verdict = step.function.args[0]
        parts = []
        for row, place in zip(verdict.rows, rows, strict=True):
            truth = self.tape.start[place]
            if isinstance(truth, Truth) and truth.nm:
                continue
            holds = self.plain_at(place)
            if holds == "True":
                parts.append(repr(row.outcome))
                break
            parts.append(f"{row.outcome!r} if {holds} else ")
        else:
            parts.append(repr(NO_ROW))
        return self._where_it_applies("".join(parts), applies)

    def _where_it_applies(self, words: str, applies: int) -> str:
        if self.tape.start[applies] is None and applies not in self.at:
            return words
        return f"({words}) if {self.plain_at(applies)} else {DOES_NOT_APPLY!r}"


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def code(tape: Tape, given: int, wanted: Sequence[Any], aside: Sequence[str] = ()) -> Callable[..., Any]:
    """A function of so many plain values in a row, which gives what is wanted, plain; None for a world in which anything is not.
    `wanted`: placeholders and values; `aside`: conditions of `x0`, `x1` … under which the code is not made for a world."""
    made = Code(tape, given, wanted)
    return compiled(made, given, f"({''.join(f'{x}, ' for x in made.results)})", aside)


def compiled(made: Code, given: int, result: str, aside: Sequence[str]) -> Callable[..., Any]:
    """Code that is written, as a function."""
    lines = ["def of(given):", " try:", f"  {''.join(f'x{n}, ' for n in range(given))}= given"]
    lines += [f"  if {condition}: return None" for condition in aside]
    lines += [f"  {line}" for line in made.lines]
    if made.watched:
        lines.append(f"  if ({' + '.join(made.watched)}) * 0.0 != 0.0: return None")
    lines.append(f"  return {result}")
    lines.append(" except (ArithmeticError, ValueError): return None")
    exec("\n".join(lines), made.known)
    found: Callable[..., Any] = made.known["of"]
    return found
