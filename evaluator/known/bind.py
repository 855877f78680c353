"""Facts meet rules: each fact gets the type, the period and the bounds that the program gives its name.

In: a `Program` and a `Company`. Out: `BoundFact`s, numbered, and diagnostics. Must not know the as-of date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from dsl.program.program import Bounds, Input, Metric, Program
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import Fix, Mend, put
from dsl.text.messages import did_you_mean
from dsl.text.record import record
from dsl.text.source import Span
from dsl.types.lengths import month_length
from dsl.types.units import Frequency, Kind, Type
from evaluator.codes.messages import make
from evaluator.facts.calendar import Calendar, Period, Unclear, rhythm
from evaluator.facts.canonical import said, states
from evaluator.facts.held import about
from evaluator.facts.meant_periods import meant_periods
from evaluator.facts.model import Company, Fact, Reports, SourceKind
from evaluator.facts.rates import Rates, When
from evaluator.facts.spelling import Misspelled, meant
from evaluator.known.quoted import Quote, is_quoted, refused, unclear
from evaluator.known.segments import misnamed
from evaluator.known.typed_value import Valued, shown, valued
from evaluator.values.values import Figure, Single

_FORWARD = (SourceKind.GUIDANCE, SourceKind.ESTIMATE)
"""Kinds that may be published before the period they speak of has ended."""


@record
class Placed:
    """What a fact describes. `ordinal` counts periods of the name's series, `months` is how long an interval the fact
    covers: of a flow also one that is longer or shorter than the series' own period, or ends within it (then `ordinal`
    is None). None and 0 where the name is no series, or the day ends no period of the calendar in force. `closing`: the
    month it ends with, counted from the end of year 0; None where months do not make it up."""

    ordinal: int | None
    months: int
    end: dt.date
    label: str
    closing: int | None = None

    @property
    def slot(self) -> tuple[int | None, int, int | dt.date | None]:
        """The same for facts about the same interval, however its end is written."""
        if self.ordinal is not None:
            return self.ordinal, self.months, None
        return None, self.months, self.end if self.closing is None else self.closing


@record
class BoundFact:
    """A fact that a rule asked for: its value, and its place in time. `rounding`: half a unit of its last digit."""

    number: int
    fact: Fact
    value: Single
    currency: str | None
    placed: Placed
    rounding: float = 0.0
    of_shares: bool = False
    """Whether the source says that it counts shares."""
    carried: str = ""
    """By which splits its value was brought to the basis in force; '' where it stands as it was given."""

    def numbered(self, number: int) -> BoundFact:
        """The same under another number."""
        if number == self.number:
            return self
        return BoundFact(
            number, self.fact, self.value, self.currency, self.placed, self.rounding, self.of_shares, self.carried
        )

    @property
    def ordinal(self) -> int | None:
        """The period of its name's series; None where it is none."""
        return self.placed.ordinal

    @property
    def months(self) -> int:
        """How long an interval it covers; 0 for a day."""
        return self.placed.months

    @property
    def end(self) -> dt.date:
        """The last day of what it describes."""
        return self.placed.end

    @property
    def label(self) -> str:
        """What that is called."""
        return self.placed.label

    @property
    def observed(self) -> dt.date:
        """The day it describes, or became known if that is earlier (guidance speaks of days to come)."""
        return min(self.end, self.fact.published)


@record
class Bound:
    """The facts that the program asks for, numbered in the one order that facts have (`_in_order`), and names of those it
    does not ask for."""

    facts: tuple[BoundFact, ...]
    ignored: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def bind(
    program: Program,
    company: Company,
    known_elsewhere: Callable[[], Collection[str]] = tuple,
    calendar: Calendar | None = None,
) -> Bound:
    """Types and places every fact, in the periods of a calendar (that of the company as it is now).

    A fact that this program does not ask for is passed over if another rule file does (`known_elsewhere` gives their
    names, asked only when needed); if none does, it is an error: most likely its name is misspelt.
    """
    binder = _Binder(company, calendar or company.fiscal_year_ends)
    ignored: dict[str, None] = {}
    elsewhere: Collection[str] | None = None
    for fact in about(company.facts, {**program.inputs, **program.metrics}):
        declared = program.inputs.get(fact.name) or program.metrics.get(fact.name)
        if declared is not None:
            binder.bind(fact, declared)
        elif fact.name not in ignored and not fact.offered:
            if elsewhere is None:
                elsewhere = known_elsewhere()
            base = fact.name.rpartition(".")[0] or fact.name  # of a segment: the name that comes by segment
            if not (fact.name in elsewhere or base in elsewhere or base in program.inputs):
                known = [*program.inputs, *program.metrics, *elsewhere]
                mend = did_you_mean(fact.name, known, "check the name, or declare it with `input`")
                binder.problems.append(make("F020", fact.place, name=fact.name, mend=mend))
            ignored[fact.name] = None
    binder.look_at_quotes(program)
    binder.problems += misnamed(program, company)
    return Bound(tuple(_in_order(program, binder.found)), tuple(sorted(ignored)), tuple(binder.problems))


