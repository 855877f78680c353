"""What each filing gives, as one sheet of figures in the order filed; and on which basis of shares it stands.

In: `CompanyFacts`. Out: `Filing`s, with slips of thousands mended and figures of another currency than the filing's own
left out; the splits that they show. Must not know inputs of rules, beyond the concepts that stand for them.

Nothing later than a filing decides what is made of it, so that what was known on a day never depends on what came after.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from dsl.text.record import record
from evaluator.readers.filings.companyfacts import CompanyFacts, Item
from evaluator.readers.filings.splits import ONE, Observed, by_level, slip_of, split_of

FORMS = frozenset(
    form + amended
    for form in ("10-K", "10-KT", "10-Q", "10-QT", "20-F", "40-F", "6-K", "8-K")
    for amended in ("", "/A")
)
"""Reports and their amendments, and current reports, in which statements are given anew; figures in proxy statements and
prospectuses are repeats or extracts."""
SPLIT_CONCEPT = "us-gaap:StockholdersEquityNoteStockSplitConversionRatio1"
COVER = "dei:EntityCommonStockSharesOutstanding"
WITNESSES = (
    "us-gaap:EarningsPerShareBasic", "us-gaap:EarningsPerShareDiluted", "us-gaap:EarningsPerShareBasicAndDiluted",
    "us-gaap:IncomeLossFromContinuingOperationsPerBasicShare",
    "us-gaap:IncomeLossFromContinuingOperationsPerDilutedShare",
    "us-gaap:CommonStockDividendsPerShareDeclared", "us-gaap:CommonStockDividendsPerShareCashPaid",
    "us-gaap:CommonStockSharesOutstanding", "us-gaap:CommonStockSharesIssued",
    "us-gaap:WeightedAverageNumberOfSharesOutstandingBasic",
    "us-gaap:WeightedAverageNumberOfDilutedSharesOutstanding",
    "ifrs-full:BasicEarningsLossPerShare", "ifrs-full:DilutedEarningsLossPerShare",
    "ifrs-full:WeightedAverageShares", "ifrs-full:AdjustedWeightedAverageShares",
    "ifrs-full:NumberOfSharesOutstanding", "ifrs-full:NumberOfSharesIssued", COVER,
)  # fmt: skip
"""Concepts that a split changes. All of them say on which basis a filing is, whatever a mapping asks for: a quarter's
earnings per share show it months before the year's."""

Key = tuple[str, str]
"""A concept and its unit."""
Span = tuple[dt.date | None, dt.date]
"""What a figure covers: from, to; no beginning for a day."""


def per_share(unit: str) -> bool:
    """Whether figures of a unit are amounts per share."""
    return unit.endswith("/shares")


