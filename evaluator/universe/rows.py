"""The rows of a table of names: each name once (in a period), written in one way, in one currency, of periods that go together.

In: rows in base units, numbered as the table has them. Out: what is wrong with them; the rows that were known by a day. Must not know
rules, nor what stands in the columns of inputs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl.text.diagnostics import Diagnostic
from dsl.types.lengths import month_length
from dsl.types.units import Frequency
from evaluator.blocks.alike import apart, several
from evaluator.blocks.parts import collected
from evaluator.codes.messages import make
from evaluator.facts.calendar import SNAP_DAYS
from evaluator.known.read_periods import LATE
from evaluator.screening.protocol import CURRENCY, KNOWN, NAME, PERIOD_END

if TYPE_CHECKING:
    import polars as pl

ROW = "#row"
"""The number of a row in its table, from 0, blank ones counted."""
_MANY = 5
_MONTH, _CLOSES, _COUNT = "#month", "#closes", "#count"
_KEPT = (NAME, PERIOD_END, KNOWN, CURRENCY, ROW)


@dataclass(frozen=True)
class Rows:
    """Rows with their numbers. `first`: what the first row of figures is called; `name`, `period`: the heads of these columns."""

    rows: pl.LazyFrame
    source: str
    first: int
    name: str
    period: str | None
    every: Frequency | None

    def wrong(self) -> list[Diagnostic]:
        """What is wrong with them."""
        return [make("F040", None, at=self.source, what=what, mend=mend) for what, mend in self._wrong()]

    def known_by(self, day: dt.date) -> tuple[pl.LazyFrame, list[str]]:
        """The rows that were known by a day, and what is said of the others. A row without a day is known since its period ended."""
        import polars as pl

        columns = self.rows.collect_schema().names()
        if PERIOD_END not in columns:
            return self.rows, []
        since = pl.col(KNOWN) if KNOWN in columns else pl.col(PERIOD_END)
        there, gone = self.rows.filter(since <= day), self.rows.filter(since > day)
        said = []
        count = int(collected(gone.select(pl.len())).item())
        if count:
            said.append(
                f"{count} row{'s' if count > 1 else ''} became known after {day} and {'are' if count > 1 else 'is'} not looked at"
            )
            nobody = collected(
                gone.join(there.select(NAME), on=NAME, how="anti", maintain_order="left").select(
                    pl.col(NAME).unique(maintain_order=True)
                )
            )
            if len(nobody):
                names = ", ".join(nobody[NAME].head(_MANY).to_list()) + (", …" if len(nobody) > _MANY else "")
                said.append(
                    f"in doubt: of {len(nobody)} of the names nothing was known on {day}, and they are not in the screen: {names}"
                )
        said += self._old(there, day)
        if KNOWN not in columns:
            said.append(
                "look-ahead: nothing says since when figures are known; each is taken as known when its period ended"
            )
        return there, said

    def _old(self, there: pl.LazyFrame, day: dt.date) -> list[str]:
        """That the newest period of some names is older than it should be: their figures are those of another time than the rest."""
        import polars as pl

        length = month_length(self.every) if self.every is not None else 0
        limit = day - dt.timedelta(days=31 * length + LATE)
        newest = there.group_by(NAME).agg(pl.col(PERIOD_END).max(), pl.col(ROW).min())
        old = collected(newest.filter(pl.col(PERIOD_END) < limit)).sort(ROW).drop(ROW)
        if old.is_empty():
            return []
        listed = ", ".join(f"{name} ({end})" for name, end in old.head(_MANY).iter_rows()) + (
            ", …" if len(old) > _MANY else ""
        )
        return [
            f"in doubt: the newest period of {len(old)} name{'s' if len(old) > 1 else ''} ended long before {day}: {listed}"
        ]

    def _wrong(self) -> Iterator[tuple[str, str]]:
        """Each mistake with its mend; what would follow from another is left out. Of a large table the rows that may be wrong are found by
        hashes, and these alone are held."""
        import polars as pl

        columns = self.rows.collect_schema().names()
        held = self.rows.select(c for c in _KEPT if c in columns)
        if held.head(1).collect().is_empty():
            yield "it has a head, and no name below it", "add a row for each name"
            return
        gone = collected(held.filter(pl.col(NAME).is_null()).head(_MANY))[ROW].to_list()
        if gone:
            yield (
                f"`{self.name}` is empty in row {', '.join(self._row(r) for r in gone)}",
                "write the name, or take the row out",
            )
        held = held.filter(pl.col(NAME).is_not_null())
        found = list(self._periods(held)) if PERIOD_END in columns else []
        yield from found
        if not found:
            yield from self._twice(held)
        yield from _spellings(held)
        if CURRENCY in columns:
            yield from _currencies(held)

    def _row(self, number: int) -> str:
        return str(number + self.first)

    def _twice(self, held: pl.LazyFrame) -> Iterator[tuple[str, str]]:
        """Names of which several rows say the same thing twice."""
        import polars as pl

        columns = held.collect_schema().names()
        of_months = self.every is not None and month_length(self.every) > 0
        period = [] if PERIOD_END not in columns else [_MONTH] if of_months else [PERIOD_END]
        keys = [NAME, *period, *([KNOWN] if KNOWN in columns else [])]
        numbered = held.with_columns(_closing().alias(_MONTH)) if of_months and PERIOD_END in columns else held
        beside = [pl.col(PERIOD_END).first()] if PERIOD_END in columns and PERIOD_END not in keys else []
        alike = numbered.filter(several(numbered, *(pl.col(k) for k in keys)))
        groups = collected(alike.group_by(keys).agg(pl.col(ROW).head(3), pl.len().alias(_COUNT), *beside))
        twice = groups.filter(pl.col(_COUNT) > 1).sort(pl.col(ROW).list.min())
        for row in twice.head(_MANY).iter_rows(named=True):
            rows = " and ".join(self._row(r) for r in sorted(row[ROW]))
            more = f" and {row[_COUNT] - 3} more" if row[_COUNT] > 3 else ""
            mend = "keep one row for a name"
            if PERIOD_END not in row:
                mend += ", or say which column is the period: `period: COLUMN` in the mapping, or --period COLUMN"
            elif KNOWN not in row:
                mend += " and period, or say since when each is known: `published: column X`"
            yield (
                f"{row[NAME]}{f' of {row[PERIOD_END]}' if PERIOD_END in row else ''} stands in rows {rows}{more}",
                mend,
            )
        if len(twice) > _MANY:
            yield f"so do {len(twice) - _MANY} more names", "keep one row for each"

    def _periods(self, held: pl.LazyFrame) -> Iterator[tuple[str, str]]:
        """Days on which no period of the table can end, and names whose periods do not go together."""
        import polars as pl

        if KNOWN in held.collect_schema().names():
            early = collected(held.filter(pl.col(KNOWN) < pl.col(PERIOD_END)).head(1))
            for row in early.iter_rows(named=True):
                what = f"{row[NAME]} of {row[PERIOD_END]} is known since {row[KNOWN]}, before the period ended"
                yield what, f"mend the day in row {self._row(row[ROW])}"
        length = month_length(self.every) if self.every is not None else 0
        if not length:
            return
        assert self.every is not None
        off = held.filter((pl.col(PERIOD_END) + dt.timedelta(days=SNAP_DAYS + 1)).dt.day() > 2 * SNAP_DAYS + 1)
        for row in collected(off.head(1)).iter_rows(named=True):
            what = (
                f"{row[PERIOD_END]} in row {self._row(row[ROW])} ({row[NAME]}) is not the end of a {self.every.value}"
            )
            yield what, "write the last day of the period, or say how long periods are: --each"
            return
        phase = _closing() % length
        mixed = held.filter(apart(held, pl.col(NAME), phase)).sort(ROW).collect()
        phases = mixed.group_by(NAME, maintain_order=True).agg(phase.unique().alias(_CLOSES), pl.col(PERIOD_END))
        for row in phases.filter(pl.col(_CLOSES).list.len() > 1).head(1).iter_rows(named=True):
            ends = ", ".join(str(end) for end in row[PERIOD_END][:4])
            what = f"the periods of {row[NAME]} ({ends}) are no row of {self.every.value}s"
            yield what, "say how long periods are (--each), or give all of one name in one fiscal year"


def _closing() -> pl.Expr:
    """The month that a period ends with, as a number; a day some days from the end of a month is that month's."""
    import polars as pl

    near = pl.col(PERIOD_END) + dt.timedelta(days=SNAP_DAYS + 1)
    return near.dt.year().cast(pl.Int64) * 12 + near.dt.month().cast(pl.Int64) - 1