def _in_order(program: Program, found: list[BoundFact]) -> Iterator[BoundFact]:
    """Facts numbered from 1 by what they say, wherever they stood: names as the rules have them, each from its oldest
    period to its newest, each period from what was said first to what was said last. A fact that stands twice is one."""
    names = {name: n for n, name in enumerate((*program.inputs, *program.metrics))}

    def when(f: BoundFact) -> tuple[int, int, int, int]:
        return names[f.fact.name], f.placed.end.toordinal(), f.placed.months, f.fact.published.toordinal()

    number = 0
    for _, group in groupby(sorted(found, key=when), key=when):
        together = list(group)
        if len(together) > 1:
            together.sort(key=lambda f: said(f.fact))
            together = list({states(f.fact): f for f in together}.values())  # of two, the one that says more
        for fact in together:
            number += 1
            yield fact.numbered(number)


class _Binder:
    def __init__(self, company: Company, calendar: Calendar) -> None:
        self.company, self.calendar = company, calendar
        self.found: list[BoundFact] = []
        self.problems: list[Diagnostic] = []

    def bind(self, fact: Fact, declared: Input | Metric) -> None:
        before = len(self.problems)
        found = self._value(fact, declared)
        at = len(self.problems)
        placed = self._place(fact, declared.type)
        if placed is None and fact.offered:
            del self.problems[at:]  # nobody wrote it for these rules: a quarter's figure where they ask for a year's
            return
        if placed is None or found is None or len(self.problems) > before:
            return
        value = found.value
        if placed.end > fact.published and fact.kind not in _FORWARD:
            self.problems.append(make("F025", fact.place, name=fact.name, published=fact.published, end=placed.end))
            return
        if isinstance(declared, Input) and declared.bounds and isinstance(value, Figure):
            self._check_bounds(fact, declared, value, found.currency, placed.end)
        number = len(self.found) + 1
        self.found.append(BoundFact(number, fact, value, found.currency, placed, found.rounding, found.shares))

    # --- values ----------------------------------------------------------------------------------

    def _value(self, fact: Fact, declared: Input | Metric) -> Valued | None:
        found = valued(fact, declared)
        if not isinstance(found, Misspelled):
            return None if self._whose_money(fact, found, declared) else self._per_share(found, declared)
        given, single = f"`{shown(fact.value)}`", declared.type.single
        self.problems.append(make("F021", fact.value_place, name=fact.name, declared=single, given=given,
                                  found=found.reason, mend=Mend(found.mend, _as_meant(fact, declared))))  # fmt: skip
        return None

    def _per_share(self, found: Valued, declared: Input | Metric) -> Valued:
        """A value with its currency and rounding. The price of a receipt becomes that of a share: so it goes with earnings,
        dividends and a count of shares."""
        shares, kind = self.company.shares_per_receipt, declared.type
        of_day = kind.series in (Frequency.DAY, Frequency.WEEK, None)
        if shares is None or not (
            kind.kind is Kind.MONEY and kind.share and of_day and isinstance(found.value, Figure)
        ):
            return found
        value = replace(found.value, low=found.value.low / shares, high=found.value.high / shares)
        return replace(found, value=value, rounding=found.rounding / shares)

    def _whose_money(self, fact: Fact, found: Valued, declared: Input | Metric) -> bool:
        """Whether nobody can tell in which currency a figure is: it has no code, the rules ask for it in one currency, and the
        company reports in another."""
        asked, own = declared.type.currency, self.company.currency
        if found.said or declared.type.kind is not Kind.MONEY or asked in (None, own) or not found.value.known:
            return False
        self.problems.append(
            make("F028", fact.value_place, name=fact.name, given=shown(fact.value), asked=asked, own=own)
        )
        return True

    def look_at_quotes(self, program: Program) -> None:
        """Refuses prices of which nobody can tell the currency: one finding for each name."""
        given: Mapping[str, Input | Metric] = {**program.metrics, **program.inputs}
        names = {name: declared for name, declared in given.items() if is_quoted(declared)}
        prices: dict[str, list[BoundFact]] = {}
        for f in self.found:
            if f.fact.name in names and f.value.known:
                prices.setdefault(f.fact.name, []).append(f)
        for name, mine in prices.items():
            codes = {f.currency for f in mine}
            if None not in codes or refused(self.company, names[name], list(codes)) is None:
                continue
            quotes = [Quote(shown(f.fact.value), f.fact.value_place, f.label, f.currency) for f in mine]
            problem = unclear(self.company, names[name], quotes)
            self.problems += [problem] if problem is not None else []

    def _check_bounds(self, fact: Fact, declared: Input, value: Figure, currency: str | None, end: dt.date) -> None:
        """A fact with no value inside the limits is rejected; one that reaches over them is judged by its middle."""
        bounds = declared.bounds
        assert bounds is not None
        compared = self._in_currency_of(bounds, value, currency, end)
        if compared is None:
            self.problems.append(
                make("F027", fact.value_place, name=fact.name, bounds=bounds.text, day=end, currency=bounds.currency)
            )
            return
        value = compared
        middle = value.middle
        outside = not (bounds.admit(value.low) or bounds.admit(value.high) or value.low < bounds.low < value.high)
        if outside or (middle is not None and not bounds.admit(middle)):
            mend = Mend("mend the figure, or the bounds in the rules")
            if bounds.low == 0 and value.high < 0 and bounds.admit(-value.high):
                words = "leave the minus out: it is given as a positive amount, however a statement prints it"
                mend = Mend(words, without_minus(fact, sure=self._all_negative(fact.name)))
            self.problems.append(make("F022", fact.value_place, given=f"`{shown(fact.value)}`", name=fact.name,
                                      title=declared.title, bounds=bounds.text, mend=mend))  # fmt: skip

    def _all_negative(self, name: str) -> bool:
        """Whether every figure of a name has a minus: then it is how a statement prints it, and no refund."""
        values = [f.value for f in self.company.facts if f.name == name and f.value != "unknown"]
        return len(values) > 1 and all(isinstance(v, str) and v.startswith("-") for v in values)

    def _in_currency_of(self, bounds: Bounds, value: Figure, currency: str | None, end: dt.date) -> Figure | None:
        """A figure in the currency of the bounds, at the rate of its day, so that no fact falls outside them when rates
        change; None where no rate is known."""
        own, to = currency or self.company.currency, bounds.currency
        if to is None or own == to:
            return value
        rates = Rates(to, self.company.exchange_rates, self.calendar)
        found = rates.convert(value, own, to, When(end, 0, str(end)))
        return None if found.wide and not value.wide else found

    # --- periods -----------------------------------------------------------------------------------

    def _place(self, fact: Fact, kind: Type) -> Placed | None:
        if kind.series is None:
            return self._single(fact)
        frequency = self._rhythm(kind.series)
        of_days = frequency in (Frequency.DAY, Frequency.WEEK)
        if fact.period is None and fact.date is not None and of_days:
            return self._day(fact.date, frequency)
        if fact.period is None:
            wanted = f"one a {frequency.value}, so its facts have a period"
            self._unfit(fact, kind, wanted, "write `period` in place of `date`")
            return None
        period = self._period(fact)
        if period is None or not self._length_fits(fact, period, kind):
            return None
        if of_days:
            if period.months == 0:
                return self._day(period.end, frequency)
            self._unfit(fact, kind, "a figure of a day", "write the day")
            return None
        return self._interval(fact, period, kind, frequency)

    def _interval(self, fact: Fact, period: Period, kind: Type, frequency: Frequency) -> Placed | None:
        """A fact of a period that months make up: of the series' own, or, of a flow, of any other."""
        own = month_length(frequency)
        months = period.months if period.months and (kind.is_sum or _yearly(kind, period)) else own
        ordinal = self.calendar.ordinal(period.end, frequency)
        if ordinal is not None:
            nominal = self.calendar.end(ordinal, frequency)
            label = period.label if period.months else self.calendar.name(ordinal, frequency)
            return Placed(ordinal, months, min(period.end, nominal), label, self.calendar.closes(ordinal, frequency))
        month = self.calendar.month_of(period.end)
        part = kind.is_flow and period.months > 0
        if month is not None and (part or self._ended_then(period.end, frequency)):
            # Part of a period, or a period of a fiscal year that has been changed: it may make others whole.
            label = period.label if period.months else f"{frequency.value} to {period.end}"
            return Placed(None, months, period.end, label, month)
        mend = f"write the last day of the {frequency.value}, or mend fiscal_year_ends"
        self.problems.append(make("F024", fact.place, day=period.end, frequency=frequency.value,
                                  ends=self.calendar.written, mend=mend))  # fmt: skip
        return None

    def _ended_then(self, day: dt.date, frequency: Frequency) -> bool:
        """Whether a period ended on a day by the fiscal year of that time, since changed (or by the one to come)."""
        now = self.company.fiscal_year_ends
        return bool(now.earlier) and any(c.ordinal(day, frequency) is not None for c in (now.on(day), now))

    def _length_fits(self, fact: Fact, period: Period, kind: Type) -> bool:
        """A trailing year's figure is no quarter's, a year's percent is none of its quarters', and a day alone does not
        say how long an interval of a flow ends with it where the company has other periods than the rules ask for."""
        assert kind.series is not None
        frequency = self._rhythm(kind.series)
        own, months = month_length(frequency), period.months
        halves = frequency is Frequency.HALF
        if own == 0 or kind.balance:  # what stands at the end of a year stands at the end of its last quarter
            return True
        if kind.per is Frequency.YEAR and own != 12:
            if months != 12:
                self._unfit(fact, kind, "the figure of a whole year", f"write FY… or TTM {period.end}")
            return months == 12
        if kind.is_sum:
            if halves and months == 0:
                self.problems.append(make("F026", fact.place, name=fact.name, day=period.end))
            return not (halves and months == 0)
        if months not in (0, own) and not _yearly(kind, period):
            mend = "write the day on which it ends, or leave the fact out"
            self._unfit(fact, kind, f"the figure of one {frequency.value}", mend)
            return False
        return True

    def _rhythm(self, frequency: Frequency) -> Frequency:
        """How often this company gives what rules ask for so often."""
        return rhythm(frequency, self.company.reports is Reports.HALVES)

    def _unfit(self, fact: Fact, kind: Type, wanted: str, mend: str) -> None:
        self.problems.append(make("F023", fact.place, name=fact.name, declared=kind, wanted=wanted, mend=mend))

    def _single(self, fact: Fact) -> Placed | None:
        if fact.date is not None:
            return Placed(None, 0, fact.date, fact.date.isoformat())
        period = self._period(fact)
        return None if period is None else Placed(None, 0, period.end, period.label)

    def _period(self, fact: Fact) -> Period | None:
        period = self.company.fiscal_year_ends.parse(fact.period or "")
        if isinstance(period, Unclear):
            where, mend = f"a fact of `{fact.name}`", self._meant(fact, period)
            self.problems.append(make("F012", fact.place, where=where, reason=period.reason, mend=mend))
            return None
        return period

    def _meant(self, fact: Fact, unclear: Unclear) -> Mend:
        """How a period is written that stands in another way; an edit, sure where it can be one period only."""
        text = fact.period or ""
        meant = meant_periods(text, self.company.fiscal_year_ends)
        if not meant:
            return Mend(unclear.mend)
        ways = " or ".join(f"`{way}`" + (f" (to {p.end})" if len(meant) > 1 else "") for way, p in meant.items())
        sure = len(meant) == 1 and "FY" in next(iter(meant))  # `Sep-25` may be a day
        row = fact.place
        if row.text.count(text) != 1:
            return Mend(f"write {ways}")
        start = row.start + row.text.index(text)
        place = row.source.span(start, start + len(text))
        return Mend(f"write {ways}", tuple(put(place, way, sure=sure) for way in meant))

    def _day(self, day: dt.date, frequency: Frequency) -> Placed:
        """The place of a fact of a day (or of the week that holds the day)."""
        ordinal = self.calendar.ordinal(day, frequency)
        assert ordinal is not None
        name = day.isoformat() if frequency is Frequency.DAY else self.calendar.name(ordinal, frequency)
        return Placed(ordinal, 0, day, name)