@dataclass(slots=True)
class Filing:
    """A filing: when, what, and its figures by concept, unit and span."""

    filed: dt.date
    accession: str
    form: str
    figures: dict[Key, dict[Span, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    slips: dict[Key, Fraction] = field(default_factory=dict)
    """Concepts whose figures were given in thousands, or the like, by mistake, and by what they were multiplied."""
    currency: str = ""
    """The currency in which it reports."""
    basis: int = 0
    """How many of the splits it has taken account of."""
    behind: bool = False
    """Whether its figures per share are on a basis that an earlier filing had left: an amendment of an old report."""
    _grains: dict[str, int] = field(default_factory=dict)

    def grain(self, unit: str) -> int:
        """In which unit it prints figures of a unit: the largest of millions, thousands and ones in which all are whole."""
        if unit not in self._grains:
            values = [value for key, spans in self.figures.items() if key[1] == unit for value in spans.values()]
            self._grains[unit] = next(n for n in (1_000_000, 1_000, 1) if n == 1 or all(v % n == 0 for v in values))
        return self._grains[unit]

    @property
    def of_shares(self) -> Iterator[tuple[Key, Span, Decimal]]:
        """Its figures that a split changes."""
        for key, spans in self.figures.items():
            if key[1] == "shares" or per_share(key[1]):
                yield from ((key, span, value) for span, value in spans.items())


@record
class Split:
    """`ratio` new shares for one old, shown first by a filing; `date` is its day where filings say it surely, else the
    filing's; on the day `after` figures were still on the old basis."""

    filing: Filing
    ratio: Fraction
    date: dt.date
    after: dt.date


def filings_of(company: CompanyFacts, said: str | None) -> tuple[list[Filing], Counter[str]]:
    """The filings in the order filed, each with its currency; and how many figures were translations into another.

    A filing reports in the currency of most of its figures (of two the company's, which is the one that is said, else the
    one of most figures); figures in another one beside it are translations for convenience, and a filing that has none in
    the company's is of a time when it reported in another one. Where somebody says another currency than the newest
    filing reports in, the translations are meant.
    """
    found: dict[tuple[dt.date, str], Filing] = {}
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    for concept, given in company.concepts.items():
        for unit, items in given.units.items():
            for item in items:
                if item.form in FORMS and item.filed >= item.end:
                    at = item.filed, item.accn
                    filing = found.setdefault(at, Filing(*at, item.form))
                    filing.figures[concept, unit][item.start, item.end] = Decimal(str(item.val))
                    if (code := unit.removesuffix("/shares")) and len(code) == 3:
                        codes[item.accn][code] += 1
    total = sum(codes.values(), Counter[str]())
    main = said or max(sorted(total), key=lambda code: total[code], default="")
    translated: Counter[str] = Counter()
    filings = [found[at] for at in sorted(found)]
    for filing in filings:
        filing.currency = _most(codes[filing.accession], main)
    meant = bool(filings) and said is not None and said != filings[-1].currency
    for filing in filings:
        if meant and main in codes[filing.accession]:
            filing.currency = main
        for key in [k for k in filing.figures if _foreign(k[1], filing.currency)]:
            translated[key[1].removesuffix("/shares")] += len(filing.figures.pop(key))
    return filings, translated


def _most(codes: Counter[str], main: str) -> str:
    return max(sorted(codes), key=lambda code: (codes[code], code == main), default=main)


def _foreign(unit: str, currency: str) -> bool:
    code = unit.removesuffix("/shares")
    return len(code) == 3 and code != currency


# --- splits -----------------------------------------------------------------------------------------------


def find_splits(filings: Sequence[Filing], company: CompanyFacts) -> list[Split]:
    """The splits that filings show, each with the first that does; each filing learns on which basis it is, and slips of
    thousands are mended in it."""
    speaking = _announced(company)
    known: dict[tuple[Key, Span], Decimal] = {}
    splits: list[Split] = []
    newest: dict[Key, tuple[dt.date, Decimal]] = {}
    last: dt.date | None = None
    for filing in filings:
        announced = {
            ratio: ends for ratio, said in speaking.items() if (ends := {e for e, f in said if f <= filing.filed})
        }
        observed = _observed(filing, known)
        ratio = split_of([o for mine in observed.values() for o in mine], announced)
        if ratio is None:
            ratio = _by_level(filing, newest, announced, observed, splits)
        if ratio is not None and splits and ratio == 1 / splits[-1].ratio and ratio not in announced:
            filing.behind = True
        elif ratio is not None and last is not None:
            splits.append(_split(filing, ratio, announced, last))
            known = {at: _carried(value, ratio, at[0][1] == "shares") for at, value in known.items()}
            newest = {k: (day, _carried(v, ratio, True)) for k, (day, v) in newest.items()}
        filing.basis = len(splits)
        if filing.behind:
            continue
        _mend_slips(filing, known)
        for key, span, value in filing.of_shares:
            known[key, span] = value
            last = max(last or filing.filed, filing.filed)
            if key[1] == "shares" and span[0] is None and span[1] >= newest.get(key, (span[1], value))[0]:
                newest[key] = span[1], value
    return splits


def _observed(filing: Filing, known: Mapping[tuple[Key, Span], Decimal]) -> dict[Key, list[Observed]]:
    """What a filing gives anew of shares and per share, by concept."""
    found: dict[Key, list[Observed]] = defaultdict(list)
    for key, span, value in filing.of_shares:
        if (key, span) in known:
            found[key].append(Observed(known[key, span], value, key[1] == "shares"))
    return found


def _announced(company: CompanyFacts) -> dict[Fraction, list[tuple[dt.date, dt.date]]]:
    """Ratios that filings speak of: for each mention the day that it is of, and the day of the filing."""
    concept = company.concepts.get(SPLIT_CONCEPT)
    found: dict[Fraction, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for item in (i for items in (concept.units.values() if concept else ()) for i in items):
        if item.val > 0 and (ratio := Fraction(str(item.val)).limit_denominator(1000)) not in (0, 1):
            found[ratio].append((item.end, item.filed))
    return found


def unseen(company: CompanyFacts, filings: Sequence[Filing], splits: Sequence[Split]) -> list[tuple[Fraction, dt.date]]:
    """Splits that filings speak of and no figure in them shows, each with its newest day: a plan, another company's shares, or
    one whose first figures are still to come. What is older than the filings themselves is in all of them."""
    shown = {ratio for split in splits for ratio in (split.ratio, 1 / split.ratio)}
    first = min((f.filed for f in filings), default=dt.date.max)
    found = {ratio: max(day for day, _ in said) for ratio, said in _announced(company).items() if ratio not in shown}
    return sorted((ratio, day) for ratio, day in found.items() if day > first)


def _by_level(
    filing: Filing,
    newest: Mapping[Key, tuple[dt.date, Decimal]],
    announced: Mapping[Fraction, set[dt.date]],
    observed: Mapping[Key, Sequence[Observed]],
    splits: Sequence[Split],
) -> Fraction | None:
    """An announced split whose day has come, seen in the number of shares of a later day, where nothing says otherwise."""
    if any(o.was and o.fits(ONE) for mine in observed.values() for o in mine):
        return None
    since = splits[-1].filing.filed if splits else dt.date.min
    due = {r for r, days in announced.items() if any(since < day <= filing.filed for day in days)}
    for key, spans in filing.figures.items():
        day, value = max(((span[1], v) for span, v in spans.items()), default=(dt.date.min, Decimal(0)))
        if key[1] == "shares" and key in newest and day > newest[key][0]:
            ratio = by_level(newest[key][1], value, due)
            if ratio is not None:
                return ratio
    return None


def _split(filing: Filing, ratio: Fraction, announced: Mapping[Fraction, set[dt.date]], last: dt.date) -> Split:
    """A split with its day: the one that filings say, if every figure before it was filed on the old basis."""
    after = min(last, filing.filed - dt.timedelta(days=1))
    days = {day for r in (ratio, 1 / ratio) for day in announced.get(r, ()) if after < day <= filing.filed}
    return Split(filing, ratio, max(days, default=filing.filed), after)


def _carried(value: Decimal, ratio: Fraction, shares: bool) -> Decimal:
    """A figure of the old basis on the new one, with enough digits to be compared with what is printed."""
    top, bottom = (ratio.numerator, ratio.denominator) if shares else (ratio.denominator, ratio.numerator)
    exact = value * top / bottom
    return exact if shares else round(exact, 8)


def _mend_slips(filing: Filing, known: Mapping[tuple[Key, Span], Decimal]) -> None:
    """Numbers of shares that a filing gives in thousands where all before were given in full, as other figures in it are."""
    for key, mine in _observed(filing, known).items():
        slip = slip_of(mine, ONE) if key[1] == "shares" else None
        if slip is not None:
            filing.slips[key] = slip
            spans = filing.figures[key]
            filing.figures[key] = {s: v * slip.numerator / slip.denominator for s, v in spans.items()}


def item_of(filing: Filing, span: Span, value: Decimal) -> Item:
    """A figure as the company-facts JSON gives it."""
    return Item(
        start=span[0], end=span[1], val=float(value), accn=filing.accession, form=filing.form, filed=filing.filed
    )
