"""Facts from what a company has filed with the SEC.

In: a company-facts JSON, a mapping from concepts to inputs. Out: a `Reading`. Must not know rules.

A figure is known from the day of the filing that first gives it. The same figure in a later filing is nothing new;
another one for the same period is a restatement. Nothing later than a filing decides what is taken from it, so that
what was known on a day never depends on what came after.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from dsl.text.diagnostics import Diagnostic
from dsl.text.source import SourceFile, decode, read_whole
from evaluator.readers.filings.companyfacts import (
    SHIPPED,
    CompanyFacts,
    Entry,
    Item,
    months,
    read_facts,
    read_mapping,
    reporting_currency,
    year_end,
)
from evaluator.readers.filings.splits import Observed, Split, split_of
from evaluator.readers.grid import Grid
from evaluator.readers.numerals import plain
from evaluator.readers.rows import Cell, Reading, Row, Settings, Stretch

MAX_BYTES = 128 * 1024 * 1024
FORMS = frozenset(
    form + amended for form in ("10-K", "10-KT", "10-Q", "10-QT", "20-F", "40-F", "6-K") for amended in ("", "/A")
)
"""Reports and their amendments; figures in proxy statements, prospectuses and announcements are repeats or extracts."""
SPLIT_CONCEPT = "us-gaap:StockholdersEquityNoteStockSplitConversionRatio1"
_SCALES = ((1_000_000, "m"), (1_000, "k"), (1, ""))


def read_file(path: Path, name: str, settings: Settings) -> list[Reading]:
    """The facts in a company-facts JSON. Raises UnreadableFileError."""
    data = read_whole(path, name, MAX_BYTES, "company facts are never so large: fetch the file again")
    return [read(SourceFile(name, decode(name, data)), settings)]


def mapping(own: Path | None) -> tuple[dict[str, Entry], list[Diagnostic]]:
    """The mapping that ships, with the entries of one's own laid over. Raises UnreadableFileError."""
    entries, problems = read_mapping(SourceFile.read(SHIPPED))
    if own is not None:
        laid, more = read_mapping(SourceFile.read(own))
        entries, problems = {**entries, **laid}, [*problems, *more]
    return {name: entry for name, entry in entries.items() if entry.concepts}, problems


def read(source: SourceFile, settings: Settings) -> Reading:
    """The facts in the text of a company-facts JSON."""
    entries, problems = mapping(settings.mapping)
    wanted = [concept for entry in entries.values() for concept in entry.concepts]
    company, more = read_facts(source, [*wanted, SPLIT_CONCEPT])
    if company is None or problems:
        return Reading(source.path, problems=(*problems, *more))
    currency, left_out = reporting_currency(source.path, company, entries, settings.currency)
    taken = [t for name, entry in entries.items() for t in _taken(company, name, entry, currency)]
    weak = {"name": company.name, "fiscal_year_ends": year_end(company), "currency": currency}
    if settings.ticker:
        weak["ticker"] = settings.ticker
    rows = _rows(source.path, company, _on_one_basis(taken, company), currency)
    return Reading(source.path, weak={k: v for k, v in weak.items() if v}, rows=rows, problems=tuple(left_out))


# --- which figures --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """A figure that became known with a filing; `was` is the one that it takes the place of."""

    name: str
    entry: Entry
    concept: str
    item: Item
    value: Decimal
    was: Taken | None = field(default=None, repr=False)
    split: Split | None = None
    """The split for which an old figure was brought to the new basis, or given anew."""
    derived: bool = False

    @property
    def period(self) -> tuple[str, dt.date | None, dt.date]:
        """What it is a figure of."""
        return self.name, self.item.start, self.item.end

    @property
    def per_share(self) -> bool:
        """Whether a split changes it."""
        return self.entry.unit in ("per share", "shares")


