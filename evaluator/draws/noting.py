"""The engine's operations, noted on a tape where one of their values is a column.

In: values, some of which stand for columns. Out: values. Must not know expressions or programs. What has a formula over an
algebra is noted by it; of other functions those that are often used have a form over columns, and the rest is done draw by draw
by its own reducer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dsl.types.lengths import Duration
from evaluator.draws import choices, truths
from evaluator.draws import columns as c
from evaluator.draws.tape import (
    ColumnFigure,
    ColumnTruth,
    ColumnWords,
    NotInColumns,
    Tape,
    is_column,
    words_of,
)
from evaluator.engine.functions.registry import formula_of
from evaluator.engine.functions.spans import Missing, held
from evaluator.engine.operations import Operations
from evaluator.values import bounds as v
from evaluator.values import questions
from evaluator.values.algebra import OPERATORS
from evaluator.values.either import either
from evaluator.values.series import Series
from evaluator.values.values import NO_CAUSES, Facts, Figure, May, Single, Truth, Words, resting_on


class Columns:
    """The algebra of columns: what is noted of figures and truths."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape

    def _noted(self, name: str, reference: Callable[..., Figure], over: Callable[..., Any], *values: Figure) -> Figure:
        if not any(is_column(x) for x in values):
            return reference(*values)
        return ColumnFigure(self.tape.note(name, over, values))

    def exact(self, value: float, /) -> Figure:
        """One number."""
        return v.exact(value)

    def nothing(self, reason: str, /) -> Figure:
        """There is no such number."""
        return v.nothing(reason)

    def add(self, a: Figure, b: Figure, /) -> Figure:
        """a + b."""
        return self._noted("+", v.add, c.add, a, b)

    def subtract(self, a: Figure, b: Figure, /) -> Figure:
        """a − b."""
        return self._noted("-", v.subtract, c.subtract, a, b)

    def negative(self, a: Figure, /) -> Figure:
        """−a."""
        return self._noted("negative", v.negative, c.negative, a)

    def multiply(self, a: Figure, b: Figure, /) -> Figure:
        """a × b."""
        return self._noted("*", v.multiply, c.multiply, a, b)

    def divide(self, a: Figure, b: Figure, /) -> Figure:
        """a ÷ b."""
        return self._noted("/", v.divide, c.divide, a, b)

    def ratio(self, a: Figure, base: Figure, reason: str, /) -> Figure:
        """a ÷ base, of a base above 0."""
        return self._noted("ratio", lambda x, y: v.ratio(x, y, reason), c.ratio, a, base)

    def power(self, base: Figure, exponent: Figure, /) -> Figure:
        """base ^ exponent."""
        return self._noted("^", v.power, choices.power, base, exponent)

    def absolute(self, a: Figure, /) -> Figure:
        """|a|."""
        return self._noted("absolute", v.absolute, c.absolute, a)

    def smallest(self, items: Sequence[Figure], /) -> Figure:
        """The least of some."""
        return self._noted("smallest", lambda *x: v.smallest(x), lambda *x: c.smallest(x), *items)

    def largest(self, items: Sequence[Figure], /) -> Figure:
        """The greatest of some."""
        return self._noted("largest", lambda *x: v.largest(x), lambda *x: c.largest(x), *items)

    def total(self, items: Sequence[Figure], /) -> Figure:
        """The sum of some."""
        return self._noted("total", lambda *x: v.total(x), lambda *x: c.total(x), *items)

    def compare(self, operator: str, a: Figure, b: Figure, /) -> Truth:
        """a < b and so on."""
        if not (is_column(a) or is_column(b)):
            return v.compare(operator, a, b)
        return ColumnTruth(self.tape.note(("compare", operator), partial(truths.compare, operator), (a, b)))

    def negate(self, a: Truth, /) -> Truth:
        """Kleene's not."""
        return ColumnTruth(self.tape.note("not", truths.negate, (a,))) if is_column(a) else v.negate(a)

    def conjunction(self, items: Iterable[Truth], /) -> Truth:
        """Kleene's and."""
        return self._joined("and", v.conjunction, truths.conjunction, list(items), May.FALSE)

    def disjunction(self, items: Iterable[Truth], /) -> Truth:
        """Kleene's or."""
        return self._joined("or", v.disjunction, truths.disjunction, list(items), May.TRUE)

    def _joined(
        self, name: str, reference: Callable[..., Truth], over: Callable[..., Any], items: list[Truth], decisive: May
    ) -> Truth:
        open_ = [t for t in items if is_column(t)]
        fixed = [t for t in items if not is_column(t)]
        rest = reference(fixed)
        if not open_ or (fixed and rest.possible is decisive):
            return rest
        found = open_[0]
        for other in open_[1:]:
            found = ColumnTruth(self.tape.note(name, over, (found, other)))
        neutral = May.TRUE if decisive is May.FALSE else May.FALSE
        if not fixed or rest.possible is neutral:
            return found
        return ColumnTruth(self.tape.note(name, over, (found, rest)))