def _spellings(held: pl.LazyFrame) -> Iterator[tuple[str, str]]:
    """Names that are one but for capitals and blanks."""
    import polars as pl

    one_way = pl.col(NAME).str.to_lowercase().str.replace_all(r"\s+", " ")
    mixed = held.filter(apart(held, one_way, pl.col(NAME)))
    names = collected(mixed.select(pl.col(NAME).unique()).with_columns(one_way.alias("k")))
    alike = names.filter(pl.col("k").is_duplicated()).group_by("k").agg(pl.col(NAME).sort()).sort("k")
    for several_ in alike[NAME].head(_MANY).to_list():
        yield (
            f"{' and '.join(f'`{n}`' for n in several_[:3])} differ in capitals or blanks alone",
            "write one name in one way",
        )


def _currencies(held: pl.LazyFrame) -> Iterator[tuple[str, str]]:
    """Names that are in several currencies."""
    import polars as pl

    said = held.filter(pl.col(CURRENCY).is_not_null())
    mixed = said.filter(apart(said, pl.col(NAME), pl.col(CURRENCY))).sort(ROW).collect()
    found = mixed.group_by(NAME, maintain_order=True).agg(pl.col(CURRENCY).unique().sort())
    for name, codes in found.filter(pl.col(CURRENCY).list.len() > 1).head(1).iter_rows():
        yield (
            f"{name} is in {' and '.join(codes)}",
            "give all rows of a name in one currency: a screen converts no money",
        )
