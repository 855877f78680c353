"""How a file would be read: the mapping that fits it, figures as they would be read by it, and what is still to be said.

In: the path of a table, settings. Out: a `Proposal`. Must not know rules, nor print.

A vendor's layout is recognised; for another table the head is looked for, and labels that vendors use get their names. What
the table does not say is left open, never filled in.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.text.source import SourceFile, UnreadableFileError, decode, read_whole
from evaluator.codes.messages import make
from evaluator.facts.spelling import Misspelled
from evaluator.readers.assemble import label
from evaluator.readers.files import csv_file, excel, forms, json_file
from evaluator.readers.files.archive import MAX_BYTES
from evaluator.readers.layouts import vendors
from evaluator.readers.layouts.days import day_of, month_of, order_of
from evaluator.readers.layouts.headings import looks_like_one, spaced
from evaluator.readers.layouts.labels import SEARCHED, plain_label
from evaluator.readers.layouts.mapping import SPACED, After, Entry, Layout, published_of
from evaluator.readers.layouts.mapping_file import layout_text
from evaluator.readers.numerals import unit_of
from evaluator.readers.rows import Cell, Reading, Row, Settings
from evaluator.readers.tables.cells import Slot, Table, head_row
from evaluator.readers.tables.choosing import Chosen, chosen
from evaluator.readers.tables.encoded import text_of
from evaluator.readers.tables.mapped import find_head
from evaluator.readers.tables.said import CODES

SHOWN = 5
"""So many figures are shown."""
_LATER = ("published", "kind", "source")
"""What may be said for a whole file when it is taken over."""
_OPEN = "?"
_TRAILING = re.compile(r"(?:TTM|LTM|Current)", re.IGNORECASE)
"""A heading that does not say when its twelve months end: what it is of changes with the day of the download."""
_PAIR = re.compile(r"([A-Z]{3})\s*(?:/|-|to)?\s*([A-Z]{3})")
"""A pair of currencies, as everybody quotes them."""


@record
class Sample:
    """A figure as it would be read, and the cell from which."""

    name: str
    period: str
    value: str
    published: str
    kind: str
    cell: str
    place: str


@record
class Proposal:
    """`layout` None: the table has a form of this program's, or cannot be read. `text` is the mapping file; `open` what is still
    to be said for the whole file."""

    layout: Layout | None = None
    vendor: str | None = None
    text: str = ""
    samples: tuple[Sample, ...] = ()
    facts: int = 0
    open: tuple[str, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


def propose(path: Path, settings: Settings) -> Proposal:
    """The mapping for a file."""
    try:
        tables = tables_of(path, settings)
    except UnreadableFileError as error:
        return Proposal(problems=(make("F001", None, at=error.path, reason=error.reason, mend=error.hint),))
    if isinstance(tables, Reading):
        return Proposal(problems=tables.problems)
    by = chosen(tables, settings)
    if by.problems:
        return Proposal(problems=by.problems)
    own = by.layout is None and any(head_row(table) is not None for table in tables)
    if own:  # notes beside a table are none, as its reader has it
        tables = [table for table in tables if head_row(table) is not None]
    layout = by.layout or (None if own else _layout(tables, settings))
    if layout is None and not own:
        mend = "say in a mapping where its head stands (`head: ROW`) and which column holds the labels (`labels: …`)"
        what = "no row has periods across, and no column has days or periods down"
        return Proposal(problems=(make("F040", tables[0].start, what=what, mend=mend),))
    return _tried(path, tables, by if by.layout is not None or own else Chosen(layout), settings)


def tables_of(path: Path, settings: Settings) -> list[Table] | Reading:
    """The tables of a file, whatever holds them. Raises UnreadableFileError."""
    name, ending = str(path), path.suffix.lower()
    if ending in (".xlsx", ".xlsm"):
        data = read_whole(path, name, MAX_BYTES, "keep the sheets that the facts are on", "workbook")
        found = excel.tables_of(name, data, settings.sheet)
        return found if isinstance(found, Reading) else [table for table, _ in found]
    if ending == ".json":
        text = decode(name, read_whole(path, name, json_file.MAX_BYTES, "keep what the rules need"))
        table = json_file.table_of(name, text)
    elif ending in (".csv", ".tsv", ".txt"):
        data = read_whole(path, name, csv_file.MAX_BYTES, csv_file.TOO_LARGE)
        table = csv_file.table_of(SourceFile(name, text_of(name, data, settings.encoding)))
    elif path.is_dir():
        raise UnreadableFileError(name, "this is a folder, not a file", "name a file in it")
    else:
        reason = "there is nothing to propose for such a file"
        raise UnreadableFileError(name, reason, "name a .csv, .tsv, .xlsx or .json file; or take it over with --to")
    return table if isinstance(table, Reading) else [table]


# --- a layout that nobody knows ----------------------------------------------------------------------------


def _layout(tables: Sequence[Table], settings: Settings) -> Layout | None:
    """What can be seen of a table: where periods are, how far apart, which labels are known."""
    found = [(table, layout) for table in tables if (layout := _across(table) or _down(table)) is not None]
    if not found:
        return None
    table, layout = max(found, key=lambda one: len(one[1].names))  # of several the first
    named = [(t, one) for t, one in found if one.names]
    if any(one.model_copy(update={"names": layout.names}) != layout for _, one in named):
        layout = layout.model_copy(update={"sheet": table.start.source.sheet})  # no other sheet is laid out as this one
    else:
        layout = layout.model_copy(update={"names": _of_all([one for _, one in named] or [layout])})
    return _with_said(_with_sign(layout, table), settings)


def _of_all(layouts: Sequence[Layout]) -> dict[str, Entry]:
    """The names of several sheets; of two labels for one name the first."""
    found: dict[str, Entry] = {}
    for layout in layouts:
        taken = {entry.name for entry in found.values() if entry.name is not None}
        found |= {
            label: entry for label, entry in layout.names.items() if label not in found and entry.name not in taken
        }
    return found


def _with_said(layout: Layout, settings: Settings) -> Layout:
    """With what options say of the whole file, so that the mapping says it the next time."""
    said = {key: str(cell.text) for key, cell in settings.defaults.items()}
    given: dict[str, object] = {key: said[key] for key in ("source", "kind", "note", "url") if key in said}
    if "published" in said:
        given["published"] = published_of(said["published"])
    if "unit" in said and not isinstance(unit := unit_of(said["unit"]), Misspelled):
        given["unit"] = unit
    given |= {"currency": said["currency"]} if "currency" in said else {}
    given |= {"decimal": settings.decimal} if settings.decimal else {}
    return layout.model_copy(update=given | ({"sheet": settings.sheet} if settings.sheet else {}))


def _across(table: Table) -> Layout | None:
    for number, row in enumerate(table.rows[:SEARCHED]):
        headings = [slot for slot in row[1:] if looks_like_one(slot.text)]
        if not headings or number + 1 >= len(table.rows):
            continue
        names = _known([slot.text.strip() for below in table.rows[number + 1 :] for slot in below[:2]])
        order = order_of(slot.text for slot in headings)
        days = [day_of(slot.text, order) or month_of(slot.text) for slot in headings]
        ends = [day for day in days if isinstance(day, dt.date)]
        each = SPACED if ends and spaced(ends) is not None else None
        trailing = tuple(slot.text.strip() for slot in row[1:] if _TRAILING.fullmatch(slot.text.strip()))
        return Layout(periods="across", head=number + 1, each=each, names=names, leave_out=trailing)
    return None


def _down(table: Table) -> Layout | None:
    for number, row in enumerate(table.rows[:SEARCHED]):
        below = table.rows[number + 1 : number + 40]
        for column, slot in enumerate(row):
            cells = [r[column].text for r in below if column < len(r) and not r[column].blank]
            if slot.blank or not cells or looks_like_one(slot.text):
                continue
            if sum(looks_like_one(text) for text in cells) * 3 >= len(cells) * 2:
                names = _known([s.text.strip() for n, s in enumerate(row) if n != column])
                found = Layout(periods="down", period=slot.text.strip(), each=SPACED, names=names)
                rates = names and all(entry.rate is not None for entry in names.values())
                return found.model_copy(update={"each": "day", "published": After(0)}) if rates else found
    return None


def _with_sign(layout: Layout, table: Table) -> Layout:
    """With the sign of outflows, where every figure of every outflow is negative: the table shows it, and the mapping says it
    for the eye of whoever looks it over."""
    outflows = {plain_label(label) for label, entry in layout.names.items() if entry.outflow}
    if layout.periods == "across":
        rows = [row for row in table.rows if any(plain_label(slot.text) in outflows for slot in row[:2])]
        cells = [slot.text.strip() for row in rows for slot in row if plain_label(slot.text) not in outflows]
    else:
        at = find_head(table, layout) or 0
        columns = [n for n, slot in enumerate(table.rows[at]) if plain_label(slot.text) in outflows]
        cells = [row[n].text.strip() for row in table.rows[at + 1 :] for n in columns if n < len(row)]
    figures = [text for text in cells if any(char in "123456789" for char in text)]
    negative = bool(figures) and all(text.startswith(("-", "(", "−")) for text in figures)
    return layout.model_copy(update={"sign": "outflows negative"}) if negative else layout


def _known(labels: Sequence[str]) -> dict[str, Entry]:
    """The labels that vendors use, with what they stand for; of two for one name the first."""
    known = {
        plain_label(title): entry
        for name in vendors.names()
        for title, entry in vendors.shipped(name).names.items()
        if entry.name is not None
    }
    found: dict[str, Entry] = {}
    taken: set[str | None] = set()
    for text in labels:
        entry = known.get(plain_label(text)) or known.get(plain_label(_without_unit(text)))
        if entry is None and (pair := _PAIR.fullmatch(text)) and {*pair.groups()} <= CODES:
            found[text] = Entry(
                rate=f"{pair[1]} to {pair[2]}"
            )  # EUR/USD is what a euro is worth in dollars, everywhere
        elif entry is not None and entry.name not in taken:
            found[text] = entry
            taken.add(entry.name)
    return found


def _without_unit(label: str) -> str:
    """A label without the currency and the scale behind it: `Revenue USD Mil`, `Net income (EUR m)`."""
    words = label.replace("(", " ").replace(",", " ").split()
    at = next((n for n, word in enumerate(words) if n and word.strip(").") in CODES), None)
    return label if at is None else " ".join(words[:at])


def _unnamed(tables: Sequence[Table], layout: Layout) -> list[str]:
    """Labels of rows or columns that have figures and no name."""
    known = {plain_label(text) for text in (*layout.names, layout.period or "", *layout.leave_out)}
    found: dict[str, None] = {}
    for table in tables:
        at = find_head(table, layout)
        if at is None:
            continue
        if layout.periods == "down":
            slots: list[Slot] = list(table.rows[at])
        else:
            rows = table.rows[at + 1 :]
            slots = [next((s for s in r if not s.blank), r[0]) for r in rows if sum(not s.blank for s in r) > 1]
        found |= {s.text.strip(): None for s in slots if not s.blank and plain_label(s.text) not in known}
    return list(found)


def _naming(unnamed: Sequence[str]) -> str:
    """What to write where no label is known: columns of currencies are rates, and nobody but the author knows of which one."""
    codes = [label for label in unnamed if label in CODES]
    if codes:
        other = "USD" if codes[0] == "EUR" else "EUR"
        return (
            f"say what the rates are of: `{codes[0]}: {{rate: {other} to {codes[0]}}}` under `names:` in the mapping that is shown, "
            f"where they are so much of {codes[0]} for one {other}, and run it again"
        )
    return "give names under `names:` in the mapping that is shown, and run it again"


# --- figures as they would be read -------------------------------------------------------------------------


def _tried(path: Path, tables: Sequence[Table], by: Chosen, settings: Settings) -> Proposal:
    if by.layout is not None:
        open_keys = [key for key in _LATER if key not in settings.defaults and getattr(by.layout, key) is None]
    else:
        open_keys = _open_keys(forms.read_by(tables, by, settings))
    start = tables[0].start
    more = {key: Cell("2100-01-01" if key == "published" else _OPEN, start) for key in open_keys}
    readings = forms.read_by(tables, by, replace(settings, defaults={**settings.defaults, **more}))
    problems = [d for reading in readings for d in reading.problems]
    rows = [row for reading in readings for row in (*reading.rows, *reading.rates)]
    text = ""
    if by.layout is not None:
        whose = (
            f"the layout of {by.layout.vendor}"
            if by.layout.vendor
            else "a mapping proposed from the table: look it over"
        )
        comments = [f"How {path.name} is read: {whose}."]
        comments += [f"Still missing, here or as an option: {key}." for key in open_keys]
        unnamed = [] if by.vendor else _unnamed(tables, by.layout)
        text = layout_text(by.layout, comments, unnamed)
        if not by.layout.names:  # that none of them has figures is no news then
            problems = [make("F040", tables[0].start, what="none of its labels is known", mend=_naming(unnamed))]
    samples = tuple(_sample(row, open_keys, settings) for row in _spread(rows))
    return Proposal(by.layout, by.vendor, text, samples, len(rows), tuple(open_keys), tuple(problems))


def _open_keys(readings: Sequence[Reading]) -> list[str]:
    """What is missing for the whole file, where nothing else is wrong with it."""
    errors = [d for reading in readings for d in reading.problems if d.is_error]
    keys = [next((key for key in _LATER if f"no `{key}`" in d.message), None) for d in errors if d.code == "F010"]
    found = [key for key in keys if key is not None]
    if not found or len(found) < len(errors):
        return []
    return list(dict.fromkeys(found))


def _spread(rows: Sequence[Row]) -> list[Row]:
    """A few rows, of as many names and periods as may be."""
    if len(rows) <= SHOWN:
        return list(rows)
    return [rows[round(n * (len(rows) - 1) / (SHOWN - 1))] for n in range(SHOWN)]


def _sample(row: Row, open_keys: Sequence[str], settings: Settings) -> Sample:
    def text(key: str) -> str:
        cell = row.cells.get(key)
        return _OPEN if cell is None or key in open_keys else str(cell.text)

    period = text("date") if "date" in row.cells else text("period")
    if row.interval is not None:
        months, end = row.interval.months, row.interval.end
        named = label(settings.calendar, row.interval) if settings.calendar else None
        period = named or (f"{months} months to {end}" if months else str(end))
    name = text("name") if "name" in row.cells else f"{text('of')} to {text('to')}"
    value = row.cells["value"]
    shown = " ".join(value.span.text.split())
    return Sample(name, period, text("value"), text("published"), text("kind"), shown, str(value.span))
