"""One figure of a mapped table becomes a row: its unit, its sign, its period, the day since which it is known.

In: what a `Layout` says of a label, a heading, cells. Out: `Row`s of facts and of rates, diagnostics. Must not know where
in a table figures stand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from evaluator.codes.messages import make
from evaluator.facts.spelling import Misspelled
from evaluator.readers.layouts.closes import on_its_day
from evaluator.readers.layouts.days import day_of
from evaluator.readers.layouts.headings import Covered, end_of
from evaluator.readers.layouts.mapping import SCALES, After, Beside, Entry, Layout, Split
from evaluator.readers.numerals import UNKNOWN, Style, Unit, plain, value
from evaluator.readers.rows import Cell, Interval, Row, Settings
from evaluator.readers.tables.cells import Slot
from evaluator.readers.tables.said import MINOR, currency_in, scale_in
from evaluator.readers.tables.tidy import KINDS

_SYMBOLS = {"$": "USD HKD CAD AUD SGD TWD NZD MXN BRL ARS CLP COP", "€": "EUR", "£": "GBP", "¥": "JPY CNY", "₹": "INR"}
_MONEY = frozenset(("money", "per share"))
_WANTING = "say it for the whole file: `--{key}`, `{key}:` in the mapping, or under `files` in the YAML file beside it"
_NOT_MONEY = re.compile(r"per (?:\w+ )?share|\bEPS\b|\(%\)|%$|\bmargin\b|\bgrowth\b|\bshares\b", re.IGNORECASE)


def _is_minor(code: str) -> bool:
    return code in ("GBX", "GBp", "ILA", "ZAc")


@record
class Figure:
    """A cell with what the table says of it."""

    entry: Entry
    label: Slot
    heading: Slot
    covered: Covered
    slot: Slot
    said: Mapping[str, Slot] = field(default_factory=dict)
    """Under `published`, `restated`, `currency`, and heads of columns of rates: cells of its row or column."""


@dataclass(slots=True)
class Maker:
    """Makes rows of figures, and gathers what is wrong with them, one finding for one cause."""

    layout: Layout
    settings: Settings
    style: Style
    scale: str | None
    currency: str
    offered: bool
    splits: tuple[Split, ...] = ()
    doubtful: bool = False
    """It has been said of the whole table that its figures may be read in two ways."""
    rows: list[Row] = field(default_factory=list)
    rates: list[Row] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    restated: list[Row] = field(default_factory=list)
    lagged: list[Row] = field(default_factory=list)
    _causes: dict[tuple[str, str], tuple[Diagnostic, int]] = field(default_factory=dict)

    def make(self, figures: list[Figure]) -> None:
        """The rows of figures: those of an outflow together, since their signs say which convention a sheet has."""
        outflows: dict[str, list[Figure]] = defaultdict(list)
        for figure in figures:
            if figure.entry.outflow:
                outflows[figure.label.text].append(figure)
            else:
                self._one(figure, flip=False)
        for label, together in outflows.items():
            self._outflow(label, together)

    def finish(self) -> None:
        """Findings of one cause as one, with their count."""
        for found, count in self._causes.values():
            more = f" (and {count - 1} more)" if count > 1 else ""
            self.problems.append(Diagnostic(found.code, found.severity, found.message + more, found.span, found.hint))

    def cause(self, key: tuple[str, str], found: Diagnostic) -> None:
        """A finding that may come again for the same cause."""
        first, count = self._causes.get(key, (found, 0))
        self._causes[key] = (first, count + 1)

    @property
    def failed(self) -> bool:
        """Whether anything is wrong so far."""
        return bool(self._causes) or any(d.is_error for d in self.problems)

    # --- signs ---------------------------------------------------------------------------------------

    def _outflow(self, label: str, together: list[Figure]) -> None:
        signs = {self._negative(f.slot) for f in together} - {None}
        declared = self.layout.sign
        if declared is None and True in signs:
            what = f"`{label.strip()}` is an outflow, and {'all' if signs == {True} else 'some'} of its figures are negative"
            mend = "say how this sheet writes outflows: `sign: outflows negative` (a figure of -5 is then 5 paid), or `outflows positive`"
            self.problems.append(make("F040", together[0].label.span, what=what, mend=mend))
        elif declared == "outflows negative" and signs == {False}:
            what = f"the mapping says that outflows are negative, and every figure of `{label.strip()}` is positive"
            self.problems.append(
                make("F040", together[0].label.span, what=what, mend="say `sign: outflows positive`, or check the row")
            )
        elif declared == "outflows positive" and signs == {True}:
            what = f"the mapping says that outflows are positive, and every figure of `{label.strip()}` is negative"
            self.problems.append(
                make("F040", together[0].label.span, what=what, mend="say `sign: outflows negative`, or check the row")
            )
        else:
            for figure in together:
                self._one(figure, flip=declared == "outflows negative")

    def _negative(self, slot: Slot) -> bool | None:
        text = slot.text.strip().replace("−", "-")
        if text.lower() in UNKNOWN or not re.search(r"[1-9]", text):
            return None
        return text.startswith(("-", "(", "$-", "-$"))

    # --- one figure ------------------------------------------------------------------------------------

    def _one(self, figure: Figure, flip: bool) -> None:
        where = f"`{figure.label.text.strip()}` for {figure.heading.text.strip()}"
        if figure.slot.blank and self.layout.empty == "gap":
            return
        found = self._value(figure, where, flip)
        known = self._known(figure, where)
        if found is None or (known is None and figure.covered.estimate and self._lag(figure)):
            return
        if figure.entry.rate is not None:
            self._rate(figure, where, found, known)
            return
        span = figure.slot.span
        cells = {"name": Cell(figure.entry.name or "", figure.label.span), "value": Cell(found, span)}
        cells |= {"source": source} if (source := self._said("source", figure)) else {}
        cells |= {key: cell for key in ("url", "note", "rank") if (cell := self._said(key, figure))}
        if kind := self._kind(figure):
            cells["kind"] = kind
        if code := self._code(figure):
            cells["currency"] = Cell(code, figure.label.span)
        if known is not None:
            cells["published"] = known
        if missing := [key for key in ("published", "kind", "source") if key not in cells and key not in figure.said]:
            for key in missing:
                mend = _WANTING.format(key=key)
                self.cause(("missing", key), make("F010", figure.heading.span, where=where, key=key, mend=mend))
            return
        interval, more = self._period(figure)
        row = Row(where, span, cells | more, interval, offered=self.offered, wanting=_WANTING)
        if figure.said.get("restated") is not None and known is not None and known.span == figure.said["restated"].span:
            self.restated.append(row)
        if self._lags(figure):
            self.lagged.append(row)
            assumed = self._lag(figure)
            note = f"the day since which it is known is assumed: {assumed} days after its period"
            row = Row(
                where, span, {**row.cells, "note": Cell(note, span)}, interval, offered=self.offered, wanting=_WANTING
            )
        self.rows.append(row)

    def _value(self, figure: Figure, where: str, flip: bool) -> str | None:
        entry = figure.entry
        if self._contradicts(figure):
            return None
        of_row = entry.scale if entry.scale is not None else scale_in(figure.label.text)
        of_sheet = self.scale if of_row is None else of_row
        scale = {"money": of_sheet, "shares": of_sheet, "percent": "%", "multiple": "x"}.get(entry.unit, "")
        if scale is None and entry.rate is None:
            what = "neither the sheet nor the mapping says whether its figures are in units, thousands or millions"
            self.cause(
                ("scale", ""),
                make(
                    "F040",
                    figure.label.span,
                    what=what,
                    mend="say it in the mapping, `unit: millions` (or units, thousands, billions), or with `--unit`",
                ),
            )
            return None
        if not entry.said and scale and entry.rate is None and _NOT_MONEY.search(figure.label.text.strip()):
            what = f"`{figure.label.text.strip()}` does not look like money, and would be read in the unit of the sheet"
            as_it_is = f"{figure.label.text.strip()}: {{name: {entry.name}, unit: per share}}"
            mend = f"say what it is: `{as_it_is}` (or percent, shares, count, money)"
            self.cause(("measure", figure.label.text), make("F040", figure.label.span, what=what, mend=mend))
            return None
        code = self._code(figure)
        text = self._without_symbol(figure.slot.text.strip(), code)
        unit = Unit(scale or "units", code, unit_of_file=True, currency_of_file=True)
        found = value(text, unit, self.style, figure.slot.exact)
        if (
            not isinstance(found, Misspelled)
            and found != "unknown"
            and not re.match(r"-?\d|at |about |between ", found)
        ):
            found = Misspelled("it is not a figure", "correct it, or write n/a where nobody knows it")
        if not isinstance(found, Misspelled) and self.layout.closes and re.match(r"-?[0.]+(?![\d.])", found):
            found = Misspelled("nothing is traded at 0", "leave the row out, or write n/a where the close is not known")
        if isinstance(found, Misspelled) and self.doubtful:
            return None
        if isinstance(found, Misspelled):
            self.cause(
                ("figure", found.reason),
                make(
                    "F042",
                    figure.slot.span,
                    given=f"`{figure.slot.text.strip()}`",
                    where=where,
                    reason=found.reason,
                    mend=found.mend,
                ),
            )
            return None
        if found == "unknown":
            return found
        if entry.unit == "fraction":
            found = f"{plain(Decimal(found.removesuffix('%')) * (1 if found.endswith('%') else 100))}%"
        if flip and re.match(r"-?0*\.?0*[1-9]", found):
            found = found[1:] if found.startswith("-") else f"-{found}"
        if entry.unit == "per share" and self.layout.closes == "adjusted for splits":
            return on_its_day(found, end_of(figure.covered, self.settings.calendar), self.splits)
        return found

    def _contradicts(self, figure: Figure) -> bool:
        """Whether a label says another unit than the mapping says for its row, or one that figures cannot have."""
        entry, label = figure.entry, figure.label.text.strip()
        own = scale_in(label)
        if entry.rate is not None or entry.unit not in (*_MONEY, "shares"):
            return False
        if entry.scale is not None and own is not None and own != entry.scale:
            what = f"the mapping reads `{label}` in {SCALES.get(entry.scale, entry.scale)}, and its label says {SCALES.get(own, own)}"
            mend = "find out which is true: correct `unit` of the label in the mapping, or the label"
        elif entry.unit in _MONEY and (minor := MINOR.search(label)) and not _is_minor(self._currency(figure)):
            what = f"`{label}` is in {minor[0]}, hundredths of a currency, and would be read in whole ones"
            mend = "say it in `currency` where there is a code for it (GBX, ILA, ZAc), or divide the row by 100 in the sheet"
        else:
            return False
        self.cause(("label", label), make("F040", figure.label.span, what=what, mend=mend))
        return True

    def _code(self, figure: Figure) -> str:
        """The currency of a figure that is money; empty for others, and where nobody says one."""
        money = figure.entry.unit in _MONEY and figure.entry.rate is None
        return self._currency(figure) if money else ""

    def _currency(self, figure: Figure) -> str:
        slot = figure.said.get("currency")
        if slot is not None and not slot.blank:
            return slot.text.strip()
        own = currency_in(figure.label.text)
        return self.currency if own is None or _is_minor(self.currency) else own

    def _without_symbol(self, text: str, code: str) -> str:
        """`$191.38` of a sheet in USD is 191.38; a symbol that is not of its currency stays, and is refused."""
        company = code or (self.settings.currency or "")
        for symbol, codes in _SYMBOLS.items():
            if symbol in text and company in codes.split():
                return text.replace(symbol, "", 1)
        return text

    # --- its time --------------------------------------------------------------------------------------

    def _period(self, figure: Figure) -> tuple[Interval | None, dict[str, Cell]]:
        covered, span = figure.covered, figure.heading.span
        end = end_of(covered, self.settings.calendar)
        if figure.entry.covers == "day" and end is not None:
            return Interval(end, 0), {"period": Cell(end.isoformat(), span)}
        if figure.entry.covers == "year to date" and end is not None:
            return None, {"period": Cell(f"YTD {end}", span)}
        if covered.interval is not None and covered.interval.months == 0:
            return None, {"date": Cell(covered.interval.end.isoformat(), span)}
        return covered.interval, {"period": Cell(covered.text, span)}

    def _lag(self, figure: Figure) -> int | None:
        """How many days after its period a figure is taken to be known; None where a day is said."""
        if "published" in figure.said and not figure.said["published"].blank:
            return None
        said = self.settings.defaults.get("published")
        if said is not None:
            match = re.fullmatch(r"(\d{1,3}) days? after", str(said.text).strip())
            return int(match[1]) if match else None
        return self.layout.published.days if isinstance(self.layout.published, After) else None

    def _lags(self, figure: Figure) -> bool:
        return bool(self._lag(figure))

    def _known(self, figure: Figure, where: str) -> Cell | None:
        lag = self._lag(figure)
        if lag is not None:
            end = end_of(figure.covered, self.settings.calendar)
            if figure.covered.estimate and lag:
                what = f"{figure.heading.text.strip()} is an estimate, and nobody says when it was made"
                self.cause(
                    ("estimate", ""),
                    make(
                        "F040",
                        figure.heading.span,
                        what=what,
                        mend="say the day in `published`, or leave its columns out: `leave_out: […]`",
                    ),
                )
                return None
            return Cell(str(end + dt.timedelta(days=lag)), figure.heading.span) if end else None
        days = {key: self._day(figure.said[key], key, where) for key in ("published", "restated") if key in figure.said}
        known, restated = days.get("published"), days.get("restated")
        if known is not None and restated is not None and restated[0] > known[0]:
            return restated[1]
        if known is not None:
            return known[1]
        said = self.settings.defaults.get("published")
        if said is not None:
            return said
        return (
            Cell(str(self.layout.published), figure.heading.span)
            if isinstance(self.layout.published, dt.date)
            else None
        )

    def _day(self, slot: Slot, key: str, where: str) -> tuple[dt.date, Cell] | None:
        text = slot.text.strip()
        if text.lower() in UNKNOWN:
            return None
        found = day_of(text, self.layout.dates)
        if isinstance(found, dt.date):
            return found, Cell(found.isoformat(), slot.span)
        reason, mend = (
            (found.reason, found.mend)
            if found is not None
            else (f"`{text}` is not written as a day", "write it as YYYY-MM-DD")
        )
        self.cause(("day", key), make("F012", slot.span, where=f"`{key}` of {where}", reason=reason, mend=mend))
        return None

    def _kind(self, figure: Figure) -> Cell | None:
        if figure.covered.estimate:
            return Cell("estimate", figure.heading.span)
        said = self._said("kind", figure)
        return Cell(KINDS.get(str(said.text).lower(), str(said.text).lower()), said.span) if said else None

    def _said(self, key: str, figure: Figure) -> Cell | None:
        """What options, the head file or the mapping say for all."""
        if key in self.settings.defaults:
            return self.settings.defaults[key]
        text = getattr(self.layout, key, None)
        return Cell(text, figure.slot.span) if text else None

    # --- rates of exchange -----------------------------------------------------------------------------

    def _rate(self, figure: Figure, where: str, found: str, known: Cell | None) -> None:
        if found == "unknown":
            return  # a day without a rate has none, and the last one before it counts
        pair = figure.entry.pair
        assert pair is not None
        codes = [figure.said[p.head].text.strip() if isinstance(p, Beside) else p for p in pair]
        end, span = end_of(figure.covered, self.settings.calendar), figure.heading.span
        months = figure.covered.interval.months if figure.covered.interval else 0
        cells = {
            "of": Cell(codes[0], figure.slot.span),
            "to": Cell(codes[1], figure.slot.span),
            "value": Cell(found, figure.slot.span),
        }
        average = figure.covered.period or (f"{months}M {end}" if months else None)
        cells |= {"period": Cell(average, span)} if average else {"date": Cell(str(end), span)}
        cells |= {"published": known} if known else {}
        cells |= {key: cell for key in ("source", "note") if (cell := self._said(key, figure))}
        self.rates.append(Row(where, figure.slot.span, cells, wanting=_WANTING))
