"""The columnar engine of screens: a program is lowered to terms, and polars evaluates them for all names together.

In: a `Program`, a `Table`, what is asked. Out: the result of `screening/protocol`. Must not know files.

What columns cannot say raises `NotColumnar`, with the name of the declaration: `Columnar` refuses the whole, `Mixed` has the names that
rest on it judged by the reference evaluator, row by row, and puts both together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from dsl.program.program import Condition, Program, Side
from dsl.types.units import FIGURES, Kind
from evaluator.columnar import events
from evaluator.columnar.algebra import sets
from evaluator.columnar.algebra import words as w
from evaluator.columnar.algebra.figures import Bounded, Plain
from evaluator.columnar.algebra.functions import Columns
from evaluator.columnar.algebra.limits import Limit, NotColumnar
from evaluator.columnar.algebra.terms import Term, Terms
from evaluator.columnar.algebra.truths import Truth
from evaluator.columnar.algebra.words import Day, Words
from evaluator.columnar.doubts import Again, settled
from evaluator.columnar.expressions import KINDS
from evaluator.columnar.lowering import Lowering, Value
from evaluator.columnar.money import code_of
from evaluator.columnar.polars_terms import frame, words
from evaluator.columnar.scoring import decided, scored
from evaluator.columnar.sources import TableSources
from evaluator.engine.evaluation import State, Status
from evaluator.screening.by_rows import BOUNDED, KNOWN_STATE, NOT_MEANINGFUL, NOT_RULED_OUT, UNKNOWN, ByRows
from evaluator.screening.protocol import AS_OF, CURRENCY, NAME, Asked, Table, kind_of, schema

if TYPE_CHECKING:
    import polars as pl


SourcesOf = Callable[[Program, Table, Columns, bool], TableSources]
"""What makes the sources of a lowering."""


class Columnar:
    """All that is asked, with columns; raises NotColumnar where that cannot be."""

    def judged(self, program: Program, table: Table, asked: Asked) -> pl.LazyFrame:
        """The result. Raises NotColumnar."""
        if asked.reasons:
            raise NotColumnar(Limit.REASONS)
        return _evaluated(program, table, asked, bare=False)

    def answers(self, program: Program, table: Table, asked: Asked) -> pl.LazyFrame:
        """What is decided alone, without states, bounds and the words that are possible: a column for each name that is asked
        for. Raises NotColumnar."""
        return _evaluated(program, table, asked, bare=True)


def _evaluated(program: Program, table: Table, asked: Asked, bare: bool) -> pl.LazyFrame:
    """The result: of a table without periods by terms without guards, and where a row would need one, by those that have all."""
    with_guards = partial(Lowered, program, table, asked, bare=bare)
    if table.every is not None:  # bringing the periods together costs more than all that is made of them
        return with_guards().frame()
    return with_guards(trusting=True).frame(lambda: with_guards().terms)


@dataclass
class Mixed:
    """The same for every program: with columns what they can say, and name by name the rest. `by_rows`: what was judged so last, each
    name with why; '' for the names that are missing."""

    by_rows: tuple[tuple[str, str], ...] = ()

    def judged(self, program: Program, table: Table, asked: Asked) -> pl.LazyFrame:
        """The result."""
        columns, rows, self.by_rows = split(program, table, asked)
        if not columns.names and not columns.score:
            return ByRows().judged(program, table, asked)
        found = Columnar().judged(program, table, columns)
        keys = [NAME, AS_OF] if asked.history else [NAME]
        if rows.names or rows.score:
            found = found.join(ByRows().judged(program, table, rows), on=keys, how="left", maintain_order="left")
        if asked.reasons:
            found = self._with_missing(program, table, asked, found)
        return found.select(*schema(program, asked))

    def _with_missing(self, program: Program, table: Table, asked: Asked, found: pl.LazyFrame) -> pl.LazyFrame:
        """The names that are missing, which the reference says: it is asked for the names of which something is not decided."""
        import polars as pl

        self.by_rows = (*self.by_rows, ("", "the names that are missing"))
        done = found.collect()
        undecided = done.lazy().filter(_undecided(program, asked)).select(NAME).unique()
        some = replace(table, rows=table.rows.join(undecided, on=NAME, how="semi", maintain_order="left"))
        keys = [NAME, AS_OF] if asked.history else [NAME]
        why = ByRows().judged(program, some, asked).select(*keys, "missing")
        empty = pl.lit([], dtype=pl.List(pl.String()))
        return (
            done.lazy()
            .join(why, on=keys, how="left", maintain_order="left")
            .with_columns(pl.col("missing").fill_null(empty))
        )


def _undecided(program: Program, asked: Asked) -> Any:
    """Where anything that is asked is not decided."""
    import polars as pl

    parts = [pl.col(n).is_null() for n in (*asked.verdicts, *asked.pillars)]
    parts += [pl.col(f"{n}.state") == str(State.UNKNOWN) for n in asked.conditions]
    parts += [pl.col(n).is_null() for n in asked.kills]
    parts += [pl.col(f"{n}.state") == UNKNOWN for n in asked.metrics]
    parts += [pl.col("score").is_null()] if asked.score else []
    return pl.any_horizontal(*parts) if parts else pl.lit(False)


def split(program: Program, table: Table, asked: Asked) -> tuple[Asked, Asked, tuple[tuple[str, str], ...]]:
    """What of a question columns answer, what rows do, and why: each name with the reason."""
    lowered = Lowered(program, table, asked, check=True)
    why = lowered.refused
    if asked.history and why is not None and "" in why:
        return (
            replace(asked, verdicts=(), pillars=(), conditions=(), kills=(), metrics=(), score=False),
            asked,
            (("", why[""]),),
        )

    def parts(keep: Callable[[str], bool], score: bool) -> Asked:
        kept = {
            kind: tuple(n for n in getattr(asked, kind) if keep(n))
            for kind in ("verdicts", "pillars", "conditions", "kills", "metrics")
        }
        return replace(asked, **kept, score=score, reasons=False)  # type: ignore[arg-type]

    columns = parts(lambda n: n not in why, asked.score and "score" not in why)
    rows = parts(lambda n: n in why, asked.score and "score" in why)
    return columns, rows, tuple(why.items())


class Lowered:
    """A question lowered. `check`: what cannot be is noted in `refused`, and not raised; `of`: what makes the sources of a table;
    `bare`: what is decided alone; `trusting`: of the rows that `doubts.settled` finds nothing is said."""

    def __init__(
        self, program: Program, table: Table, asked: Asked, check: bool = False, of: SourcesOf = TableSources,
        bare: bool = False, trusting: bool = False,
    ) -> None:  # fmt: skip
        self.program, self.table, self.asked, self.bare = program, table, asked, bare
        self.refused: dict[str, str] = {}
        self.k = Terms(trusting)
        self.f = Columns(self.k)
        try:
            self.sources = of(program, table, self.f, asked.history)
        except NotColumnar as found:
            if not check:
                raise
            self.refused = dict.fromkeys(("", *asked.names, "score"), found.reason)
            return
        self.e = Lowering(program, self.f, self.sources, KINDS)
        self.outputs: dict[str, Term] = {}
        self.words: dict[str, tuple[tuple[Term, Term], ...]] = {}
        self.check = check
        self._lower()

    def _lower(self) -> None:
        asked = self.asked
        kinds: tuple[tuple[Iterable[str], Callable[[str], None]], ...] = (
            ((*asked.verdicts, *asked.pillars), self._words), (asked.conditions, self._condition),
            (asked.kills, self._kill), (asked.metrics, self._metric), (("score",) if asked.score else (), self._score),
        )  # fmt: skip
        for names, lower in kinds:
            for name in names:
                try:
                    lower(name)
                except NotColumnar as found:
                    if not self.check:
                        raise NotColumnar(found.reason, found.name or name) from None
                    self.refused[name] = str(found) if found.name and found.name != name else found.reason
        if not self.check and any(name in (NAME, AS_OF) for name in self.outputs):
            raise NotColumnar(Limit.NAMES)

    def frame(self, careful: Callable[[], Again] | None = None) -> pl.LazyFrame:
        """The result, or what is decided alone. `careful`: what evaluates the rows that are in doubt."""
        rows = self.sources.frame()
        if careful is None:
            return self._shown(self.terms(rows))
        return self._shown(settled(rows, *self._columns(), self.k.in_doubt, careful))

    def _columns(self) -> tuple[list[str], dict[str, Term]]:
        """The columns of the table that are kept, and all that is calculated."""
        keys = [NAME, AS_OF] if self.asked.history else [NAME]
        if self.bare:
            names = {*self.asked.names, "score"}
            return keys, {n: t for n, t in self.outputs.items() if n in names}
        outputs = dict(self.outputs)
        for name, each in self.words.items():
            outputs |= {f"{name}\x00{at}": may for at, (_, may) in enumerate(each)}
        return [*keys, *([CURRENCY] if self._money() and CURRENCY in self.sources.columns else [])], outputs

    def terms(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """What is calculated of rows, before it is brought into the form of a result."""
        return frame(rows, *self._columns())

    def _money(self) -> list[str]:
        return [n for n in self.asked.metrics if kind_of(self.program, n) is Kind.MONEY]

    def _shown(self, found: pl.LazyFrame) -> pl.LazyFrame:
        """What is calculated in the form of a result."""
        import polars as pl

        if self.bare:
            return found
        wanted = schema(self.program, replace(self.asked, reasons=False))
        lists = [
            words([(word.value, f"{name}\x00{at}") for at, (word, _) in enumerate(each)]).alias(f"{name}.possible")
            for name, each in self.words.items()
        ]
        return found.with_columns(*lists, *(self._currency(n).alias(f"{n}.currency") for n in self._money())).select(
            *(pl.col(c).cast(t) for c, t in wanted.items())
        )

    def _currency(self, name: str) -> Any:
        import polars as pl

        from evaluator.screening.companies import NOBODYS

        declared = self.program.metrics.get(name) or self.program.inputs.get(name) or self.program.forecasts[name]
        own = pl.col(CURRENCY) if CURRENCY in self.sources.columns else pl.lit(None, dtype=pl.String)
        return (
            pl.lit(declared.type.currency) if declared.type.currency else own.fill_null(self.table.currency or NOBODYS)
        )

    # --- what is asked ------------------------------------------------------------------------------------------------

    def _words(self, name: str) -> None:
        first = self.e.first_match(name) if name in self.program.verdicts else None
        if first is not None:
            self.outputs[name] = self.k.word(*first)
            if self.bare:
                return
        found = self.e.name(name)
        assert isinstance(found, Words), "a table or a pillar says a word"
        self.words[name] = self.e.in_order(name) if name in self.program.verdicts else found.each
        if first is None:
            self.outputs[name] = self._the_word(found)

    def _the_word(self, found: Words) -> Term:
        """The word that alone is left."""
        k, said = self.k, self.k.null("s")
        if not all(word.constant for word, _ in found.each):  # several may be one and the same
            for word, may in found.each:
                said = k.when(may, word, said)
            return k.when(w.known(self.f, found), said, k.null("s"))
        ways: list[tuple[Term, str | None]] = []
        for at, (word, may) in enumerate(found.each):
            others = [m for n, (_, m) in enumerate(found.each) if n != at]
            ways.append((k.both(may, k.negated(k.any(found.any_, *others))), word.value))
        return k.word(ways, None)

    def _state(self, states: Sequence[tuple[Term, str]], otherwise: str) -> Term:
        return self.k.word(list(states), otherwise)

    def _truth(self, name: str, value: Term, known: Term) -> None:
        """A truth that is null where it is not known."""
        self.outputs[name] = self.k.known_truth(value, known)

    def _condition(self, name: str) -> None:
        f, k = self.f, self.k
        declared: Condition = self.program.conditions[name]
        applies, holds = self.e.applies(declared), self.e.truth(declared.when, 0)
        none = k.negated(applies.true)
        decides = k.any(
            f.holds(applies), k.negated(holds.true)
        )  # where it is not true, whether it applies decides nothing
        here = k.both(k.negated(none), decides)
        true, false = k.both(here, f.holds(holds)), k.both(here, f.fails(holds))
        states = (
            (none, State.NOT_APPLICABLE), (true, State.TRUE), (false, State.FALSE),
            (k.both(here, f.means_nothing(holds)), State.NOT_MEANINGFUL),
        )  # fmt: skip
        self._truth(name, true, k.any(true, false))
        if self.bare:
            return
        self.outputs[f"{name}.state"] = self._state([(t, str(s)) for t, s in states], str(State.UNKNOWN))

    def _kill(self, name: str) -> None:
        """Whether it has happened, and its status."""
        declared, f = self.program.kills[name], self.f
        happened, found = events.happened(self.e, declared), events.event(self.e, name)
        self._truth(name, f.holds(happened), f.known(happened))
        ways = [(asked, str(status)) for asked, status in found.ways]
        if found.otherwise is Status.WATCHED:
            ways.append((self.k.negated(f.known(happened)), NOT_RULED_OUT))
        self.outputs[f"{name}.state"] = self._state(ways, str(found.otherwise))

    def _score(self, name: str) -> None:
        k = self.k
        alone = (
            decided(self.e, tuple(self.program.conditions.values()), Side.BULL) if self.bare and k.trusting else None
        )
        if alone is not None:
            self.outputs["score"] = alone
            return
        low, high, none = scored(self.e, self.program.conditions.values(), Side.BULL)
        exact = k.both(k.eq(low, high), k.negated(none))
        nothing = k.null("f")
        self.outputs["score"] = k.when(exact, low, nothing)
        self.outputs["score.low"], self.outputs["score.high"] = k.when(none, nothing, low), k.when(none, nothing, high)

    def _metric(self, name: str) -> None:
        metric = self.program.metrics.get(name)
        if metric is not None and code_of(self.e, metric.value) is not None:
            raise NotColumnar(Limit.MONEY)  # shown in the currency of each name where that is known, else in its own
        found, f = self.e.name(name), self.f
        if kind_of(self.program, name) in FIGURES or kind_of(self.program, name) is Kind.DURATION:
            if not isinstance(found, Plain | Bounded):
                raise NotColumnar(Limit.OTHER)
            self._figure(name, found)
            return
        nm, known = self._meaning(found)
        self.outputs[f"{name}.state"] = self._state([(nm, NOT_MEANINGFUL), (known, KNOWN_STATE)], UNKNOWN)
        match found:
            case Truth():
                self._truth(name, f.holds(found), known)
            case Words():
                self.outputs[name] = self._the_word(found)
            case Day():
                self.outputs[name] = found.value
            case sets.Members():
                self.outputs[name] = self.k.listed(known, [(found.each[word], word) for word in sorted(found.each)])
            case _:
                raise NotColumnar(Limit.OTHER)

    def _meaning(self, found: Value) -> tuple[Term, Term]:
        k, f = self.k, self.f
        match found:
            case Truth():
                return f.means_nothing(found), f.known(found)
            case Words():
                return k.false, w.known(f, found)
            case Day():
                return k.false, k.negated(k.is_null(found.value))
            case sets.Members():
                return k.false, found.known
            case _:
                return found.nm, f.known(found)

    def _unsigned(self, value: Term) -> Term:
        """The same, with 0 for −0: polars leaves out to add 0."""
        return self.k.when(self.k.eq(value, self.k.const(0.0)), self.k.const(0.0), value)

    def _figure(self, name: str, found: Plain | Bounded) -> None:
        k, f, nothing = self.k, self.f, self.k.null("f")
        known = f.known(found)
        if isinstance(found, Plain):
            value = f.settled_number(found).value
            shown = k.when(known, value, nothing) if found.doubtful else value
            shown = self._unsigned(shown)
            for column in (name,) if self.bare else (name, f"{name}.low", f"{name}.high"):
                self.outputs[column] = shown
            states = [(found.nm, NOT_MEANINGFUL), (known, KNOWN_STATE)]
        else:
            exact = k.both(known, k.eq(found.low, found.high))
            low, high = (
                self._unsigned(k.when(known, k.finite(end, rare=False), nothing)) for end in (found.low, found.high)
            )
            self.outputs |= {name: k.when(exact, low, nothing), f"{name}.low": low, f"{name}.high": high}
            states = [(found.nm, NOT_MEANINGFUL), (exact, KNOWN_STATE), (known, BOUNDED)]
        if not self.bare:
            self.outputs[f"{name}.state"] = self._state(states, UNKNOWN)
