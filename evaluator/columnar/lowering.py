"""Typed expressions -> terms: what an expression comes to for all names at once, at the period that is read and at earlier ones.

In: a `Program`, which columns there are (`Sources`). Out: figures, truths, words and days of terms. Must not know tables or back ends.
`NotColumnar` for what columns cannot say.

A value is asked for `ago` periods before the one that is read: 0 is that one. So a function that looks back is one of the columns of the
periods that it looks at, and a period of which a table says nothing is unknown there, as any other. `NOWHERE` stands for a period of
which nothing at all is known: what can be said of it follows from the bounds of inputs alone (`Series.elsewhere`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from dsl.program import program as p
from dsl.program.declared import DOES_NOT_APPLY
from dsl.types.lengths import Duration, days_back, in_rhythm
from dsl.types.units import Frequency, Kind
from evaluator.columnar.algebra import functions as fn
from evaluator.columnar.algebra import sets
from evaluator.columnar.algebra import words as w
from evaluator.columnar.algebra.figures import Bounded, Number, Plain
from evaluator.columnar.algebra.functions import Columns
from evaluator.columnar.algebra.limits import LONGEST, Limit, NotColumnar
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.algebra.truths import Truth
from evaluator.columnar.algebra.words import Day, Words
from evaluator.engine.functions.spans import CLOSED, WEEKEND
from evaluator.engine.verdicts import NO_ROW
from evaluator.known.unknown import no_fact
from evaluator.values.values import Figure

NOWHERE = -1
"""A period of which nothing is known."""
Value = Number | Truth | Words | Day | sets.Members


Kinds = Mapping[type[p.Expr], Callable[..., Value]]
"""How each kind of expression is lowered: of a lowering, an expression, how many periods ago."""


class Sources(Protocol):
    """What a table has."""

    as_of: dt.date | None
    """The day on which is judged; None where each row has its own."""

    @property
    def of_one_day(self) -> bool:
        """Whether the table says one day's figures of each name, all of them known on the day on which is judged."""

    def input(self, declared: p.Input | p.Metric, ago: int, day: dt.date | None = None) -> Value | None:
        """What a table says of a name, so many periods ago; None where it has no column for it. `day`: whether it has grown stale
        is asked as of that day."""

    def ended(self, declared: p.Input | p.Metric) -> dt.date | None:
        """The day, or the end of the period, of which all figures of a name are; None where the table has none of it."""

    def has(self, name: str) -> Term:
        """Whether a table says anything of a name, of any period."""

    def periods(self, frequency: Frequency) -> Term | None:
        """How many periods before the one that is read the first one lies of which anything is known; None where no earlier one is."""

    def depth(self) -> int:
        """How many earlier periods any name has."""

    def today(self, ago: int) -> Day:
        """The day on which is judged, and the end of each earlier period."""

    def home(self, code: str) -> Term:
        """Whether a currency that rules name is that of a name."""


