"""A table with a row for each figure: `metric, period, value, published, kind, source`, and more if one likes.

In: a `Ground` and where the head of its table stands. Out: rows, in it. Must not know formats of files, nor rules.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from dsl.text.messages import did_you_mean
from dsl.text.source import Span
from dsl.types.days import WRITTEN, iso
from evaluator.codes.messages import make
from evaluator.facts.spelling import Misspelled
from evaluator.readers.numerals import value
from evaluator.readers.rows import Cell, Interval, Row
from evaluator.readers.segments import of_segment
from evaluator.readers.tables.cells import Ground, Slot, without

COLUMNS = {
    "ticker": "ticker", "name": "company", "company": "company", "metric": "metric",
    "period": "period", "period_end": "period_end", "period_kind": "period_kind", "date": "date",
    "value": "value", "low": "low", "high": "high", "unit": "unit", "currency": "currency",
    "published": "published", "kind": "kind", "source": "source", "source_title": "source", "url": "url",
    "note": "note", "confidence": "note", "restates": "restates", "rank": "rank", "segment": "segment",
}  # fmt: skip
"""Each column that a table may have, by what it holds. One that begins with `#` or `_` is passed over."""
KINDS = {"management claim": "claim", "management_claim": "claim", "actual": "reported"}
"""Other words for kinds of source."""
_REQUIRED = ("metric", "published", "kind", "source")
LENGTHS = {
    "q": 3, "3m": 3, "quarter": 3, "h": 6, "6m": 6, "hy": 6, "half": 6, "9m": 9, "fy": 12, "y": 12, "12m": 12, "year": 12,
    "ttm": 12, "ltm": 12, "point": 0, "day": 0, "d": 0, "instant": 0,
}  # fmt: skip
"""Words for how long a period is, in months; 0 for a day."""
_ISO = re.compile(WRITTEN)
_SLASHED = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
WANTING = "fill in the column `{key}`, or say it once for the whole file"


def read(ground: Ground, at: int) -> None:
    """The rows below the head; what is wrong with the head ends it."""
    columns = _columns(ground, ground.table.rows[at])
    if columns is None:
        return
    _Rows(ground, columns, len(ground.table.rows[at])).read(ground.table.rows[at + 1 :])


def _columns(ground: Ground, head: Sequence[Slot]) -> dict[int, str] | None:
    """Which column holds what, by number; two may both go into the note."""
    found: dict[int, str] = {}
    taken: dict[str, Slot] = {}
    before = len(ground.problems)
    for number, slot in enumerate(head):
        word = slot.word
        if slot.blank or word.startswith(("#", "_")):
            continue
        meaning = COLUMNS.get(word)
        if meaning is None:
            mend = did_you_mean(
                word,
                COLUMNS,
                f"the columns are {', '.join(COLUMNS)}; put # before a name to have its column passed over",
            )
            ground.problems.append(
                make("F040", slot.span, what=f"a column `{slot.text.strip()}` means nothing", mend=mend)
            )
        elif word in taken or (meaning in found.values() and meaning != "note"):
            what = f"two columns hold the {meaning}" if word not in taken else f"column `{word}` is there twice"
            ground.problems.append(make("F040", slot.span, what=what, mend="keep one of them"))
        else:
            found[number], taken[word] = meaning, slot
    if len(ground.problems) > before:
        return None  # one that seems to be missing may be misspelt
    held = set(found.values()) | set(ground.defaults)
    missing = [key for key in _REQUIRED if key not in held]
    missing += [] if held & {"period", "period_end", "date"} else ["period"]
    for key in missing:
        mend = f"add it, or say it once for the whole file (`{key}` above the table, or under `files` in the YAML file beside it)"
        span = Span(head[0].span.source, head[0].span.start, head[-1].span.end)
        ground.problems.append(make("F040", span, what=f"it has no column `{key}`", mend=mend))
    return None if missing else found


class _Rows:
    def __init__(self, ground: Ground, columns: Mapping[int, str], width: int) -> None:
        self.ground, self.columns, self.width = ground, columns, width
        self.tickers: dict[str, Slot] = {}

    def read(self, rows: Sequence[Sequence[Slot]]) -> None:
        for slots in rows:
            if slots and not all(slot.blank for slot in slots):
                self._row(slots)
        self._which()

    def _row(self, slots: Sequence[Slot]) -> None:
        where = f"row {slots[0].span.line}"
        span = Span(slots[0].span.source, slots[0].span.start, slots[-1].span.end)
        if len(slots) < self.width or any(not slot.blank for slot in slots[self.width :]):
            words = [f"{n} cell{'s' if n != 1 else ''}" for n in (len(slots), self.width)]
            mend = "put a text that holds the separator into quotes, and keep empty cells"
            self._problem("F041", span, where=where, found=words[0], wanted=words[1], mend=mend)
            return
        texts: dict[str, Slot] = {}
        for number, meaning in self.columns.items():
            slot = slots[number]
            if slot.blank and meaning != "value":
                continue
            if meaning in texts:  # two columns that both go into the note
                slot = Slot(f"{texts[meaning].text.strip()}; {slot.text.strip()}", slot.span)
            texts[meaning] = slot
        if self._of_another(texts):
            return
        self._fact(where, span, texts)

    def _of_another(self, texts: Mapping[str, Slot]) -> bool:
        """Whether the row is about another company than the one that is asked for."""
        ticker = texts.get("ticker")
        if ticker is None:
            return False
        self.tickers.setdefault(ticker.text.strip(), ticker)
        wanted = self.ground.settings.ticker
        return wanted is not None and wanted.upper() != ticker.text.strip().upper()

    def _which(self) -> None:
        """What the file says of the company; several, and none asked for, or none of them is it: a mistake."""
        wanted = self.ground.settings.ticker
        known = sorted(self.tickers)
        listed = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
        if wanted is None and len(known) > 1:
            what = f"this file is about {len(known)} companies"
            mend = f"say which with {self.ground.settings.which}: {listed}"
            self._problem("F047", self.tickers[known[1]].span, what=what, mend=mend)
        elif wanted is not None and known and wanted.upper() not in (t.upper() for t in known):
            mend = did_you_mean(wanted, known, f"it is about {listed}")
            self._problem(
                "F047", self.ground.table.start, what=f"there is no row about {wanted} in this file", mend=mend
            )
        elif known:
            self.ground.weak.setdefault(
                "ticker", next(t for t in known if wanted is None or t.upper() == wanted.upper())
            )

    # --- one row -----------------------------------------------------------------------------------

    def _fact(self, where: str, span: Span, texts: Mapping[str, Slot]) -> None:
        if "company" in texts:
            self.ground.weak.setdefault("name", texts["company"].text.strip())
        cells = {key: Cell(slot.text.strip(), slot.span) for key, slot in texts.items()}
        for key in ("metric", "unit", "currency", "published", "kind", "rank", "source", "url", "note"):
            self.ground.default(cells, key)
        if "metric" not in cells:
            self._problem("F010", span, where=where, key="metric", mend="write the name that the rules give it")
            return
        before = len(self.ground.problems)
        given = self._value(where, span, texts, cells)
        interval = self._period(where, span, cells)
        for key in ("published", "date"):
            if key in cells:
                day(self.ground, f"`{key}` of {where}", cells[key])
        if len(self.ground.problems) > before or given is None:
            return
        cells["name"], cells["value"] = cells["metric"], given
        if "kind" in cells:
            kind = str(cells["kind"].text)
            cells["kind"] = Cell(KINDS.get(kind.lower(), kind.lower()), cells["kind"].span)
        kept = without(cells, "metric", "ticker", "company", "unit", "low", "high", "period_end", "period_kind")
        kept = of_segment(self.ground.money(kept))
        self.ground.rows.append(Row(where, span, kept, interval, wanting=WANTING))

    def _value(self, where: str, span: Span, texts: Mapping[str, Slot], cells: Mapping[str, Cell]) -> Cell | None:
        low, high, one = texts.get("low"), texts.get("high"), texts.get("value")
        if (low or high) and one is not None and not one.blank:
            mend = "leave `value` empty where `low` and `high` give bounds"
            self._problem("F012", one.span, where=where, reason="it has a value and bounds", mend=mend)
            return None
        bounds = [(slot, self._figure(where, slot, cells)) for slot in (low, high) if slot is not None]
        if bounds:
            said = [text for _, text in bounds if text is not None]
            if len(said) < len(bounds):
                return None
            phrase = (
                f"between {said[0]} and {said[1]}" if low and high else f"at {'least' if low else 'most'} {said[0]}"
            )
            return Cell(phrase, bounds[0][0].span)
        if one is None:
            self._problem("F010", span, where=where, key="value", mend="write the figure, or n/a where nobody knows it")
            return None
        text = self._figure(where, one, cells)
        if text is not None and text.startswith("[") and text.endswith("]"):
            return Cell(tuple(word.strip() for word in text[1:-1].split(",")), one.span)
        return Cell(text, one.span) if text is not None else None

    def _figure(self, where: str, slot: Slot, cells: Mapping[str, Cell]) -> str | None:
        found = value(slot.text, self.ground.unit(cells), self.ground.style, slot.exact)
        if isinstance(found, Misspelled):
            given = f"`{slot.text.strip()}`"
            self._problem("F042", slot.span, given=given, where=where, reason=found.reason, mend=found.mend)
            return None
        return found

    def _period(self, where: str, span: Span, cells: Mapping[str, Cell]) -> Interval | None:
        ways = [key for key in ("period", "period_end", "date") if key in cells]
        if len(ways) != 1:
            reason = f"it has {' and '.join(f'`{way}`' for way in ways) or 'no period'}"
            mend = "say what the figure describes, in one of `period`, `period_end` with `period_kind`, `date`"
            self._problem("F012", span, where=where, reason=reason, mend=mend)
            return None
        if ways[0] != "period_end":
            return None
        kind = cells.get("period_kind")
        word = str(kind.text).lower() if kind else ""
        end = day(self.ground, f"`period_end` of {where}", cells["period_end"])
        if word not in LENGTHS:
            reason = (
                f"`{kind.text}` is not the length of a period" if kind else "it does not say how long its period is"
            )
            mend = "write Q, 6M, 9M, FY, TTM or point into `period_kind`"
            self._problem("F012", kind.span if kind else span, where=where, reason=reason, mend=mend)
        elif end is not None:
            return Interval(end, LENGTHS[word], trailing=word in ("ttm", "ltm"))
        return None

    def _problem(self, code: str, span: Span, **words: str) -> None:
        self.ground.problems.append(make(code, span, at=None, **words))


def day(ground: Ground, where: str, cell: Cell) -> dt.date | None:
    """A day as YYYY-MM-DD; anything else is a mistake that shows how it is written."""
    text = str(cell.text).strip()
    if _ISO.fullmatch(text):
        try:
            return iso(text)
        except ValueError:
            reason, mend = f"there is no day {text} in the calendar", "mend the day"
    else:
        reason, mend = f"`{text}` is not written as a day", as_iso(text)
    ground.problems.append(make("F012", cell.span, where=where, reason=reason, mend=mend))
    return None


def as_iso(text: str) -> str:
    """How a day that is written otherwise should be written, where that is clear."""
    match = _SLASHED.fullmatch(text)
    if match:
        one, two, year = (int(part) for part in match.groups())
        first, second = (_day(year, one, two), _day(year, two, one))
        readings = [d for d in dict.fromkeys((first, second)) if d]
        if readings:
            return "write it as " + " or ".join(readings) + (", whichever is meant" if len(readings) > 1 else "")
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text):
        serial = dt.date(1899, 12, 30) + dt.timedelta(days=int(float(text)))
        return f"write it as YYYY-MM-DD; as a spreadsheet counts days it would be {serial}"
    return "write it as YYYY-MM-DD, such as 2026-05-13"


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None
