"""A checked program prepared for columns of draws: the reference evaluator walks it once, and what depends on draws is noted.

In: an `Evaluation`, which names are drawn. Out: a `Plan`, which gives what is asked for of each block of draws; `NotInColumns`
where something of the program cannot be done with columns. Must not know how draws are made.

A draw takes the place of the figure of the period that is read, as what a scenario assumes does; earlier periods stay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from dsl.program import program as p
from dsl.program.declared import DOES_NOT_APPLY
from dsl.types.units import Kind, Type
from evaluator.draws import judging
from evaluator.draws.columns import Column
from evaluator.draws.judging import STATUS_WORDS
from evaluator.draws.noting import Noting
from evaluator.draws.tape import (
    ColumnFigure,
    ColumnTruth,
    ColumnWords,
    NotInColumns,
    Placeholder,
    Prepared,
    Tape,
    is_column,
    plain,
    words_of,
)
from evaluator.draws.truths import bits
from evaluator.engine.assumed import assumed
from evaluator.engine.evaluate import facts_first
from evaluator.engine.evaluation import Evaluation, Judged, Traced, World, happened, read, reading, traced
from evaluator.engine.expressions import EVALUATE, Engine
from evaluator.engine.money import converted, currency_of, in_reporting
from evaluator.engine.verdicts import NO_ROW, score
from evaluator.values.series import Series, Value, expect, lift
from evaluator.values.values import Figure, Single, Truth, Words

SAME = 1e-12
"""A draw that is within this part of today's figure changes nothing."""


@dataclass(frozen=True, slots=True)
class Block:
    """What some draws come to, by name. `verdicts`, `pillars`: which words are possible, as bits; `conditions`: places in
    `judging.STATES`; `kills`: sets of truths; `figures`: columns; `score`: one, or None where no condition applies at all."""

    size: int
    verdicts: Mapping[str, Any]
    pillars: Mapping[str, Any]
    conditions: Mapping[str, Any]
    kills: Mapping[str, Any]
    figures: Mapping[str, Column]
    score: Column | None


@dataclass(frozen=True)
class Plan:
    """What is asked of draws of some names, prepared. `words`: the outcomes of each verdict, by bit."""

    names: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    outputs: Mapping[tuple[str, str], Any] = field(repr=False)
    """Each a place among what is wanted (`_At`), or a constant."""
    prepared: Prepared = field(repr=False)

    def run(self, drawn: Sequence[Any], size: int) -> Block:
        """What is asked, of a column of draws for each name."""
        found = self.prepared.run(drawn)

        def of(role: str) -> dict[str, Any]:
            picked = {n: x for (r, n), x in self.outputs.items() if r == role}
            return {n: found[x.place] if isinstance(x, _At) else x for n, x in picked.items()}

        conditions = {n: judging.states(codes) for n, codes in of("condition").items()}
        kills = {n: bits(truth) for n, truth in of("kill").items()}
        score = of("score").get("score")
        return Block(size, of("verdict"), of("pillar"), conditions, kills, of("figure"), score)


@dataclass(frozen=True, slots=True)
class _At:
    place: int


def planned(today: Evaluation, before: Evaluation, drawn: Mapping[str, Type], figures: Sequence[str]) -> Plan:
    """What verdicts, pillars, conditions, kills and the score come to where some names are drawn, and some figures.

    `drawn`: the unit in which each of these names is drawn; `before`: the same as today with nothing set by hand. Raises
    NotInColumns.
    """
    names = tuple(drawn)
    tracer = _Tracer(today, before, drawn)
    tracer.walk()
    program = today.program
    outputs: dict[tuple[str, str], Any] = {}
    for name in program.verdicts:
        outputs["verdict", name] = tracer.words(name)
    for name in program.pillars:
        outputs["pillar", name] = tracer.statuses(name)
    for name in program.conditions:
        outputs["condition", name] = tracer.code(name)
    for name, kill in program.kills.items():
        outputs["kill", name] = tracer.happened(kill)
    for name in figures:
        outputs["figure", name] = tracer.read(tracer.values[name])
    if program.conditions:
        outputs["score", "score"] = tracer.score()
    wanted = sorted({x.node for x in outputs.values() if is_column(x)})
    place = {node: at for at, node in enumerate(wanted)}
    said = {key: _At(place[x.node]) if is_column(x) else plain(x) for key, x in outputs.items()}
    words = {name: words_said(v) for name, v in program.verdicts.items()}
    return Plan(tuple(names), words, said, tracer.tape.ready(wanted))