class Lowering:
    """A program on columns: each name and expression is lowered once for each period that is asked for."""

    def __init__(self, program: p.Program, figures: Columns, sources: Sources, kinds: Kinds) -> None:
        self.program, self.f, self.sources, self.kinds = program, figures, sources, kinds
        self.k = figures.terms
        self._names: dict[tuple[str, int], Value] = {}
        self._exprs: dict[tuple[int, int], Value] = {}
        self.local: dict[str, Number] | None = None
        self._paths: dict[str, tuple[Number, ...]] = {}
        self._keep: list[p.Expr] = []
        self.codes: dict[int, str | None] = {}
        self.in_own: Lowering | None = None
        """The currencies of expressions, and the same where all money is in the currency of each name (`money`)."""
        self.events: dict[str, object] = {}
        """What became of events, as far as it was asked for."""

    def keep(self, expr: p.Expr) -> None:
        """Holds an expression, so that its place in memory is its own."""
        self._keep.append(expr)

    def again(self, sources: Sources) -> Lowering:
        """The same program over other sources, with the same terms."""
        return Lowering(self.program, self.f, sources, self.kinds)

    # --- names --------------------------------------------------------------------------------------------------

    def name(self, name: str, ago: int = 0) -> Value:
        """The value of a name. Raises NotColumnar, with the name."""
        key = name, ago
        if key not in self._names:
            local, self.local = self.local, None
            try:
                self._names[key] = self._declared(self.program.declared(name), ago)
            except NotColumnar as found:
                raise found if found.name else NotColumnar(found.reason, name) from None
            finally:
                self.local = local
        return self._names[key]

    def _declared(self, declared: p.Declared, ago: int) -> Value:
        match declared:
            case p.Input():
                found = self.sources.input(declared, ago)
                if found is not None and (declared.by_segment or declared.segment):
                    raise NotColumnar(Limit.SEGMENTS)
                if found is not None and declared.type.currency is not None:
                    found = self.chosen(self.sources.home(declared.type.currency), found, self.no_fact(declared))
                return found if found is not None else self.no_fact(declared)
            case p.Param():
                return self._param(declared, ago)
            case p.Metric():
                return self._metric(declared, ago)
            case p.Forecast():
                return self.path(declared.name)[-1]
            case p.Condition():
                return self._condition(declared, ago)
            case p.Kill():
                return self.value(declared.when, ago)
            case p.Pillar():
                return self.pillar(declared.name)
            case p.Verdict():
                return self.verdict(declared.name)
            case _:
                raise NotColumnar(Limit.OTHER)

    def no_fact(self, declared: p.Input | p.Metric) -> Value:
        """A name of which nothing is known."""
        kind = declared.type.kind
        if declared.type.is_figure:
            found = no_fact(declared)
            assert isinstance(found, Figure)
            return self.f.figure(found)
        if kind is Kind.FLAG:
            return self.f.open
        if kind is Kind.DATE:
            return Day(self.k.null("d"))
        if kind in (Kind.CHOICE, Kind.TEXT):
            return w.written(self.f, None)
        return sets.written(self.f, None)

    def _currencies(self, declared: p.Metric | p.Forecast) -> set[str]:
        """The currencies that a declaration names."""
        exprs = self.program.expressions(declared.name)
        kinds = [declared.type, *(node.type for expr in exprs for node in p.walk(expr))]
        return {kind.currency for kind in kinds if kind.currency is not None}

    def _param(self, declared: p.Param, ago: int) -> Value:
        """The version in force on the day: of a table of many days, on the day of each row."""
        f, k = self.f, self.k
        versions = declared.versions
        if self.sources.as_of is not None:
            in_force = [v for v in versions if v.since is None or v.since <= self.sources.as_of]
            return self.value(in_force[-1].value, ago) if in_force else f.unknown
        found: Value = f.unknown
        for version in versions:
            value = self.value(version.value, ago)
            if version.since is None:
                found = value
                continue
            since = k.le(k.const(version.since.toordinal()), self.sources.today(0).value)
            found = self.chosen(since, value, found)
        return found

    def _metric(self, declared: p.Metric, ago: int) -> Value:
        """A figure that is given wins over the formula; outside `meaningful when` it means nothing."""
        found = self.value(declared.value, ago)
        given = self.sources.input(declared, ago)
        if given is not None:
            if not all(self.sources.home(code) is self.k.true for code in self._currencies(declared)):
                raise NotColumnar(Limit.MONEY)
            found = self.chosen(self.known(given), given, found)
        if declared.meaningful is None:
            return found
        assert isinstance(found, Plain | Bounded)
        means = self.value(declared.meaningful, ago)
        assert isinstance(means, Truth)
        return fn.meaningful(self.f, found, means)

    def path(self, name: str) -> tuple[Number, ...]:
        """The steps of a forecast, from what it starts from."""
        if name not in self._paths:
            declared = self.program.forecasts[name]
            if not all(self.sources.home(code) is self.k.true for code in self._currencies(declared)):
                raise NotColumnar(Limit.MONEY)
            path: list[Number] = []
            for step in range(declared.steps + 1):
                others = self.program.steps_read[name]
                local = {n: self.path(n)[step] for n in others if step < len(self.path(n))}
                if path:
                    local |= {"previous": path[-1], "step": self.f.exact(float(step))}
                before, self.local = self.local, local
                try:
                    found = self._evaluated(declared.then if path else declared.starts, 0)
                finally:
                    self.local = before
                path.append(as_number(found))
            self._paths[name] = tuple(path)
        return self._paths[name]

    # --- what is judged ---------------------------------------------------------------------------------------------

    def _condition(self, declared: p.Condition, ago: int) -> Value:
        holds = self.truth(declared.when, ago)
        if declared.applies is None:
            return holds
        return self.f.conjunction([self.truth(declared.applies, 0), holds])

    def applies(self, declared: p.Condition | p.Pillar | p.Verdict) -> Truth:
        """Whether it applies, at the period that is read."""
        return self.truth(declared.applies, 0) if declared.applies is not None else self.f.yes

    def pillar(self, name: str) -> Words:
        """The statuses that are possible (`verdicts.pillar_status`)."""
        f, k = self.f, self.k
        declared = self.program.pillars[name]
        may: dict[p.Side, tuple[Term, Term]] = {}
        for side in p.Side:
            certain, maybe = [], []
            for condition in self.program.speaking(name):
                if condition.side is side:
                    applies, holds = self.applies(condition), self.truth(condition.when, 0)
                    certain.append(k.both(f.holds(applies), f.holds(holds)))
                    maybe.append(k.both(applies.true, holds.true))
            may[side] = k.any(*maybe), k.negated(k.any(*certain))
        (bull, no_bull), (bear, no_bear) = may[p.Side.BULL], may[p.Side.BEAR]
        words = [
            ("supported", k.both(bull, no_bear)), ("undermined", k.both(no_bull, bear)),
            ("contested", k.both(bull, bear)), ("open", k.both(no_bull, no_bear)),
        ]  # fmt: skip
        return Words(self._where_it_applies(words, declared), k.false)

    def verdict(self, name: str) -> Words:
        """The outcomes that are possible (`verdicts.verdict_outcomes`)."""
        k, words = self.k, dict[str, Term]()
        for word, may in self.in_order(name):
            words[word.value] = k.any(words.get(word.value, k.false), may)
        return Words(tuple((k.const(word), may) for word, may in words.items()), k.false)

    def in_order(self, name: str) -> tuple[tuple[Term, Term], ...]:
        """The outcome of each row, with whether it may be that one: an outcome of several rows stands there several times."""
        f, k = self.f, self.k
        declared = self.program.verdicts[name]
        alive, rows = k.true, list[tuple[str, Term]]()
        for row in declared.rows:
            truth = self.truth(row.when, 0) if row.when is not None else f.yes
            rows.append((row.outcome, k.both(alive, truth.true)))
            alive = k.both(alive, k.negated(f.holds(truth)))
        return self._where_it_applies([*rows, (NO_ROW, alive)], declared)

    def first_match(self, name: str) -> tuple[list[tuple[Term, str | None]], str | None] | None:
        """The word of a table by its rows: that of the first that may hold, if it surely does; none where it may not. None of a table
        that says one thing in several rows, which may be decided all the same."""
        f, k, declared = self.f, self.k, self.program.verdicts[name]
        if len({row.outcome for row in declared.rows}) < len(declared.rows):
            return None
        ways: list[tuple[Term, str | None]] = []
        if declared.applies is not None:
            applies = self.applies(declared)
            ways += [(k.negated(applies.true), DOES_NOT_APPLY), (k.negated(f.holds(applies)), None)]
        for row in declared.rows:
            truth = self.truth(row.when, 0) if row.when is not None else f.yes
            ways += [(f.holds(truth), row.outcome), (truth.true, None)]
        return ways, NO_ROW

    def _where_it_applies(
        self, words: Sequence[tuple[str, Term]], declared: p.Pillar | p.Verdict
    ) -> tuple[tuple[Term, Term], ...]:
        f, k = self.f, self.k
        if declared.applies is not None:
            applies = self.applies(declared)
            words = [(word, k.both(may, applies.true)) for word, may in words]
            words = [*words, (DOES_NOT_APPLY, k.negated(f.holds(applies)))]
        return tuple((k.const(word), may) for word, may in words if may is not k.false)

    # --- expressions -------------------------------------------------------------------------------------------

    def truth(self, expr: p.Expr, ago: int) -> Truth:
        """Whether an expression holds."""
        found = self.value(expr, ago)
        assert isinstance(found, Truth), f"{expr} is no question"
        return found

    def value(self, expr: p.Expr, ago: int) -> Value:
        """What an expression comes to, so many periods ago."""
        if self.local is not None:
            return self._evaluated(expr, ago)
        key = id(expr), ago
        if key not in self._exprs:
            self._keep.append(expr)
            self._exprs[key] = self._evaluated(expr, ago)
        return self._exprs[key]

    def _evaluated(self, expr: p.Expr, ago: int) -> Value:
        lower = self.kinds.get(type(expr))
        if lower is None:
            raise NotColumnar(Limit.OTHER)
        return lower(self, expr, ago)

    def read(self, expr: p.Expr, whole: p.Expr, ago: int) -> Value:
        """A part of a question: of a series the period that is read, unless it is asked of each."""
        if whole.type.series is not None and expr.type.series not in (None, whole.type.series):
            raise NotColumnar(Limit.MEETING)
        return self.value(expr, ago if whole.type.series is not None or expr.type.series is None else 0)

    def chosen(self, mask: Term, yes: Value, no: Value) -> Value:
        """One of two by a column that is decided."""
        f = self.f
        if isinstance(yes, Truth) and isinstance(no, Truth):
            return f.chosen(mask, yes, no)
        if isinstance(yes, Words) and isinstance(no, Words):
            return w.chosen(f, mask, yes, no)
        if isinstance(yes, Day) and isinstance(no, Day):
            return Day(self.k.when(mask, yes.value, no.value))
        if isinstance(yes, sets.Members) and isinstance(no, sets.Members):
            return sets.chosen(f, mask, yes, no)
        return f.chosen_number(mask, as_number(yes), as_number(no))

    def either(self, question: Truth, yes: Value, no: Value) -> Value:
        """One of two by a question (`values.either`)."""
        f = self.f
        if isinstance(yes, Truth) and isinstance(no, Truth):
            return f.either(question, yes, no)
        if isinstance(yes, Words) and isinstance(no, Words):
            return w.either(f, question, yes, no)
        if isinstance(yes, Day) and isinstance(no, Day):
            return w.either_day(f, question, yes, no)
        if isinstance(yes, sets.Members) and isinstance(no, sets.Members):
            return sets.either(f, question, yes, no)
        return fn.either(f, question, as_number(yes), as_number(no))

    def known(self, value: Value) -> Term:
        """Whether something is known of a value."""
        if isinstance(value, Words):
            return w.known(self.f, value)
        if isinstance(value, sets.Members):
            return value.known
        return self.k.negated(self.k.is_null(value.value)) if isinstance(value, Day) else self.f.known(value)

    # --- periods ------------------------------------------------------------------------------------------------------

    def known_series(self, expr: p.Expr) -> Term:
        """Whether an expression is a series: where nothing is known of any input of its frequency, it is one value."""
        inputs, frequency = self.program.inputs, expr.type.series
        if frequency is None:
            return self.k.false
        below = self.program.upstream(p.names_in(expr))
        names = sorted(n for n in below if n in inputs and inputs[n].type.series is frequency)
        return self.k.any(*(self.sources.has(n) for n in names))

    def by_series(self, expr: p.Expr, single: Callable[[], Value], series: Callable[[], Value]) -> Value:
        """What is made of a series, and of one value in its place."""
        mask = self.known_series(expr)
        if mask.constant:
            return series() if mask.value else single()
        return self.chosen(mask, series(), single())

    def nowhere(self, expr: p.Expr) -> Value:
        """What an expression is in a period of which nothing is known (`Missing`): within its bounds, where it has some, else it may
        turn out to mean nothing."""
        found = self.nowhere_bounds(expr)
        return self.missing_where(self.k.true, found) if self.program.can_mean_nothing(expr) else found

    def nowhere_bounds(self, expr: p.Expr) -> Value:
        """What follows of such a period from bounds alone (`Series.elsewhere`). Of what is dated nothing is known there."""
        f, k = self.f, self.k
        found = self.value(expr, NOWHERE)
        inputs = self.program.inputs
        below = self.program.upstream(p.names_in(expr))
        dated = k.any(*(self.sources.has(n) for n in sorted(below) if n in inputs and inputs[n].type.series is None))
        if p.asks_for_the_day(expr) or not self.program.with_the_day.isdisjoint(below):
            dated = k.true
        if isinstance(found, Truth):
            return f.chosen(k.any(dated, k.negated(f.settled(found))), f.open, found)
        number = as_number(found)
        return f.chosen_number(k.any(dated, number.nm), f.unknown, number)

    def earlier(self, expr: p.Expr, ago: int, steps: int) -> Value:
        """What a series was so many periods before another."""
        if ago == NOWHERE or self.begins(expr) is None:
            return self.nowhere(expr)
        if ago + steps > LONGEST:
            raise NotColumnar(Limit.FAR_BACK)
        return self.at(expr, ago + steps)

    def at(self, expr: p.Expr, ago: int) -> Value:
        """What a series was so many periods ago; before its first period what it is of nothing."""
        found, begins = self.value(expr, ago), self.begins(expr)
        if not ago or begins is None:
            return found
        return self.chosen(self.k.lt(begins, self.k.const(float(ago))), self.nowhere(expr), found)

    def begins(self, expr: p.Expr) -> Term | None:
        """How many periods ago the first period of a series is; None where no earlier one is known."""
        frequency = expr.type.series
        return self.sources.periods(frequency) if frequency is not None else None

    def missing_where(self, before: Term, found: Value) -> Value:
        """A value that may turn out to mean nothing in some rows, where it is unknown there."""
        f, k = self.f, self.k
        if isinstance(found, Truth):
            open_ = k.negated(f.settled(found))
            return Truth(found.true, found.false, k.any(found.nm, k.both(before, open_)))
        number = as_number(found)
        maybe = k.any(number.undefined, k.both(before, f.wide(number)))
        if isinstance(number, Plain):
            return Plain(number.value, maybe, number.nm, number.rough, number.doubtful)
        return Bounded(number.low, number.high, maybe, number.nm, number.assumed)

    def span(self, expr: p.Expr, span: Duration, ago: int) -> tuple[list[int], Term]:
        """The periods of a span that ends so many periods ago, the oldest first, and where it begins before the first one."""
        k, frequency = self.k, expr.type.series
        assert frequency is not None, "only a series has a past"
        if frequency is Frequency.DAY:
            if self.sources.periods(frequency) is not None or self.sources.as_of is None:
                raise NotColumnar(Limit.DAILY)
            today = self.sources.as_of.toordinal()
            back_to = days_back(today, span.count, span.unit)
            short = today <= back_to + min(WEEKEND, CLOSED)
            return ([ago], k.false) if short else ([ago], k.true)
        count = in_rhythm(span, frequency).count
        if in_rhythm(span, frequency).unit is not frequency:
            raise NotColumnar(Limit.WINDOWS)
        begins = self.begins(expr)
        if count == 1:
            return [ago], k.false
        if begins is None:
            return [ago], k.true
        if ago + count - 1 > LONGEST:
            raise NotColumnar(Limit.FAR_BACK)
        return list(range(ago + count - 1, ago - 1, -1)), k.lt(begins, k.const(float(ago + count - 1)))


def as_number(value: Value) -> Number:
    """A value known to be a figure. Raises NotColumnar for what is of any kind."""
    if not isinstance(value, Plain | Bounded):
        raise NotColumnar(Limit.OTHER)
    return value


def as_truth(value: Value) -> Truth:
    """A value known to be a question's."""
    assert isinstance(value, Truth), "the checker has seen to it"
    return value


def as_words(value: Value) -> Words:
    """A value known to be words."""
    assert isinstance(value, Words), "the checker has seen to it"
    return value


def as_set(value: Value) -> sets.Members:
    """A value known to be a set."""
    assert isinstance(value, sets.Members), "the checker has seen to it"
    return value


def as_day(value: Value) -> Term:
    """The column of a value known to be a day."""
    assert isinstance(value, Day), "the checker has seen to it"
    return value.value
