"""A table in whichever form it has, with what stands above its head.

In: a `Table`. Out: a `Reading`. Must not know formats of files, nor rules.

Above the head there may be a title, and pairs such as `currency` and `CNY` that hold for the whole table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from evaluator.codes.messages import make
from evaluator.facts.currencies import MINOR as MINOR_CODES
from evaluator.readers.layouts.labels import plain_label
from evaluator.readers.layouts.mapping import SCALES, Layout
from evaluator.readers.numerals import Style, unit_of
from evaluator.readers.rows import DEFAULTS, HEAD, Cell, Reading, Row, Settings
from evaluator.readers.tables import mapped, prices, tidy, wide
from evaluator.readers.tables.across import Across
from evaluator.readers.tables.cells import Ground, Slot, Table, form_of, head_row
from evaluator.readers.tables.choosing import Chosen, chosen
from evaluator.readers.tables.down import Down
from evaluator.readers.tables.said import MINOR, proves_comma, scales

FORMS: dict[str, Callable[[Ground, int], None]] = {"tidy": tidy.read, "wide": wide.read, "prices": prices.read}
_ABOVE = (*HEAD, *DEFAULTS, "decimal")


def read_all(tables: Sequence[Table], settings: Settings) -> list[Reading]:
    """The tables of one file: by a mapping where one is named, or a vendor's layout is recognised; else each in its own
    form."""
    return read_by(tables, chosen(tables, settings), settings)


def read_by(tables: Sequence[Table], by: Chosen, settings: Settings) -> list[Reading]:
    """The tables of one file by a mapping that was chosen, or each in its own form."""
    if by.problems:
        return [Reading(tables[0].path, problems=by.problems)]
    if by.layout is not None:
        return _by_mapping(tables, by, settings)
    return [read(table, settings) for table in tables]


def _by_mapping(tables: Sequence[Table], by: Chosen, settings: Settings) -> list[Reading]:
    """Tables by a mapping. Each of its labels must be somewhere, unless it ships; a table that it does not fit is passed
    over, unless it fits none."""
    assert by.layout is not None
    used, layout = mapped.Used(), by.layout
    wanted = [t for t in tables if layout.sheet is None or t.start.source.sheet in (None, layout.sheet)]
    found = [_mapped(table, layout, settings, used, by.vendor is not None) for table in wanted]
    readings = [reading for reading in found if reading is not None]
    whose = f"the mapping of {layout.vendor}" if by.vendor else "the mapping"
    if not readings:
        what = f"no table has the head that {whose} speaks of"
        mend = "correct `head`, `labels`, `period` or `sheet` in it; or leave the mapping out, to have one proposed"
        return [Reading(tables[0].path, problems=(make("F040", tables[0].start, what=what, mend=mend),))]
    failed = any(reading.failed for reading in readings)
    problems = [] if by.vendor or failed else _unused(layout, used, wanted)
    if not problems and not any(r.rows or r.rates or r.problems for r in readings):
        what = f"{whose} names none of its rows or columns that has figures"
        mend = "write a mapping of your own: `thesis facts import FILE` without --to proposes one"
        columns = [
            slot.text.strip() for slot in wanted[0].rows[mapped.find_head(wanted[0], layout) or 0] if not slot.blank
        ]
        if layout.periods == "down" and len(columns) == 2:
            mend = f"say which name of the rules `{columns[1]}` is, and its unit: `--metric NAME --unit percent`"
        problems = [make("F040", wanted[0].start, what=what, mend=mend)]
    problems += [] if by.vendor or failed else _two_sheets(readings)
    first = readings[0]
    return [replace(first, problems=(*first.problems, *problems)), *readings[1:]]


def _two_sheets(readings: Sequence[Reading]) -> list[Diagnostic]:
    """That two sheets give one name for one period, and differ: nobody said which of them is meant."""
    seen: dict[tuple[object, ...], tuple[int, Row]] = {}
    for number, reading in enumerate(readings):
        for row in reading.rows:
            period = next((row.cells[key].text for key in ("period", "date") if key in row.cells), "")
            known = row.cells["published"].text if "published" in row.cells else ""
            key = row.cells["name"].text, period, row.interval and (row.interval.end, row.interval.months), known
            first, other = seen.setdefault(key, (number, row))
            if first != number and other.cells["value"].text != row.cells["value"].text:
                one, two = (r.span.source.sheet or r.span.source.path for r in (other, row))
                what = (
                    f"`{row.cells['name'].text}` for {period} is in sheet {one} and, as another figure, in sheet {two}"
                )
                mend = "say which sheet is meant: `sheet: NAME` in the mapping, or under `files`"
                return [make("F040", row.span, what=what, mend=mend)]
    return []


def _mapped(table: Table, layout: Layout, settings: Settings, used: mapped.Used, ships: bool) -> Reading | None:
    """A table by a mapping; None where it has no head that fits."""
    at = mapped.find_head(table, layout)
    if at is None or at >= len(table.rows):
        return None
    way = Across if layout.periods == "across" else Down
    return way(table, layout, settings, used, ships, at).read()


def _unused(layout: Layout, used: mapped.Used, tables: Sequence[Table]) -> list[Diagnostic]:
    """Labels of one's own mapping that no row or column has: they may be misspelt."""
    there = {
        plain_label(slot.text): slot.text.strip() for t in tables for row in t.rows for slot in row if slot.text.strip()
    }
    missing = [label for label in layout.names if plain_label(label) not in used.labels]
    texts = [text for text in there.values() if not text[0].isdigit()]
    return [
        make(
            "F040",
            tables[0].start,
            what=f"no row or column is called `{label}`, which the mapping names",
            mend=did_you_mean(label, texts, "correct the label in the mapping, or take it out"),
        )
        for label in missing
    ]


