"""Facts from what a company has filed with the SEC.

In: a company-facts JSON, a mapping from concepts to inputs. Out: a `Reading`. Must not know rules.

A figure is known from the day of the filing that first gives it. The same figure in a later filing is nothing new, unless
something it hangs together with has changed since: then the filing says that it still holds. Another one for the same
period is a restatement. Figures stay on the basis of shares of their filing; the splits that filings show stand beside
them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.text.source import SourceFile, decode, read_whole
from evaluator.codes.messages import make
from evaluator.facts.splits import spelled, written
from evaluator.readers.filings.companyfacts import (
    SHIPPED,
    CompanyFacts,
    Entry,
    months,
    quarters_of,
    read_facts,
    read_mapping,
    year_end,
)
from evaluator.readers.filings.given import SPLIT_CONCEPT, WITNESSES, Filing, Split, filings_of, find_splits, unseen
from evaluator.readers.filings.taken import Taken, taken_of
from evaluator.readers.grid import Grid
from evaluator.readers.numerals import plain
from evaluator.readers.rows import Cell, Interval, Reading, Row, Settings

MAX_BYTES = 128 * 1024 * 1024
_SCALES = {1_000_000: "m", 1_000: "k", 1: ""}


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
    company, more = read_facts(source, [*wanted, *WITNESSES, SPLIT_CONCEPT])
    if company is None or problems:
        return Reading(source.path, problems=(*problems, *more))
    filings, translated = filings_of(company, settings.currency)
    currency = settings.currency or (filings[-1].currency if filings else "")
    splits = find_splits(filings, company)
    taken = [t for name, entry in entries.items() for t in taken_of(filings, name, entry)]
    weak = {"name": company.name, "fiscal_year_ends": year_end(company), "currency": currency}
    weak |= {"quarters": quarters_of(company)}
    if settings.ticker:
        weak["ticker"] = settings.ticker
    rows = _rows(source.path, company, taken)
    return Reading(
        source.path,
        weak={k: v for k, v in weak.items() if v},
        rows=rows,
        splits=_split_rows(source, company, splits),
        problems=(
            *_translations(source.path, translated, currency, bool(settings.currency)),
            *_not_adjusted(source.path, unseen(company, filings, splits), settings),
        ),
    )


def _translations(path: str, translated: Mapping[str, int], currency: str, said: bool) -> list[Diagnostic]:
    """Word on figures that were translated for convenience and are left out."""
    if not translated:
        return []
    of = " and ".join(f"{n} figures in {unit}" for unit, n in sorted(translated.items()))
    why = "as its facts file says" if said else "the currency of most of its figures"
    what = f"{of}: they are translations for convenience, and the company reports in {currency}, {why}"
    mend = "say another currency in a YAML file beside it, if that is wrong"
    return [make("F048", None, at=path, what=what, mend=mend)]


_SAME_TIME = dt.timedelta(days=120)
"""A split is announced, decided and carried out within so many days."""


def _not_adjusted(path: str, unseen: Sequence[tuple[Fraction, dt.date]], settings: Settings) -> list[Diagnostic]:
    """Word on splits that filings speak of and no figure shows, unless a head file gives them."""
    given = [(day, ratio) for day, ratio in settings.head_splits]
    problems = []
    for ratio, day in unseen:
        if any(abs(day - own) <= _SAME_TIME and math.isclose(of, ratio, rel_tol=0.01) for own, of in given):
            continue
        what = f"a {spelled(ratio)} split of {day} that filings speak of: no figure in them shows it, and nothing is adjusted by it"
        mend = "if shares were split then, write it under `splits` in a YAML file beside it, with its day, `ratio` and source"
        problems.append(make("F048", None, at=path, what=what, mend=mend))
    return problems


# --- rows -------------------------------------------------------------------------------------------------


def _split_rows(source: SourceFile, company: CompanyFacts, splits: Sequence[Split]) -> tuple[Row, ...]:
    """The splits that filings show, as rows of a table of splits."""
    span = source.span(0, 0)
    found = []
    for split in splits:
        texts = {
            "date": split.date.isoformat(),
            "ratio": written(split.ratio),
            "published": split.filing.filed.isoformat(),
            "after": split.after.isoformat(),
            "source": _source(company, split.filing),
            "url": _url(company, split.filing),
            "note": f"seen in figures that this filing gives anew on the basis after a {spelled(split.ratio)} split",
        }
        cells = {key: Cell(text, span) for key, text in texts.items()}
        found.append(Row(f"the {spelled(split.ratio)} split that filings show", span, cells, offered=True))
    return tuple(found)


def _rows(path: str, company: CompanyFacts, taken: Iterable[Taken]) -> tuple[Row, ...]:
    ordered = sorted(
        taken, key=lambda t: (t.name, t.span[1], t.span[0] or t.span[1], t.filing.filed, t.filing.accession)
    )
    texts = [_line(t) for t in ordered]
    grid = Grid.of_rows(path, texts, _Filed(tuple((line[0], line[6]) for line in texts)))
    return tuple(_row(grid, n, company, t) for n, t in enumerate(ordered))


@record
class _Filed:
    """How a figure of a filing is named: by its concept and the day."""

    rows: tuple[tuple[str, str], ...]

    def __call__(self, row: int, column: int) -> str:
        concept, day = self.rows[row]
        return f"{concept}, filed {day}"


def _line(t: Taken) -> tuple[str, ...]:
    start = t.span[0].isoformat() if t.span[0] else ""
    filing = t.filing
    value, filed = plain(t.value), filing.filed.isoformat()
    return (t.concept, t.entry.unit, start, t.span[1].isoformat(), value, filing.form, filed, filing.accession)


def _spelled(t: Taken) -> str:
    """As a facts file writes it: with the digits that the filing prints, which are two decimals at least per share."""
    code = t.filing.currency
    if t.entry.unit == "per share":
        return f"{max((plain(t.value), f'{t.value:.2f}'), key=len)} {code}"
    if t.entry.unit == "number":
        return plain(t.value)
    unit = code if t.entry.unit == "money" else "shares"
    grain = t.filing.grain(unit)
    return f"{plain(t.value / grain)}{_SCALES[grain]} {unit}"


def _source(company: CompanyFacts, filing: Filing) -> str:
    return f"{company.name}: Form {filing.form} filed {filing.filed} (SEC, accession {filing.accession})"


def _url(company: CompanyFacts, filing: Filing) -> str:
    folder = filing.accession.replace("-", "")
    return f"https://www.sec.gov/Archives/edgar/data/{company.cik}/{folder}/{filing.accession}-index.htm"


def _row(grid: Grid, n: int, company: CompanyFacts, t: Taken) -> Row:
    span = grid.whole_row(n)
    texts = {
        "name": t.name,
        "value": _spelled(t),
        "published": t.filing.filed.isoformat(),
        "kind": "derived" if t.slip else "reported",
        "source": _source(company, t.filing),
        "url": _url(company, t.filing),
        "rank": "primary",
        "note": "; ".join(_note(t)),
        "restates": _before(t.was) if t.was is not None and t.restates else "",
    }
    cells = {key: Cell(text, grid.cell(n, 4) if key == "value" else span) for key, text in texts.items() if text}
    length = months(*t.span)
    assert length is not None
    interval = Interval(t.span[1], length, yearly=t.entry.only == "years", start=t.span[0])
    where = f"{t.concept} to {t.span[1]}"
    return Row(where, span, cells, interval, offered=True)


def _before(was: Taken) -> str:
    return f"{_spelled(was)} of Form {was.filing.form} filed {was.filing.filed}"


def _note(t: Taken) -> list[str]:
    """What a reader must know of a figure."""
    note = [t.concept] + ([t.entry.defined] if t.entry.defined else [])
    if t.passed_over:
        note.append(t.passed_over)
    if t.slip:
        by = f"multiplied by {t.slip}" if t.slip > 1 else f"divided by {1 / t.slip}"
        note.append(f"{by}: the filing gives all of this concept so, against what was filed before")
    if t.was is None:
        return note
    if t.was.filing.basis != t.filing.basis:
        note.append(f"on the basis after a split, before as {_before(t.was)}")
    elif t.was.value != t.value and not t.restates:
        note.append(f"rounded otherwise, before as {_before(t.was)}")
    elif not t.restates:
        note.append("given again unchanged, beside figures that were restated")
    elif t.was.concept != t.concept:
        note.append(f"before as {t.was.concept}")
    return note