class Noting(Operations):
    """What the engine does, noted."""

    notes = False

    def __init__(self, tape: Tape) -> None:
        self.tape, self.algebra = tape, Columns(tape)

    def arithmetic(self, operator: str) -> Callable[[Figure, Figure], Figure]:
        """+ - * / ^."""
        found: Callable[[Figure, Figure], Figure] = OPERATORS[operator](self.algebra)
        return found

    def scaled(self, x: Figure, by: Callable[[Figure], Figure]) -> Figure:
        """A figure times what figures are multiplied with."""
        return self.algebra.multiply(x, by(Figure.exact(1.0))) if is_column(x) else by(x)

    def negative(self, x: Figure) -> Figure:
        """−x."""
        return self.algebra.negative(x)

    def compare(self, operator: str, a: Figure, b: Figure) -> Truth:
        """a < b and so on."""
        return self.algebra.compare(operator, a, b)

    def negate(self, truth: Truth) -> Truth:
        """Kleene's not."""
        return self.algebra.negate(truth)

    def conjunction(self, items: Iterable[Truth]) -> Truth:
        """Kleene's and."""
        return self.algebra.conjunction(items)

    def disjunction(self, items: Iterable[Truth]) -> Truth:
        """Kleene's or."""
        return self.algebra.disjunction(items)

    def truth_resting(self, truth: Truth, facts: Facts) -> Truth:
        """A truth with other facts."""
        return truth if is_column(truth) else Truth(truth.possible, truth.causes, facts)

    def resting(self, value: Single, facts: Facts) -> Single:
        """A value with other facts."""
        return value if is_column(value) else resting_on(value, facts)

    def either(self, question: Truth, yes: Single, no: Single) -> Single:
        """One of two by a question."""
        if not (is_column(question) or is_column(yes) or is_column(no)):
            return either(question, yes, no)
        if not is_column(question) and question.value is not None:
            return yes if question.value else no
        if isinstance(yes, Figure) and isinstance(no, Figure):
            return ColumnFigure(self.tape.note("either", choices.either, (question, yes, no)))
        if isinstance(yes, Truth) and isinstance(no, Truth):
            return ColumnTruth(self.tape.note("either truth", choices.either_truth, (question, yes, no)))
        if isinstance(yes, Words) and isinstance(no, Words):
            return self._either_words(question, yes, no)
        raise NotInColumns("days and sets are no columns")

    def _either_words(self, question: Truth, yes: Words, no: Words) -> Words:
        options = tuple(dict.fromkeys((*options_of(yes), *options_of(no))))
        sides = [self.bits_of(side, options) for side in (yes, no)]
        return ColumnWords(
            self.tape.note(("either words", options), partial(_either_words, len(options)), (question, *sides)), options
        )

    def bits_of(self, value: Words, options: tuple[str, ...]) -> Any:
        """A word as bits of some options: a placeholder, or a number."""
        if not isinstance(value, ColumnWords):
            return words_of(value, options)
        if value.options == options:
            return value
        places = tuple(options.index(word) for word in value.options)
        node = self.tape.note(("as options", places), partial(_moved, places, len(options)), (value,))
        return ColumnWords(node, options)

    def meaningful(self, figure: Single, means: Single) -> Figure:
        """A figure where it means something."""
        assert isinstance(figure, Figure)
        assert isinstance(means, Truth)
        if not (is_column(figure) or is_column(means)):
            if means.value is True or figure.nm:
                return figure
            return replace(figure, undefined=True) if means.possible & May.TRUE else Figure.meaningless(NO_CAUSES)
        return ColumnFigure(self.tape.note("meaningful", choices.meaningful, (figure, means)))

    def asked(self, question: Callable[..., Truth], *values: Single) -> Truth:
        """A question."""
        if not any(is_column(x) for x in values):
            return question(*values)
        first = values[0]
        if len(values) > 1:
            raise NotInColumns("two words that are compared")
        name = ("asked", getattr(question, "func", question), getattr(question, "args", ()))
        if isinstance(first, ColumnTruth):
            table = truths.table_of(question)
            key = ("asked", tuple(int(x) for x in table))
            return ColumnTruth(self.tape.note(key, partial(truths.looked_up, table), (first,)))
        if isinstance(first, ColumnFigure):
            over = {questions.is_known: choices.known, questions.is_meaningful: choices.is_meaningful}[question]
            return ColumnTruth(self.tape.note(name, over, (first,)))
        assert isinstance(first, ColumnWords)
        return ColumnTruth(self.tape.note((*name, first.options), _Asked(question, first.options), (first,)))

    def held(self, condition: Series, span: Duration, past: Missing, least: int | None) -> Series:
        """Whether a condition held in each period of each span: of each truth that a column may have, looked up."""
        open_ = {t.node for t in (*condition.points.values(), condition.elsewhere) if isinstance(t, ColumnTruth)}
        if not open_:
            return held(condition, span, past, least)
        if len(open_) > 1:
            raise NotInColumns("several periods of a condition that must last rest on draws")
        column = ColumnTruth(open_.pop())
        each = [
            held(_with(condition, Truth(may)), span, past, least) for may in (May.FALSE, May.NM, May.TRUE)
        ]  # fmt: skip
        points: dict[int, Single] = {}
        for ordinal in each[0].points:
            found = [x.points[ordinal] for x in each]
            points[ordinal] = self._by_truth(column, [t for t in found if isinstance(t, Truth)])
        return Series(condition.frequency, points, elsewhere=each[0].elsewhere)

    def _by_truth(self, column: ColumnTruth, each: list[Truth]) -> Truth:
        """What is so where a column is false, not meaningful, true."""
        if len({t.possible for t in each}) == 1:
            return each[0]
        table = np.zeros(8, np.uint8)
        for n in range(1, 8):
            for truth, may in zip(each, (May.FALSE, May.NM, May.TRUE), strict=True):
                table[n] |= int(truth.possible) if n & int(may) else 0
        key = ("by truth", tuple(int(x) for x in table))
        return ColumnTruth(self.tape.note(key, partial(truths.looked_up, table), (column,)))

    def reducer(self, name: str, reduce: Callable[..., Any]) -> Callable[..., Any]:
        """What a function gives of the values of one period."""

        def reduced(*items: Any) -> Any:
            if name == "latest":
                return self._latest(reduce, items[0])
            flat = [x for item in items for x in (item if isinstance(item, list) else [item])]
            if not any(is_column(x) for x in flat):
                return reduce(*items)
            given = formula_of(name)
            keywords = reduce.keywords if isinstance(reduce, partial) else {}
            if given is not None:
                return given.function(self.algebra, *items, **keywords)
            fast = _OVER_COLUMNS.get(name)
            if fast is not None and all(isinstance(x, Figure | Truth) for x in flat):
                return ColumnFigure(self.tape.note(name, fast, flat))
            return self._one_by_one(name, reduce, items, flat, keywords)

        return reduced

    def _one_by_one(
        self, name: str, reduce: Callable[..., Any], items: Sequence[Any], flat: list[Any], keywords: dict[str, Any]
    ) -> Figure:
        if not all(isinstance(x, Figure | Truth) for x in flat) or (
            name == "first_known" and isinstance(flat[0], Truth)
        ):
            raise NotInColumns(f"`{name}` of what is no figure")
        shape = tuple(len(item) if isinstance(item, list) else None for item in items)

        def over(*singles: Any) -> Figure:
            left = list(singles)
            arguments: list[Any] = []
            for size in shape:
                arguments.append(left[:size] if size is not None else left[0])
                left = left[size if size is not None else 1 :]
            found: Figure = reduce(*arguments)
            return found

        of_truths = tuple(isinstance(x, Truth) for x in flat)
        key = (name, shape, tuple(sorted(keywords.items())))
        return ColumnFigure(self.tape.note(key, partial(choices.one_by_one, over, of_truths), flat))

    def _latest(self, reduce: Callable[..., Any], values: Sequence[Single]) -> Single:
        """The newest that is settled, of each draw; else the newest."""
        taken: list[Single] = []
        for value in reversed(values):
            taken.append(value)
            if not is_column(value) and value.settled:
                break
        if not any(is_column(x) for x in taken):
            found: Single = reduce(values)
            return found
        if not all(isinstance(x, Figure) for x in taken):
            raise NotInColumns("`latest` of what is no figure")
        last = taken[-1]
        if is_column(last) or not last.settled:
            taken.append(taken[0])
        return ColumnFigure(self.tape.note("latest", _latest, taken))


