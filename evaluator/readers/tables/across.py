"""A mapped table with periods across and a row for each label.

In: a `Table`, a `Layout`. Out: figures. Must not know formats of files.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from evaluator.facts.spelling import Misspelled
from evaluator.readers.layouts.days import day_of
from evaluator.readers.layouts.headings import Covered, Rule, covered, looks_like_one
from evaluator.readers.layouts.heads import bare, headings
from evaluator.readers.layouts.labels import plain_label
from evaluator.readers.layouts.mapping import Beside, Entry
from evaluator.readers.rows import Interval
from evaluator.readers.tables.cells import Slot
from evaluator.readers.tables.figures import Figure
from evaluator.readers.tables.mapped import Mapped


class Across(Mapped):
    """Periods across."""

    def figures(self) -> list[Figure]:
        """A figure for each named row and each period."""
        labels = self._label_column()
        below = [row for row in self.table.rows[self.at + 1 :] if any(not slot.blank for slot in row)]
        columns = self._headings(labels, below)
        if not columns and not self.maker.failed:
            self.wrong(
                self.head[0].span,
                "no column has a period that can be read",
                "correct the headings, or say `head: ROW` in the mapping",
            )
        if not columns:
            return []
        said = self._said_rows(labels, below)
        figures: list[Figure] = []
        for label, entry, row in self._rows_named(labels, below, columns):
            for number, (heading, found) in columns.items():
                if number < len(row):
                    more = {key: cells[number] for key, cells in said.items() if number < len(cells)}
                    figures.append(Figure(entry, label, heading, found, row[number], more))
        return figures

    def _label_column(self) -> int:
        if self.layout.labels:
            wanted = {plain_label(text) for text in self.layout.labels}
            return next((n for n, slot in enumerate(self.head) if plain_label(slot.text) in wanted), 0)
        first = next((n for n, slot in enumerate(self.head) if looks_like_one(slot.text)), 1)
        below = self.table.rows[self.at + 1 :]
        counts = [sum(n < len(r) and plain_label(r[n].text) in self.names for r in below) for n in range(max(first, 1))]
        return counts.index(max(counts)) if counts else 0

    def _headings(self, labels: int, below: Sequence[Sequence[Slot]]) -> dict[int, tuple[Slot, Covered]]:
        """Each column with a period, and what it covers."""
        rows = (self._row_called(label, labels, below) for label in self.layout.ends)
        ends = next((row for row in rows if row is not None), None)
        left = {plain_label(text) for text in self.layout.leave_out}
        rule = self.rule(slot.text for slot in self.head)
        named = [row for row in below if labels < len(row) and plain_label(row[labels].text) in self.names]
        first = next((n for n, row in enumerate(self.table.rows) if named and row is named[0]), self.at + 1)
        found: dict[int, tuple[Slot, Covered]] = {}
        passed: set[int] = set()
        for number, head in headings(self.table.rows, self.at, labels, first).items():
            slot = head.slot
            texts = {plain_label(text) for text in (slot.text, head.text or "", *head.words)}
            if texts & left or head.text is None or not self._filled(number, below):
                passed.add(number)
                continue
            one = covered(head.text, rule, self.settings.calendar if ends is None else None)
            if ends is not None and number < len(ends) and not isinstance(one, Misspelled):
                one = self._ending(one, ends[number], rule)
            if not isinstance(one, Misspelled):
                found[number] = (slot, one)
            elif re.search(r"\d", slot.text) or plain_label(slot.text) in ("ltm", "ttm", "current", "current/ltm"):
                self.unclear(slot.span, one)
                passed.add(number)
        lost = bare(self.table.rows, self.at, found | dict.fromkeys(passed), named) if found else None
        if lost is not None:
            self.wrong(
                lost.span,
                "it stands in a column beside periods, and nothing above it says of which period it is",
                "write the heading of its column (a merged one into each column), or take the column away",
            )
        days = [
            slot
            for n, slot in enumerate(self.head)
            if n in found and isinstance(day_of(slot.text, rule.order), dt.date)
        ]
        if len(days) == len(found):
            self.firsts_of_months(days, rule)
        self._twice(found)
        return found

    def _twice(self, found: Mapping[int, tuple[Slot, Covered]]) -> None:
        seen: dict[object, Slot] = {}
        for slot, one in found.values():
            key = (one.interval, one.period, one.to_date, one.estimate)
            if key in seen and not isinstance(self.layout.published, Beside):
                self.wrong(
                    slot.span,
                    f"two columns are of {slot.text.strip()}",
                    "keep one of them, or say in a row when each was published",
                )
            seen[key] = slot

    def _filled(self, number: int, below: Sequence[Sequence[Slot]]) -> bool:
        return any(number < len(row) and not row[number].blank for row in below)

    def _ending(self, one: Covered, slot: Slot, rule: Rule) -> Covered | Misspelled:
        """A heading that says how long its period is, with the day on which another row says that it ends."""
        if slot.blank:
            return one
        end = day_of(slot.text, rule.order)
        if not isinstance(end, dt.date):
            return end or Misspelled(f"`{slot.text.strip()}` is not a day", "correct it, or leave `ends` out")
        months = one.interval.months if one.interval else _length(one.period or "")
        trailing = one.interval.trailing if one.interval else False
        return Covered(Interval(end, months, trailing), estimate=one.estimate, actual=one.actual)

    def _row_called(self, label: str | None, labels: int, below: Sequence[Sequence[Slot]]) -> Sequence[Slot] | None:
        wanted = plain_label(label or "")
        return next((row for row in below if labels < len(row) and plain_label(row[labels].text) == wanted), None)

    def _said_rows(self, labels: int, below: Sequence[Sequence[Slot]]) -> dict[str, Sequence[Slot]]:
        found: dict[str, Sequence[Slot]] = {}
        for key, where in (("published", self.layout.published), ("currency", self.layout.currency)):
            if isinstance(where, Beside):
                row = self._row_called(where.head, labels, below)
                if row is not None:
                    found[key] = row
                elif key not in self.settings.defaults:
                    self.wrong(self.head[0].span, f"there is no row `{where.head}`", f"correct `{key}` in the mapping")
        return found

    def _rows_named(
        self, labels: int, below: Sequence[Sequence[Slot]], columns: Mapping[int, object]
    ) -> list[tuple[Slot, Entry, Sequence[Slot]]]:
        """The rows that the mapping names; two that would give one name are a mistake, unless they say the same."""
        found: list[tuple[Slot, Entry, Sequence[Slot]]] = []
        by_name: dict[str, tuple[Slot, list[str]]] = {}
        for row in below:
            if labels >= len(row) or (entry := self.names.get(plain_label(row[labels].text))) is None:
                continue
            texts = [row[n].text.strip() if n < len(row) else "" for n in columns]
            label = row[labels]
            self.used.labels.add(plain_label(label.text))
            if not any(texts):
                continue  # a heading of a group that is called like a row
            key = entry.name or entry.rate or ""
            if key in by_name and by_name[key][1] != texts:
                other = by_name[key][0]
                rows = [f"`{slot.text.strip()}` (row {slot.span.line})" for slot in (other, label)]
                what = f"{' and '.join(rows)} are both mapped to `{key}`"
                mend = "map one of them alone, or rename one of the rows"
                self.wrong(label.span, what, mend)
            elif key not in by_name:
                by_name[key] = (label, texts)
                found.append((label, entry, row))
        return found


def _length(period: str) -> int:
    return {"Q": 3, "H": 6, "9": 9, "F": 12}.get(period[:1], 12)