def _unit(entry: Entry, currency: str) -> str:
    return {"money": currency, "per share": f"{currency}/shares", "shares": "shares", "number": "pure"}[entry.unit]


def _taken(company: CompanyFacts, name: str, entry: Entry, currency: str) -> list[Taken]:
    """Each figure of an input when it was first given, and when another took its place.

    Of two concepts in one filing the preferred one counts; a less preferred one of a later filing replaces nothing.
    """
    by_period: dict[tuple[dt.date | None, dt.date], list[tuple[int, Taken]]] = defaultdict(list)
    for rank, concept in enumerate(entry.concepts):
        found = company.concepts.get(concept)
        for item in found.units.get(_unit(entry, currency), ()) if found else ():
            if item.form in FORMS and months(item) == _wanted(item, entry) and item.filed >= item.end:
                taken = Taken(name, entry, concept, item, Decimal(str(item.val)))
                by_period[item.start, item.end].append((rank, taken))
    kept: list[Taken] = []
    for filings in by_period.values():
        last: tuple[int, Taken] | None = None
        for rank, taken in sorted(filings, key=lambda f: (f[1].item.filed, f[1].item.accn, f[0])):
            same_filing = last is not None and last[1].item.accn == taken.item.accn
            if last is not None and (rank > last[0] or (same_filing and rank != last[0])):
                continue
            if last is None or taken.value != last[1].value:
                kept.append(replace(taken, was=last[1] if last else None))
                last = rank, kept[-1]
            else:
                last = rank, last[1]
    return kept


def _wanted(item: Item, entry: Entry) -> int | None:
    """The length that an entry takes of such an item; -1 where it takes none."""
    length = months(item)
    if length is None or (entry.covers == "day") != (length == 0):
        return -1
    return -1 if entry.only == "years" and length not in (0, 12) else length


# --- splits -----------------------------------------------------------------------------------------------


def _on_one_basis(taken: Iterable[Taken], company: CompanyFacts) -> list[Taken]:
    """The figures, with those of an old basis brought to the new one from the filing on that shows a split."""
    figures = sorted(taken, key=lambda t: (t.item.filed, t.item.accn))
    by_filing: dict[tuple[dt.date, str], list[Taken]] = defaultdict(list)
    for t in figures:
        if t.per_share:
            by_filing[t.item.filed, t.item.accn].append(t)
    announced = _announced(company)
    now: dict[tuple[str, dt.date | None, dt.date], Taken] = {}
    found = [t for t in figures if not t.per_share]
    for (filed, accession), given in by_filing.items():
        changed = [Observed(now[t.period].value, t.value, t.entry.unit == "shares") for t in given if t.period in now]
        split = split_of(filed, accession, [o for o in changed if o.was != o.now], announced) if changed else None
        anew = {t.period for t in given}
        if split is not None:
            carried = [_carried(t, split, given[0].item) for period, t in now.items() if period not in anew]
            found += carried
            now |= {t.period: t for t in carried}
        for t in given:
            was = now.get(t.period)
            if was is not None and was.value == t.value and not was.derived:
                continue
            kept = replace(t, was=was, split=split if was is not None else None)
            found.append(kept)
            now[t.period] = kept
    return found


def _announced(company: CompanyFacts) -> dict[Fraction, dt.date]:
    """Splits that filings speak of, each with the day on which one first did."""
    concept = company.concepts.get(SPLIT_CONCEPT)
    known: dict[Fraction, dt.date] = {}
    for item in (i for items in (concept.units.values() if concept else ()) for i in items):
        if item.val > 0:
            ratio = Fraction(item.val).limit_denominator(1000)
            known[ratio] = min(item.filed, known.get(ratio, item.filed))
    return known


def _carried(t: Taken, split: Split, filing: Item) -> Taken:
    item = t.item.model_copy(update={"filed": split.filed, "accn": split.accession, "form": filing.form})
    value = split.carry(t.value, t.entry.unit == "shares")
    return replace(t, item=item, value=value, was=t, split=split, derived=True)


