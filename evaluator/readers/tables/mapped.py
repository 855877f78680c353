"""A table read by a mapping: what holds for the whole of it, whichever way its periods run.

In: a `Table`, a `Layout`. Out: a `Reading`, and which labels of the mapping were found. Must not know formats of files.

Labels are compared without case, blanks and marks at their ends. A label that the mapping does not name is passed over; a
name that two rows would give is a mistake, and so is a label of one's own mapping that no row has.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from dsl.text.source import Span
from evaluator.codes.messages import make
from evaluator.facts.spelling import Misspelled
from evaluator.readers.layouts.days import day_of, month_of, order_of
from evaluator.readers.layouts.headings import Rule, looks_like_one, spaced
from evaluator.readers.layouts.labels import SEARCHED, one_of, plain_label
from evaluator.readers.layouts.mapping import SCALES, SPACED, Layout
from evaluator.readers.numerals import Style, unit_of
from evaluator.readers.rows import Reading, Settings
from evaluator.readers.tables.cells import Slot, Table
from evaluator.readers.tables.figures import Figure, Maker
from evaluator.readers.tables.said import currencies, doubtful, proves_comma, scales


@dataclass(slots=True)
class Used:
    """What reading used of a mapping, over all sheets of a file."""

    labels: set[str] = field(default_factory=set)


def find_head(table: Table, layout: Layout) -> int | None:
    """Where the head stands (from 0); None where the table has none that fits."""
    rows = table.rows[:SEARCHED]
    if layout.head is not None:
        return layout.head - 1 if layout.head <= len(table.rows) else None
    if layout.periods == "down":
        wanted = [column for column in (layout.period, *layout.labels, layout.value) if column]
        heads = [[plain_label(slot.text) for slot in row] for row in rows]
        return next((n for n, row in enumerate(heads) if all(one_of(row, column) for column in wanted)), None)
    for number, row in enumerate(rows):
        if layout.labels and not {plain_label(text) for text in layout.labels} & {plain_label(s.text) for s in row}:
            continue
        if any(looks_like_one(slot.text) for slot in row[1:]):
            return number
    return None


class Mapped(ABC):
    """A table with its mapping; how figures are found depends on which way periods run."""

    def __init__(self, table: Table, layout: Layout, settings: Settings, used: Used, shipped: bool, at: int) -> None:
        self.table, self.layout, self.settings = table, layout, settings
        self.used, self.shipped, self.at = used, shipped, at
        self.head = table.rows[at]
        self.names = {plain_label(label): entry for label, entry in layout.names.items()}
        decimal = settings.decimal or layout.decimal or ("comma" if proves_comma(table, at) else None)
        code = settings.defaults["currency"].text if "currency" in settings.defaults else layout.currency
        self.maker = Maker(
            layout, settings, Style(decimal, table.semicolons), None, code if isinstance(code, str) else "", shipped
        )
        self.weak: dict[str, str] = {}

    @abstractmethod
    def figures(self) -> list[Figure]:
        """The figures that the mapping names; what is wrong is noted."""

    def read(self) -> Reading:
        """The rows of its figures."""
        self._of_sheet()
        self.maker.make(self.figures())
        self.maker.finish()
        self._look_ahead()
        problems = tuple(self.maker.problems)
        if any(d.is_error for d in problems):  # what is wrong with a figure that is read otherwise is no second mistake
            return Reading(self.table.path, problems=problems)
        rows, rates = tuple(self.maker.rows), tuple(self.maker.rates)
        return Reading(self.table.path, weak=self.weak, rows=rows, rates=rates, problems=problems)

    def wrong(self, span: Span, what: str, mend: str, code: str = "F040") -> None:
        """Notes a mistake, or a warning."""
        self.maker.problems.append(make(code, span, what=what, mend=mend))

    def unclear(self, span: Span, found: Misspelled) -> None:
        """Notes a heading that cannot be read; many of one kind are one finding."""
        self.maker.cause(("heading", found.mend), make("F040", span, what=found.reason, mend=found.mend))

    # --- what holds for the sheet ----------------------------------------------------------------------

    def _of_sheet(self) -> None:
        """Its unit and currency, from the mapping and from what stands above; where both speak they must agree."""
        layout, given = self.layout, self.settings.defaults.get("unit")
        said = scales(self.table, self.at)
        own = layout.unit if layout.unit is not None else None
        if given is not None:
            found = unit_of(str(given.text))
            own = own if isinstance(found, Misspelled) else found
        if len(said) > 1 and not self._told_apart(own, {one.what for one in said}):
            texts = dict.fromkeys(f"`{one.slot.text.strip()}`" for one in said)
            what = f"it speaks of {' and '.join(SCALES.get(one.what, one.what) for one in said)} above its figures ({', '.join(texts)})"
            mend = (
                "say `unit: millions` or the like for the sheet, and for a row in another `unit: shares in thousands`"
            )
            self.wrong(said[-1].slot.span, what, mend)
        elif len(said) == 1 and own is not None and own != said[0].what and (not self.shipped or given is not None):
            what = f"the mapping reads its figures in {SCALES.get(own, own)}, and the sheet says `{said[0].slot.text.strip()}`"
            self.wrong(
                said[0].slot.span,
                what,
                "find out which is true: correct `unit` in the mapping, or the words in the sheet",
            )
        self.maker.scale = said[0].what if said and (own is None or self.shipped) else own
        codes = currencies(self.table, self.at)
        if not self.maker.currency and len(codes) == 1:
            self.maker.currency = codes[0].what
        elif self.maker.currency and len(codes) == 1 and codes[0].what != self.maker.currency:
            what = f"its money is read in {self.maker.currency}, and the sheet says `{codes[0].slot.text.strip()}`"
            self.wrong(codes[0].slot.span, what, "find out which is true, and say it in `currency`")
        if self.maker.style.decimal is None and (doubt := doubtful(self.table, self.at, self.shipped)):
            self.maker.doubtful = True
            what = f"{doubt.count} figures such as `{doubt.slot.text.strip()}` may be written with a decimal comma or with thousands"
            self.wrong(
                doubt.slot.span,
                what,
                "say it: `decimal: comma` or `decimal: point` in the mapping, or `--decimal comma`",
            )

    def _told_apart(self, own: str | None, said: set[str]) -> bool:
        """Whether the mapping says which rows are in which of several units: its own for the sheet, and that of share counts."""
        shares = [entry for entry in self.names.values() if entry.unit == "shares"]
        return not self.shipped and own in said and all(entry.scale is not None for entry in shares)

    def rule(self, texts: Iterable[str]) -> Rule:
        """What the mapping says of headings, with what the headings show together: the order of day and month, and how far
        apart they are."""
        rule, shown = self.layout.rule, list(texts)
        if rule.order is None:
            rule = replace(rule, order=order_of(shown))
        if self.layout.each != SPACED:
            return rule
        found = (day_of(text, rule.order) or month_of(text) for text in shown)
        return replace(rule, each=spaced(day for day in found if isinstance(day, dt.date)))

    def firsts_of_months(self, headings: Sequence[Slot], rule: Rule) -> None:
        """Days that are all the first of a month are most often months that a spreadsheet keeps so: `Sep-25`."""
        days = [day_of(slot.text, rule.order) for slot in headings]
        read = [day for day in days if isinstance(day, dt.date)]
        if (
            len(read) == len(headings) > 0
            and all(day.day == 1 for day in read)
            and (rule.each != "day" or len(read) > 2)
        ):
            if (rule.each or "").endswith("first day"):
                return
            slot = headings[0]
            what = f"all headings are first days of months, such as {slot.text.strip()}: they may stand for months (Sep-25) or for days"
            self.wrong(
                slot.span,
                what,
                "write the last days of the periods, or texts (Q3 FY2025, Sep 2025); or say `each: month from its first day`",
            )

    # --- look-ahead ------------------------------------------------------------------------------------

    def _look_ahead(self) -> None:
        """Restated values under the day on which others were published: they would say what nobody could know."""
        if self.maker.restated:
            n, first = len(self.maker.restated), self.maker.restated[0]
            what = f"figures that were restated after their first publication are taken as known since the restatement ({n} in all)"
            self.wrong(first.span, what, "add what was said at first, from a file that keeps it", "F061")
        suspects = [
            s
            for s in self.head
            if re.search("restat", s.text, re.IGNORECASE)
            and plain_label(s.text) != plain_label(self.layout.restated or "")
        ]
        if suspects and not self.maker.restated:
            what = f"a column `{suspects[0].text.strip()}` says that figures were restated, and the mapping does not read it"
            self.wrong(suspects[0].span, what, f"say `restated: {suspects[0].text.strip()}` in the mapping", "F061")
        if self.maker.lagged:
            first = self.maker.lagged[0]
            count = len(self.maker.lagged)
            what = f"figures are taken as known some days after their period, and may be restated ones ({count} in all)"
            self.wrong(
                first.span,
                what,
                "use a file with days of publication, or one `--published` day: that of the download is always right",
                "F061",
            )
