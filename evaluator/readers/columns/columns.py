"""The columns of a Parquet file about one company become facts, whole columns at a time.

In: a data frame whose columns are named as `tidy.COLUMNS` has them. Out: facts, and what is wrong. Must not know where
the frame is from, nor rules.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from dsl.text.diagnostics import Diagnostic
from dsl.text.hidden import HIDDEN
from dsl.text.record import record
from dsl.text.source import Span
from dsl.types.days import in_range, iso
from evaluator.codes.messages import make
from evaluator.facts.held import Held
from evaluator.facts.model import Fact, Rank, SourceKind, judged
from evaluator.facts.spelling import TOO_LARGE, Misspelled
from evaluator.readers.columns.sound import are_sound, label_of, with_a_period
from evaluator.readers.grid import Grid
from evaluator.readers.numerals import Style, Unit, calculable, of_float, value
from evaluator.readers.rows import Settings
from evaluator.readers.tables.tidy import KINDS, LENGTHS

if TYPE_CHECKING:
    import polars as pl

MAX_SHOWN = 20
"""So many mistakes of one sort are shown: where a program wrote a column wrongly, every row is wrong."""
_OPTIONAL = ("url", "note", "restates")
_BY_WORD = {rank.value: rank for rank in Rank}
_KINDS = {kind.value: kind for kind in SourceKind}


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """The rows of a data frame as texts."""

    rows: pl.DataFrame

    def __call__(self, at: int) -> list[str]:
        return ["" if v is None else str(v) for v in self.rows.row(at)] if at < len(self.rows) else []

    def digest(self) -> bytes:
        """A hash of the whole frame."""
        made = blake2b(digest_size=16)
        for row in self.rows.iter_rows():
            made.update(repr(row).encode("utf-8", "surrogatepass"))
        return made.digest()


@record
class _Part:
    """Some rows of a table: the table, and their numbers in it."""

    grid: Grid
    numbers: Sequence[int]


@record
class _Column:
    """How a cell of a data frame is named."""

    about: str
    names: tuple[str, ...]

    def __call__(self, row: int, column: int) -> str:
        return f"row {row + 1}{self.about}, column `{self.names[column]}`"


class Columns:
    """Columns of one company become facts."""

    def __init__(
        self,
        rows: pl.DataFrame,
        name: str,
        settings: Settings,
        defaults: Mapping[str, str],
        part: _Part | None = None,
    ) -> None:
        self.rows, self.settings, self.defaults = rows, settings, defaults
        self.name, self.part = name, part
        names = rows.columns
        about = f" about {settings.ticker}" if "ticker" in names and settings.ticker else ""
        widths = tuple(min(max(len(n), 12), 40) for n in names)

        self.grid = part.grid if part else Grid(name, "", _Frame(rows), widths, _Column(about, tuple(names)))
        self.at = {n: i for i, n in enumerate(names)}
        self.problems: list[Diagnostic] = []

    def held(self) -> Sequence[Fact]:
        """The facts; none where `problems` has anything. Where whole columns show that nothing is wrong with them, each is made
        when it is asked for."""
        if not are_sound(self.rows, self.settings, self.defaults):
            return tuple(self.read())
        rows, placed = self.rows, with_a_period(self.rows, self.settings)

        def make(names: Collection[str] | None) -> Sequence[Fact]:
            numbers = (placed if names is None else placed & rows["metric"].is_in(list(names))).arg_true()
            part = Columns(rows[numbers], self.name, self.settings, self.defaults, _Part(self.grid, numbers.to_list()))
            facts = part.read()
            assert not part.problems, "columns that are sound hold no mistake"
            return facts

        return Held(rows["metric"].unique().to_list(), int(placed.sum()), make)

    def read(self) -> list[Fact]:
        """The facts; none where `problems` has anything."""
        names = self._texts("metric")
        periods, dates = self._periods()
        values = self._values()
        published = self._days("published")
        kinds = self._kinds()
        sources, ranks = self._texts("source"), self._ranks()
        extra = [self._texts(key) for key in _OPTIONAL]
        if self.part is None:  # those of a part are sound
            for key, column in (("metric", names), ("published", self._column("published")), ("source", sources)):
                self._missing(key, column)
            said: list[tuple[str, Sequence[str | None]]]
            said = [("metric", names), ("period", periods), ("value", values), ("source", sources)]
            for key, texts in (*said, *zip(_OPTIONAL, extra, strict=True)):
                self._hidden(key, texts)
        if self.problems:
            return []
        first, width = self.grid.whole_row(0), self.grid.whole_row(1).start
        cell = self.grid.cell(0, self.at.get("value", 0))
        facts = []
        money = self.defaults.get("currency") if "currency" not in self.at else None
        numbers = self.part.numbers if self.part else range(len(self.rows))
        columns = zip(numbers, names, periods, dates, values, published, kinds, sources, *extra, ranks, strict=True)
        for number, name, period, date, text, known, kind, source, url, note, restates, rank in columns:
            if period is None and date is None:
                continue  # an interval that has no name in this fiscal calendar
            at = number * width
            facts.append(
                judged({
                    "name": name, "period": period, "date": date, "value": text, "published": known, "kind": kind,
                    "source": source, "url": url, "note": note, "restates": restates, "rank": rank, "currency": money,
                    "offered": True, "place": Span(self.grid, first.start + at, first.end + at),
                    "value_place": Span(self.grid, cell.start + at, cell.end + at),
                })
            )  # fmt: skip
        return facts

    # --- columns ------------------------------------------------------------------------------------

    def _column(self, key: str) -> list[Any]:
        """A column, with what was said for the whole file where it says nothing."""
        default = self.defaults.get(key)
        if key not in self.at:
            return [default] * len(self.rows)
        column: list[Any] = self.rows[key].to_list()
        return column if default is None else [default if v is None else v for v in column]

    def _texts(self, key: str) -> list[str | None]:
        default = self.defaults.get(key)
        once = lru_cache(maxsize=None)(lambda v: str(v).strip() or default)
        return [default if v is None else once(v) for v in self._column(key)]

    def _missing(self, key: str, column: Sequence[object]) -> None:
        mends = {"published": "write the day it became known", "source": "write where the figure is from"}
        mend = mends.get(key, "write the name that the rules give it")
        rows = [n for n, v in enumerate(column) if v is None]
        self._each(rows, lambda n: make("F010", self._cell(n, key), where=f"row {n + 1}", key=key, mend=mend))

    def _hidden(self, key: str, column: Sequence[str | None]) -> None:
        """That texts hold what would show them as something else than they are."""
        bad = {text for text in set(column) if text and HIDDEN.search(text)}
        rows = [n for n, text in enumerate(column) if text in bad] if bad else []
        self._wrong(rows, key, "it holds a hidden character", "take it away")

    def _wrong(self, rows: Iterable[int], key: str, reason: str, mend: str) -> None:
        """That rows hold what cannot be taken."""

        def found(n: int) -> Diagnostic:
            return make("F012", self._cell(n, key), where=f"`{key}` of row {n + 1}", reason=reason, mend=mend)

        self._each(rows, found)

    def _days(self, key: str) -> list[dt.date | None]:
        found, wrong = self._each_once(key, _day)
        self._wrong(wrong, key, "it is not a day", "write days as dates, or as YYYY-MM-DD")
        return found

    def _kinds(self) -> list[SourceKind]:
        found, wrong = self._each_once("kind", lambda v: _KINDS.get(KINDS.get(str(v).lower(), str(v).lower())))
        wrong = [n for n, v in enumerate(found) if v is None] or wrong
        self._wrong(wrong, "kind", "it is not a kind of source", f"it is one of {', '.join(SourceKind)}")
        return [kind or SourceKind.ESTIMATE for kind in found]

    def _ranks(self) -> list[Rank]:
        found, wrong = self._each_once("rank", lambda v: _BY_WORD.get(str(v).strip().lower()))
        self._wrong(wrong, "rank", "it is not a rank of a source", f"it is one of {', '.join(Rank)}")
        return [rank or Rank.SECONDARY for rank in found]

    def _each_once(self, key: str, read: Callable[[Any], Any]) -> tuple[list[Any], list[int]]:
        """A column with each different value read once; the rows whose value cannot be read."""
        column = self._column(key)
        if self.part is not None and column and isinstance(column[0], dt.date):
            return column, []  # a column of days that are sound
        known = {v: read(v) for v in set(column) if v is not None}
        found = [None if v is None else known[v] for v in column]
        return found, [n for n, (v, got) in enumerate(zip(column, found, strict=True)) if v is not None and got is None]

    def _periods(self) -> tuple[list[str | None], list[dt.date | None]]:
        """The period or the date of each row."""
        size = len(self.rows)
        periods: list[str | None] = self._texts("period") if "period" in self.at else [None] * size
        dates: list[dt.date | None] = self._days("date") if "date" in self.at else [None] * size
        if "period_end" not in self.at:
            neither = [n for n, (p, d) in enumerate(zip(periods, dates, strict=True)) if (p is None) == (d is None)]
            self._wrong(neither, "period", "there is a date as well, or neither of them", "give one of them")
            return periods, dates
        ends = self._days("period_end")
        words = [str(v).lower() if v is not None else "" for v in self._column("period_kind")]
        wrong = [n for n, word in enumerate(words) if word not in LENGTHS]
        self._wrong(wrong, "period_kind", "it does not say how long its period is", "write Q, 6M, 9M, FY, TTM or point")
        if wrong or self.settings.calendar is None:
            return periods, dates
        calendar = self.settings.calendar
        once = {pair: label_of(calendar, *pair) for pair in set(zip(ends, words, strict=True)) if pair[0] is not None}
        return [once.get(pair) for pair in zip(ends, words, strict=True)], dates

    def _values(self) -> list[str]:
        units, currencies = self._texts("unit"), self._texts("currency")
        unit_of_file, currency_of_file = "unit" not in self.at, "currency" not in self.at

        @cache
        def ending(unit: str | None, currency: str | None) -> str | Misspelled:
            """What stands behind the digits of a figure."""
            said = Unit(unit or "", currency or "", unit_of_file, currency_of_file)
            one = value("1", said, Style("point"), exact=True)
            return one if isinstance(one, Misspelled) else one[1:]

        @lru_cache(maxsize=10_000)
        def spelled(text: str, unit: str | None, currency: str | None) -> str | Misspelled:
            return value(
                text, Unit(unit or "", currency or "", unit_of_file, currency_of_file), Style(self.settings.decimal)
            )

        found: list[str] = []
        wrong: dict[int, Misspelled] = {}
        for n, (given, unit, currency) in enumerate(zip(self._column("value"), units, currencies, strict=True)):
            if given is None or (isinstance(given, float) and math.isnan(given)):
                found.append("unknown")
                continue
            if isinstance(given, str | bool | dt.date):
                text = spelled(_words(given), unit, currency)
            else:
                after = ending(unit, currency)
                text = after if isinstance(after, Misspelled) else _finite(given, after)
            if isinstance(text, Misspelled):
                wrong[n] = text
                text = ""
            found.append(text)

        def misspelled(n: int) -> Diagnostic:
            where, reason, mend = f"row {n + 1}", wrong[n].reason, wrong[n].mend
            return make("F042", self._cell(n, "value"), given="the value", where=where, reason=reason, mend=mend)

        self._each(wrong, misspelled)
        return found

    def _cell(self, row: int, key: str) -> Span:
        return self.grid.cell(row, self.at[key]) if key in self.at else self.grid.whole_row(row)

    def _each(self, rows: Iterable[int], found: Callable[[int], Diagnostic]) -> None:
        wrong = list(rows)
        shown = [found(n) for n in wrong[:MAX_SHOWN]]
        if len(wrong) > MAX_SHOWN:
            mend = f"{shown[-1].hint}; {len(wrong) - MAX_SHOWN} more rows are as this one"
            shown[-1] = replace(shown[-1], hint=mend)
        self.problems += shown


def _words(given: str | bool | dt.date) -> str:
    """What a table of texts would hold in place of a truth or a day."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    return given if isinstance(given, str) else str(given).removesuffix(" 00:00:00")


def _finite(number: object, after: str) -> str | Misspelled:
    """A figure with its unit, unless nothing can be calculated with it."""
    if isinstance(number, float) and math.isinf(number):
        return TOO_LARGE
    spelled = _digits(number) + after
    large = isinstance(number, float | int) and not 1e-9 < abs(number) < 1e18 and number != 0
    return calculable(spelled) if large or not isinstance(number, float | int) else spelled


def _digits(number: object) -> str:
    if isinstance(number, int):
        return str(number)
    if isinstance(number, float):
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else of_float(number)
    return f"{number:f}"


def _day(given: object) -> dt.date | None:
    if isinstance(given, dt.datetime):
        given = given.date() if given.time() == dt.time() else None
    if isinstance(given, dt.date):
        return given if in_range(given) else None
    try:
        return iso(str(given))
    except ValueError:
        return None