# --- rows -------------------------------------------------------------------------------------------------


def _rows(path: str, company: CompanyFacts, taken: Iterable[Taken], currency: str) -> tuple[Row, ...]:
    ordered = sorted(taken, key=lambda t: (t.name, t.item.end, t.item.start or t.item.end, t.item.filed, t.item.accn))
    texts = [_line(t) for t in ordered]
    grid = Grid.of_rows(path, texts, _Filed(tuple((line[0], line[6]) for line in texts)))
    scales = _printed(ordered)
    return tuple(_row(grid, n, company, t, currency, scales) for n, t in enumerate(ordered))


@dataclass(frozen=True, slots=True)
class _Filed:
    """How a figure of a filing is named: by its concept and the day."""

    rows: tuple[tuple[str, str], ...]

    def __call__(self, row: int, column: int) -> str:
        concept, day = self.rows[row]
        return f"{concept}, filed {day}"


def _line(t: Taken) -> tuple[str, ...]:
    item = t.item
    start = item.start.isoformat() if item.start else ""
    return (t.concept, t.entry.unit, start, item.end.isoformat(), str(item.val), item.form, item.filed.isoformat(), item.accn)  # fmt: skip


def _printed(taken: Iterable[Taken]) -> dict[str, int]:
    """In which unit each filing prints money: the largest of which every one of its figures is a whole number."""
    largest: dict[str, int] = {}
    for t in taken:
        if t.entry.unit == "money":
            fits = next((n for n, _ in _SCALES if t.value % n == 0), 1)
            largest[t.item.accn] = min(fits, largest.get(t.item.accn, fits))
    return largest


def _spelled(t: Taken, currency: str, scales: Mapping[str, int]) -> str:
    if t.entry.unit == "money":
        scale = scales[t.item.accn]
        return f"{plain(t.value / scale)}{dict(_SCALES)[scale]} {currency}"
    return f"{plain(t.value)} {currency}" if t.entry.unit == "per share" else plain(t.value)


def _row(grid: Grid, n: int, company: CompanyFacts, t: Taken, currency: str, scales: Mapping[str, int]) -> Row:
    item = t.item
    span = grid.whole_row(n)
    filing = f"Form {item.form} filed {item.filed}"
    note = [t.concept] + ([t.entry.defined] if t.entry.defined else [])
    restates = ""
    if t.was is not None:
        old = f"{_spelled(t.was, currency, scales)} of Form {t.was.item.form} filed {t.was.item.filed}"
        restates = "" if t.derived or t.was.derived else old
        if t.derived and t.split:
            note.append(f"{old}, brought to the basis after the {t.split.words} that this filing shows")
        elif t.was.derived:
            note.append(
                f"given anew by the company, before brought to this basis as {_spelled(t.was, currency, scales)}"
            )
        elif t.split:
            note.append(f"on the basis after the {t.split.words}")
        elif t.was.concept != t.concept:
            note.append(f"before as {t.was.concept}")
    folder = item.accn.replace("-", "")
    texts = {
        "name": t.name,
        "value": _spelled(t, currency, scales),
        "published": item.filed.isoformat(),
        "kind": "derived" if t.derived else "reported",
        "source": f"{company.name}: {filing} (SEC, accession {item.accn})",
        "url": f"https://www.sec.gov/Archives/edgar/data/{company.cik}/{folder}/{item.accn}-index.htm",
        "rank": "primary",
        "note": "; ".join(note),
        "restates": restates,
    }
    cells = {key: Cell(text, grid.cell(n, 4) if key == "value" else span) for key, text in texts.items() if text}
    length = months(item)
    assert length is not None
    stretch = Stretch(item.end, length, yearly=t.entry.only == "years", start=item.start)
    where = f"{t.concept} to {item.end}"
    return Row(where, span, cells, stretch, offered=True)