class _Tracer(Engine):
    """The reference evaluator with columns in place of some names."""

    def __init__(self, today: Evaluation, before: Evaluation, drawn: Mapping[str, Type]) -> None:
        program, names = today.program, tuple(drawn)
        self.tape, self.names = Tape(len(names)), names
        self.today, self.before = today, before
        constants = {n: p.Const(program.declared(n).span, unit, value=0.0) for n, unit in drawn.items()}
        world = replace(today.world, replaced={**today.world.replaced, **constants})
        self.affected = program.downstream({*names, *program.kills})
        super().__init__(program, today.view, world, today, changed=program.reading(self.affected, world.forced))
        self.does = self.noting = Noting(self.tape)
        self.there = _refused
        self.drawn = {name: _placeholder(drawn[name], at) for at, name in enumerate(names)}
        self._by_const = {id(const): self.drawn[name] for name, const in constants.items()}
        self.codes: dict[str, Any] = {}
        self.marks: dict[str, Any] = {}

    def walk(self) -> None:
        """Gives every name that rests on draws its value."""
        program = self.program
        for name in self.affected:
            declared = program.declared(name)
            if name in self.drawn:
                if isinstance(declared, p.Metric | p.Forecast):
                    self.values[name] = self._declared(declared)
                self.values[name] = assumed(self, self.world.replaced[name], declared)
            elif not isinstance(declared, p.Pillar | p.Verdict | p.Catalyst):
                self.values[name] = self._declared(declared)
            elif isinstance(declared, p.Pillar):
                self.values[name] = self._pillar(declared)
            elif isinstance(declared, p.Verdict):
                self.values[name] = self._verdict(declared)

    # --- what the engine does otherwise ----------------------------------------------------------------------

    def value(self, expr: p.Expr) -> Value:
        """The value of an expression; what is drawn is a column."""
        drawn = self._by_const.get(id(expr))
        if drawn is not None:
            return drawn
        if expr.address in self.kept:
            return self.seen[expr.address]
        value = self._event(expr) if isinstance(expr, p.IsEvent) else EVALUATE[type(expr)](self, expr)
        if expr.address:
            value = self.readable(expr, value)
            self.seen[expr.address] = value
            self.trace[expr.address] = traced(self.clock, expr, value)
        return value

    def traced(self, expr: p.Expr) -> Traced:
        """What an expression comes to, with the period that is read."""
        return traced(self.clock, expr, self.value(expr))

    def _event(self, expr: p.IsEvent) -> Value:
        name = expr.operand.name
        kill = self.program.kills.get(name)
        if kill is not None and expr.state is p.EventState.HAPPENED:
            return self.happened(kill)
        found: Value = EVALUATE[p.IsEvent](self, expr)
        return found

    # --- declarations --------------------------------------------------------------------------------------

    def _declared(self, declared: p.Declared) -> Value:
        match declared:
            case p.Metric():
                return self._meaningful(declared, self._metric(declared))
            case p.Forecast():
                return self._forecast(declared)
            case p.Condition():
                return self._condition(declared)
            case p.Kill():
                return self._truths(declared.when, self.value(declared.when))
            case _:
                return self.today.values[declared.name]

    def _metric(self, declared: p.Metric) -> Value:
        """Facts under a metric's name win over the formula, period by period."""
        calculated, own = self.value(declared.value), currency_of(self, declared.value)
        given, foreign = self.view.values.get(declared.name), self.view.currencies.get(declared.name)
        self.currencies[declared.name] = own
        if given is None:
            return calculated
        if own != foreign:
            given = converted(self, given, foreign, declared.type)
            calculated = converted(self, calculated, own, declared.type)
            self.currencies[declared.name] = None
        return facts_first(given, calculated) if isinstance(given, Series) else given

    def _meaningful(self, declared: p.Metric, value: Value) -> Value:
        if declared.meaningful is None:
            return value
        found = lift(self.clock, self.noting.meaningful, value, self.value(declared.meaningful))
        if isinstance(found, Series) and isinstance(value, Series):
            return replace(found, expires=value.expires, stale=value.stale)
        return found

    def _forecast(self, declared: p.Forecast) -> Value:
        """The path, step by step, as the reference has it."""
        others = self.program.steps_read[declared.name]
        path: list[Figure] = []
        for step in range(declared.steps + 1):
            self.local = {n: self.paths[n][step] for n in others if step < len(self.paths[n])}
            if path:
                self.local |= {"previous": path[-1], "step": Figure.exact(float(step))}
            said = declared.then if path else declared.starts
            for node in p.walk(said):
                if node.address not in self.kept:
                    self.seen.pop(node.address, None)
            path.append(expect(self.read(in_reporting(self, said)), Figure))
        self.local = {}
        self.paths[declared.name] = tuple(path)
        return path[-1]

    def _condition(self, declared: p.Condition) -> Value:
        holds = self.value(declared.when)
        if declared.applies is None:
            return self._truths(declared.when, holds)
        applies = self.truth(declared.applies)
        both = lift(self.clock, lambda h: self.does.conjunction([applies, expect(h, Truth)]), holds)
        return self._truths(declared.when, both)

    def _truths(self, expr: p.Expr, value: Value) -> Value:
        found = self.readable(expr, value)
        if isinstance(found, Series) and reading(self.clock, found) is None:
            return self.open(expr, frozenset())
        return found

    # --- what is judged ---------------------------------------------------------------------------------------

    def code(self, name: str) -> Any:
        """The code of a condition: a column, or a number."""
        if name not in self.codes:
            self.codes[name] = self._code(self.program.conditions[name])
        return self.codes[name]

    def _code(self, condition: p.Condition) -> Any:
        parts: list[Truth] = [expect(self.read(self.values[condition.name]), Truth)]
        if condition.applies is not None:
            parts += [self.found(condition.applies), self.found(condition.when)]
        if not any(is_column(t) for t in parts):
            known: Judged = self.today.judged[condition.name]
            return judging.code_of(known)
        return ColumnTruth(self.tape.note("judged", judging.state_codes, parts))

    def _pillar(self, declared: p.Pillar) -> Value:
        speaking = self.program.speaking(declared.name)
        bulls, bears = ([self.code(c.name) for c in speaking if c.side is side] for side in p.Side)
        applies = self.truth(declared.applies) if declared.applies is not None else None
        if not any(is_column(x) for x in (*bulls, *bears, applies)):
            return self.today.values[declared.name]
        give = partial(judging.pillar, len(bulls))
        words: Any
        if any(is_column(x) for x in (*bulls, *bears)):
            words = ColumnWords(self.tape.note(("pillar", len(bulls)), give, (*bulls, *bears)), STATUS_WORDS)
        else:
            words = int(give(*(np.uint8(code) for code in (*bulls, *bears))))
        return self._where_it_applies(words, applies, STATUS_WORDS)

    def _where_it_applies(self, words: Any, applies: Truth | None, options: tuple[str, ...]) -> Words:
        """The words of a pillar or a table, where it applies: a column."""
        if applies is None:
            assert isinstance(words, ColumnWords)
            return words
        last = len(options) - 1
        give = partial(judging.where_it_applies, last)
        return ColumnWords(self.tape.note(("where it applies", last), give, (words, applies)), options)

    def statuses(self, name: str) -> Any:
        """The statuses of a pillar as bits."""
        return self.noting.bits_of(expect_words(self.read(self.values[name])), STATUS_WORDS)

    def _verdict(self, declared: p.Verdict) -> Value:
        rows = [self.truth(row.when) if row.when is not None else Truth.of(True) for row in declared.rows]
        applies = self.truth(declared.applies) if declared.applies is not None else None
        if not any(is_column(x) for x in (*rows, applies)):
            return self.today.values[declared.name]
        options = words_said(declared)
        places = tuple(options.index(row.outcome) for row in declared.rows)
        if len(options) > 60:
            raise NotInColumns("so many outcomes")
        give = partial(judging.outcomes, places, len(options) - 2)
        if any(is_column(x) for x in rows):
            words: Any = ColumnWords(self.tape.note(("outcomes", places, len(options)), give, rows), options)
        else:
            words = int(give(*(np.uint8(int(t.possible)) for t in rows)))
        return self._where_it_applies(words, applies, options)

    def words(self, name: str) -> Any:
        """The outcomes of a verdict as bits."""
        options = words_said(self.program.verdicts[name])
        found = expect_words(self.read(self.values[name]))
        return self.noting.bits_of(found, options) if is_column(found) else words_of(found, options)

    def happened(self, kill: p.Kill) -> Truth:
        """Whether a kill has happened: by the facts, or by what is drawn, where that is not what it is today."""
        here = expect(self.read(self.values[kill.name]), Truth)
        names = [n for n in self.names if n in self.program.upstream([kill.name])]
        same = replace(self.world, same=self.today.world.same | frozenset(self.names))
        touched, untouched = (self._happened(kill, here, world) for world in (self.world, same))
        if not names or touched == untouched:
            return untouched if not names else touched
        alike = ColumnTruth(self.tape.note(("alike", *names), _all, [self._mark(n) for n in names]))
        return expect(self.does.either(alike, untouched, touched), Truth)

    def _happened(self, kill: p.Kill, here: Truth, world: World) -> Truth:
        event, program, day = self.events.get(kill.name), self.program, self.clock.as_of
        return self.does.asked(lambda t: happened(kill, event, t, world, program, day), here)

    def _mark(self, name: str) -> Any:
        """Where what is drawn of a name is what it is today with nothing set by hand."""
        today = read(self.clock, self.before.values[name])
        drawn = self.read(self.values[name])
        if isinstance(today, Figure) and not (today.is_exact and today.known):
            return False
        if isinstance(today, Figure):
            return ColumnTruth(self.tape.note(("same", name), partial(_same, today.low), (drawn,)))
        if isinstance(today, Truth):
            return False if today.value is None else (drawn if today.value else self.does.negate(expect(drawn, Truth)))
        assert isinstance(drawn, ColumnWords)
        wanted = words_of(today, drawn.options)
        return ColumnTruth(self.tape.note(("same", name), partial(_same_words, wanted), (drawn,)))

    def score(self) -> Any:
        """The score: a column, or the one of all draws."""
        conditions = tuple(self.program.conditions.values())
        codes = [self.code(c.name) for c in conditions]
        if not any(is_column(x) for x in codes):
            found = score(self.today)
            return found if found is not None else Figure.meaningless(frozenset())
        alone = [c.applies is None and is_column(x) for c, x in zip(conditions, codes, strict=True)]
        each = [self.read(self.values[c.name]) if a else x for c, a, x in zip(conditions, alone, codes, strict=True)]
        return ColumnFigure(self.tape.note("score", judging.scorer(conditions, alone), each))


def _placeholder(kind: Type, at: int) -> Placeholder:
    if kind.kind is Kind.FLAG:
        return ColumnTruth(at)
    return ColumnWords(at, tuple(kind.options)) if kind.kind is Kind.CHOICE else ColumnFigure(at)


def words_said(verdict: p.Verdict) -> tuple[str, ...]:
    """What a table may say, by bit."""
    return (*verdict.outcomes, NO_ROW, DOES_NOT_APPLY)


def _refused(*_: object) -> Figure:
    raise NotInColumns("what is weighted over all scenarios")


def expect_words(value: Single) -> Words:
    """A single value known to be words."""
    assert isinstance(value, Words)
    return value


def _same(today: float, drawn: Any) -> Any:
    return np.abs(drawn - today) <= SAME * np.maximum(np.abs(drawn), abs(today)) if math.isfinite(today) else False


def _same_words(wanted: int, drawn: Any) -> Any:
    return drawn == wanted


def _all(*marks: Any) -> Any:
    found: Any = np.True_
    for mark in marks:
        found = found & mark
    return found