def options_of(value: Words) -> tuple[str, ...]:
    """The words that are possible of a value."""
    return value.options if isinstance(value, ColumnWords) else value.possible or ()


def _with(condition: Series, truth: Truth) -> Series:
    points = {o: truth if isinstance(x, ColumnTruth) else x for o, x in condition.points.items()}
    elsewhere = truth if isinstance(condition.elsewhere, ColumnTruth) else condition.elsewhere
    return Series(condition.frequency, points, elsewhere=elsewhere)


def _moved(places: tuple[int, ...], options: int, words: Any) -> Any:
    """Words as bits of other options."""
    found: Any = 0
    for at, place in enumerate((*places, options)):
        found = found | ((np.asarray(words, np.uint64) >> np.uint64(at)) & np.uint64(1)) << np.uint64(place)
    return found


def _either_words(options: int, question: Any, yes: Any, no: Any) -> Any:
    asked, nothing = truths.bits(question), np.uint64(0)
    a, b = np.asarray(yes, np.uint64), np.asarray(no, np.uint64)
    found = np.where((asked & 4) > 0, a, nothing) | np.where((asked & 1) > 0, b, nothing)
    anything = np.uint64(1 << options)
    return np.where(((asked & 2) > 0) | ((found & anything) > 0), anything, found)