def written_there(fact: Fact) -> Span | None:
    """The place of a fact's value in a YAML file, within its quotes, where the file has the very characters; None elsewhere."""
    place = fact.value_place
    if not place.source.path.endswith((".yaml", ".yml")) or not isinstance(fact.value, str):
        return None
    text = place.text
    quote = text[:1] if text[:1] in ("'", '"') and text[:1] == text[-1:] and len(text) > 1 else ""
    inner = place.source.span(place.start + len(quote), place.end - len(quote))
    return inner if inner.text == fact.value else None


def without_minus(fact: Fact, sure: bool = False) -> tuple[Fix, ...]:
    """The fix that leaves the minus of a figure out."""
    place = written_there(fact)
    if place is None or not place.text.startswith("-"):
        return ()
    return (put(place, place.text[1:].lstrip(), sure),)


def _as_meant(fact: Fact, declared: Input | Metric) -> tuple[Fix, ...]:
    """The fix that writes a value as facts spell it, where it can mean but one figure."""
    place = written_there(fact)
    text = meant(place.text) if place is not None else None
    if (
        place is None
        or text is None
        or isinstance(valued(fact.model_copy(update={"value": text}), declared), Misspelled)
    ):
        return ()
    return (put(place, text, sure=True),)


def _yearly(kind: Type, period: Period) -> bool:
    """Whether a figure is a whole year's amount per share: beside those of quarters, though it is no sum of them."""
    return kind.kind is Kind.MONEY and kind.share and not kind.balance and period.months == 12
