"""A mapped table with a row for each period: each column is a figure, or one column says what each row's figure is.

In: a `Table`, a `Layout`. Out: figures. Must not know formats of files.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dsl.text.diagnostics import Diagnostic
from dsl.text.source import Span
from evaluator.codes.messages import make
from evaluator.facts.spelling import Misspelled
from evaluator.readers.layouts.closes import adjusted_for, closes_problem, split_of
from evaluator.readers.layouts.days import day_of
from evaluator.readers.layouts.headings import LENGTH_WORDS, Covered, Rule, covered
from evaluator.readers.layouts.labels import one_of, plain_label
from evaluator.readers.layouts.mapping import Beside, Entry, Split
from evaluator.readers.numerals import unit_of
from evaluator.readers.tables.cells import Slot
from evaluator.readers.tables.figures import Figure
from evaluator.readers.tables.mapped import Mapped


class Down(Mapped):
    """A row for each period."""

    def figures(self) -> list[Figure]:
        """The figures of each row."""
        columns = self._columns()
        rows = [row for row in self.table.rows[self.at + 1 :] if any(not slot.blank for slot in row)]
        if columns is None:
            return []
        period = self._at(columns, self.layout.period or "") or 0
        rule = self.rule(row[period].text for row in rows if period < len(row))
        self.firsts_of_months([row[period] for row in rows if period < len(row) and not row[period].blank], rule)
        self.maker.splits = self._splits(rows, columns, rule)
        kept = list(self._kept(rows, columns, period))
        by_row = self.layout.split_column is not None and self._at(columns, self.layout.split_column) is not None
        if kept and not by_row and (wrong := self._adjusted(kept, period, rule)) is not None:
            self.maker.problems.append(wrong)
            return []
        self._one_series(columns, period)
        figures: list[Figure] = []
        for row in kept:
            figures += self._of_row(row, columns, period, rule)
        return figures

    def _adjusted(self, rows: Sequence[Sequence[Slot]], period: int, rule: Rule) -> Diagnostic | None:
        """That closes are adjusted for splits and nobody says which."""
        days = (day_of(row[period].text, rule.order) for row in rows if period < len(row))
        last = max((day for day in days if isinstance(day, dt.date)), default=None)
        return closes_problem(self.layout, self.settings, self._closes(), last)

    def _one_series(self, columns: Mapping[str, int], period: int) -> None:
        """A table of days and one series takes the name and the unit that an option or the head file gives."""
        others = [slot for n, slot in enumerate(self.head) if n != period and not slot.blank]
        metric = self.settings.defaults.get("metric")
        if metric is None or len(others) != 1 or any(label in columns for label in self.names):
            return
        unit = self.settings.defaults.get("unit")
        found = unit_of(str(unit.text)) if unit else None
        measure = {"%": "percent", "x": "multiple", "": "count"}.get(str(found), "money")
        entry = Entry.model_validate(
            {"name": str(metric.text), "unit": measure} if unit else {"name": str(metric.text)}
        )
        self.names = {plain_label(others[0].text): entry}

    def _closes(self) -> Span | None:
        """The head of a column of prices, where there is one."""
        wanted = {label for label, entry in self.names.items() if entry.unit == "per share"}
        return next((slot.span for slot in self.head if plain_label(slot.text) in wanted), None)

    def _columns(self) -> dict[str, int] | None:
        """Each column by its head; None where one is missing that the mapping needs."""
        found: dict[str, int] = {}
        for number, slot in enumerate(self.head):
            key = plain_label(slot.text)
            if key in found and key in self.names:
                self.wrong(slot.span, f"two columns are called `{slot.text.strip()}`", "rename or delete one of them")
                return None
            found.setdefault(key, number)
        layout = self.layout
        needed = [layout.period, *layout.labels, layout.value]
        needed += [w.head for w in (layout.each, layout.published, layout.currency) if isinstance(w, Beside)]
        for column in (c for c in needed if c):
            if self._at(found, column) is None:
                self.wrong(self.head[0].span, f"there is no column `{column}`", "correct its name in the mapping")
                return None
        return found

    def _at(self, columns: Mapping[str, int], head: str) -> int | None:
        """The number of a column by its head, `A or B`."""
        key = one_of(columns, head)
        return columns[key] if key is not None else None

    def _splits(self, rows: Sequence[Sequence[Slot]], columns: Mapping[str, int], rule: Rule) -> tuple[Split, ...]:
        said = split_of(self.settings, self.layout)
        column = columns.get(plain_label(self.layout.split_column or "")) if self.layout.split_column else None
        if said is not None or column is None:
            return (
                adjusted_for(self.settings, self.layout) if self.layout.closes == "adjusted for splits" else said or ()
            )
        period, found = self._at(columns, self.layout.period or "") or 0, list[Split]()
        for row in rows:
            text = row[column].text.strip() if column < len(row) else ""
            day = day_of(row[period].text, rule.order) if period < len(row) else None
            if isinstance(day, dt.date) and re.fullmatch(r"\d+(\.\d+)?", text) and float(text) not in (0, 1):
                found.append(Split(date=day, ratio=float(text)))
        return tuple(found)

    def _kept(
        self, rows: Sequence[Sequence[Slot]], columns: Mapping[str, int], period: int
    ) -> Iterator[Sequence[Slot]]:
        """The rows of the company that is asked for, and of what `only` asks for."""
        only, later = self._words(self.layout.only, columns), self._words(self.layout.look_ahead, columns)
        ticker = columns.get(plain_label(self.layout.ticker)) if self.layout.ticker else None
        tickers: dict[str, Slot] = {}
        ahead: list[Slot] = []
        wanted = self.settings.ticker
        for row in rows:
            if len(row) < len(self.head):
                self._short(row)
                continue
            if ticker is not None and ticker < len(row):
                tickers.setdefault(row[ticker].text.strip(), row[ticker])
                if wanted is not None and row[ticker].text.strip().upper() != wanted.upper():
                    continue
            if any(n < len(row) and row[n].text.strip().casefold() in words for n, words in later.items()):
                ahead.append(row[0])
                continue
            if all(n < len(row) and row[n].text.strip().casefold() in words for n, words in only.items()):
                yield row
        self._whose(tickers)
        if ahead:
            self.wrong(
                ahead[0].span,
                f"rows that hold restated values under the day of the period are left out ({len(ahead)} in all)",
                "take the rows as first reported from the vendor",
                "F061",
            )

    def _words(self, said: Mapping[str, tuple[str, ...]], columns: Mapping[str, int]) -> dict[int, set[str]]:
        """Words by the number of the column in which they are looked for; columns that are not there are passed over."""
        numbers = ((self._at(columns, column), words) for column, words in said.items())
        return {number: {word.casefold() for word in words} for number, words in numbers if number is not None}

    def _short(self, row: Sequence[Slot]) -> None:
        """A row with too few cells: a remark below the table, or a mistake."""
        filled = [slot for slot in row if not slot.blank]
        if len(filled) > 1 or filled[0].text.strip()[:1].isdigit():
            found, where = f"{len(row)} cell{'s' if len(row) != 1 else ''}", f"row {row[0].span.line}"
            more = {"where": where, "found": found, "wanted": len(self.head), "mend": "keep empty cells"}
            self.maker.cause(("short", ""), make("F041", row[0].span, at=None, **more))

    def _whose(self, tickers: Mapping[str, Slot]) -> None:
        wanted, known = self.settings.ticker, list(tickers)
        if wanted is None and len(known) > 1:
            self.wrong(
                tickers[known[1]].span,
                f"this file is about {len(known)} companies",
                f"say which with --for: {', '.join(known[:12])}",
                "F047",
            )
        elif wanted is not None and known and wanted.upper() not in {k.upper() for k in known}:
            self.wrong(
                self.table.start,
                f"there is no row about {wanted} in this file",
                f"it is about {', '.join(known[:12])}",
                "F047",
            )
        elif known:
            self.weak["ticker"] = wanted or known[0]

    def _of_row(self, row: Sequence[Slot], columns: Mapping[str, int], period: int, rule: Rule) -> Iterator[Figure]:
        heading = row[period]
        found = self._covers(row, columns, heading, rule)
        if isinstance(found, Misspelled):
            if not heading.blank:
                self.unclear(heading.span, found)
            return
        said = self._beside(row, columns)
        if self.layout.value is not None:
            label, slot = row[columns[plain_label(self.layout.labels[0])]], row[columns[plain_label(self.layout.value)]]
            entry = self.names.get(plain_label(label.text))
            if entry is not None:
                self.used.labels.add(plain_label(label.text))
                yield Figure(entry, label, heading, found, slot, said)
            return
        taken: dict[str, Slot] = {}
        for key, entry in self.names.items():
            number = columns.get(key)
            if number is None:
                continue
            self.used.labels.add(key)
            name = entry.name or entry.rate or ""
            if name in taken:
                what = f"columns `{taken[name].text.strip()}` and `{self.head[number].text.strip()}` are both mapped to `{name}`"
                self.maker.cause(
                    ("two", name), make("F040", self.head[number].span, what=what, mend="map one of them alone")
                )
            elif number < len(row):
                taken[name] = self.head[number]
                yield Figure(entry, self.head[number], heading, found, row[number], said)

    def _covers(
        self, row: Sequence[Slot], columns: Mapping[str, int], heading: Slot, rule: Rule
    ) -> Covered | Misspelled:
        if isinstance(self.layout.each, Beside):
            slot = row[self._at(columns, self.layout.each.head) or 0]
            word = slot.text.strip().lower()
            length = LENGTH_WORDS.get(word)
            if length is None:
                return Misspelled(
                    f"`{slot.text.strip()}` in column `{self.layout.each.head}` is not the length of a period",
                    "it is Q1 to Q4, H1, H2, 9M, FY, TTM, quarter or annual",
                )
            rule = replace(rule, each=length)
        return covered(heading.text, rule, self.settings.calendar)

    def _beside(self, row: Sequence[Slot], columns: Mapping[str, int]) -> dict[str, Slot]:
        wanted = {"published": self.layout.published, "currency": self.layout.currency}
        heads = {key: where.head for key, where in wanted.items() if isinstance(where, Beside)}
        heads |= {"restated": self.layout.restated} if self.layout.restated else {}
        for entry in self.names.values():
            heads |= {p.head: p.head for p in entry.pair or () if isinstance(p, Beside)}
        found = {key: self._at(columns, head) for key, head in heads.items()}
        return {key: row[number] for key, number in found.items() if number is not None and number < len(row)}