_SMALL = 10


class _Asked:
    """A question of words: looked up where there are few, else of each set of words that occurs."""

    def __init__(self, question: Callable[..., Truth], options: tuple[str, ...]) -> None:
        self.question, self.options = question, options
        self.known: dict[int, int] = {}
        self.table: Any = None
        if len(options) <= _SMALL:
            self.table = np.array([0, *(self._answer(kind) for kind in range(1, 2 << len(options)))], np.uint8)

    def __call__(self, words: Any) -> Any:
        if self.table is not None:
            return truths.decided(self.table.take(words))
        kinds, at = np.unique(words, return_inverse=True)
        answers = np.array([self._answer(int(kind)) for kind in kinds], np.uint8)
        return truths.decided(answers[at.reshape(np.shape(words))])

    def _answer(self, kind: int) -> int:
        if kind not in self.known:
            possible = None
            if not kind >> len(self.options):
                possible = tuple(word for at, word in enumerate(self.options) if kind >> at & 1)
            self.known[kind] = int(self.question(Words(possible)).possible)
        return self.known[kind]


def _latest(*taken: Any) -> Any:
    found = taken[-1]
    for column in reversed(taken[:-1]):
        found = choices.chosen(choices.settled(column), column, found)
    return c.simple(c.general(found))


def _first_known(*items: Any) -> Any:
    found = items[-1]
    for column in reversed(items[:-1]):
        found = choices.chosen(choices.known(column), column, found)
    return c.simple(c.general(found))


_OVER_COLUMNS: dict[str, Callable[..., Any]] = {
    "sqrt": choices.square_root, "ln": choices.logarithm, "exp": choices.exponential, "count": choices.count, "streak": choices.streak,
    "first_known": _first_known,
}  # fmt: skip
"""Functions that are written for values, over columns; each the same as its reducer (laws in tests hold it)."""