def read(table: Table, settings: Settings) -> Reading:
    """A table in whichever form it has."""
    at = head_row(table)
    if at is None:
        return Reading(table.path, problems=(_no_head(table),))
    decimal = settings.decimal or ("comma" if proves_comma(table, at) else None)
    ground = Ground(table, settings, Style(decimal, table.semicolons), dict(settings.defaults))
    for row in table.rows[:at]:
        _above(ground, row)
    _titles(ground, at)
    form = form_of(table.rows[at])
    assert form is not None
    FORMS[form](ground, at)
    rows, problems = tuple(ground.rows), tuple(ground.problems)
    return Reading(table.path, ground.head, table.start if ground.head else None, ground.weak, rows, problems=problems)


def _above(ground: Ground, row: Sequence[Slot]) -> None:
    """A title, or a pair that holds for the whole table."""
    filled = [slot for slot in row if not slot.blank]
    if len(filled) < 2:
        return
    key, given = filled[0].word, filled[1]
    if len(filled) > 2 or key not in _ABOVE:
        mend = f"above the head of a table stand titles and pairs of {', '.join(_ABOVE)}"
        what = f"the row that begins with `{filled[0].text.strip()}` stands above its head and means nothing"
        ground.problems.append(make("F040", filled[0].span, what=what, mend=mend))
    elif key == "decimal":
        if given.word not in ("point", "comma"):
            what, mend = f"{given.text} is not a way to write decimals", "write point or comma"
            ground.problems.append(make("F040", given.span, what=what, mend=mend))
        ground.style = Style(given.word, ground.style.semicolons)
    else:
        cell = Cell(given.text.strip(), given.span, filled[0].span)
        if key == "currency":  # of this table's money; the company's where no file says that
            ground.weak.setdefault(key, str(cell.text))
        elif key in HEAD:
            ground.head[key] = cell
        if key in DEFAULTS:
            ground.defaults[key] = cell


def _titles(ground: Ground, at: int) -> None:
    """Titles that say a unit of all figures, which no pair, no column and no row says: they would be read without it."""
    table, head = ground.table, {slot.word for slot in ground.table.rows[at]}
    first = {row[0].word for row in table.rows[at:] if row and not row[0].blank}
    units = _each_has_a_unit(table, at)
    for found in scales(table, at) if not units else ():
        said = ground.defaults.get("unit")
        if said is None or unit_of(str(said.text)) != found.what:
            what = f"`{found.slot.text.strip()}` says the unit of its figures, and they would be read " + (
                "without it" if said is None else f"in {said.text}"
            )
            mend = "write the figures in thousands, millions or billions, and say so in a pair above the table"
            if found.what in SCALES:
                mend = f"say it in a pair above the table: `unit`, `{SCALES[found.what]}`; or under `files`"
            ground.problems.append(make("F040", found.slot.span, what=what, mend=mend))
    code = str(ground.defaults["currency"].text) if "currency" in ground.defaults else ""
    titles = [slot for row in table.rows[:at] for slot in row if sum(not s.blank for s in row) == 1]
    titles += table.rows[at]
    minor = next(((slot, match) for slot in titles if (match := MINOR.search(slot.text))), None)
    if minor is not None and code not in MINOR_CODES and "currency" not in head | first:
        slot, match = minor
        what = f"`{slot.text.strip()}` is in {match[0]}, hundredths of a currency, and would be read in whole ones"
        mend = "say it: `currency`, `GBX` (or ILA, ZAc) in a pair above the table, or `currency: GBX` under `files`"
        ground.problems.append(make("F040", slot.span, what=what, mend=mend))


def _each_has_a_unit(table: Table, at: int) -> bool:
    """Whether a table says the unit of each of its figures: a column of units, or a row, without a gap beside figures."""
    column = next((n for n, slot in enumerate(table.rows[at]) if slot.word == "unit"), None)
    below = [row for row in table.rows[at + 1 :] if any(re.search(r"\d", slot.text) for slot in row)]
    if column is not None:
        return all(column < len(row) and not row[column].blank for row in below)
    said = next((row for row in table.rows[at:] if row and row[0].word == "unit"), None)
    return said is not None and all(
        slot.blank or (n < len(said) and not said[n].blank) for n, slot in enumerate(table.rows[at])
    )


def _no_head(table: Table) -> Diagnostic:
    if all(slot.blank for row in table.rows for slot in row):
        return make(
            "F002",
            None,
            at=table.path,
            mend="write a head, `metric, period, value, published, kind, source`, and rows below it",
        )
    mend = (
        "begin with a row that has `metric` and `value` (a row for each figure), `period` and periods across, or `date` and "
        "`close`; or have a mapping proposed: `thesis facts import FILE`"
    )
    return make("F040", table.start, what="no row looks like its head", mend=mend)
