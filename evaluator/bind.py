"""Facts meet rules: each fact gets the type, the period and the bounds that the program gives its name.

In: a `Program` and a `Company`. Out: `BoundFact`s, numbered, and diagnostics. Must not know the as-of date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from dsl.diagnostics import Diagnostic
from dsl.messages import did_you_mean
from dsl.program import Input, Metric, Program
from dsl.units import PERCENTS, PLAIN, Frequency, Kind, Type
from evaluator.facts import Company, Fact, SourceKind
from evaluator.messages import make
from evaluator.periods import Calendar, Period, month_length
from evaluator.spelling import Amount, Misspelled, amount
from evaluator.values import NO_CAUSES, Causes, Day, Figure, Members, Single, Truth, Words, because

_FORWARD = (SourceKind.GUIDANCE, SourceKind.ESTIMATE)
"""Kinds that may be published before the period they speak of has ended."""


@dataclass(frozen=True, slots=True)
class BoundFact:
    """A fact that a rule asked for. `ordinal` counts periods of the name's series; `months` 12 marks a whole year
    where the series is shorter; both are None and 0 where the name is no series."""

    number: int
    fact: Fact
    value: Single
    currency: str | None
    ordinal: int | None
    months: int
    end: dt.date
    label: str

    @property
    def observed(self) -> dt.date:
        """The day it describes, or became known if that is earlier (guidance speaks of days to come)."""
        return min(self.end, self.fact.published)


@dataclass(frozen=True, slots=True)
class Bound:
    """The facts that the program asks for, in the order of the file, and names of those it does not."""

    facts: tuple[BoundFact, ...]
    ignored: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def bind(program: Program, company: Company, known_elsewhere: Callable[[], Collection[str]] = tuple) -> Bound:
    """Types and places every fact.

    A fact that this program does not ask for is passed over if another rule file does (`known_elsewhere` gives their
    names, asked only when needed); if none does, it is an error: most likely its name is misspelt.
    """
    binder = _Binder(program, company)
    ignored: dict[str, None] = {}
    elsewhere: Collection[str] | None = None
    for fact in company.facts:
        declared = program.inputs.get(fact.name) or program.metrics.get(fact.name)
        if declared is not None:
            binder.bind(fact, declared)
        elif fact.name not in ignored and not fact.offered:
            if elsewhere is None:
                elsewhere = known_elsewhere()
            if fact.name not in elsewhere:
                known = [*program.inputs, *program.metrics, *elsewhere]
                mend = did_you_mean(fact.name, known, "check the name, or declare it with `input`")
                binder.problems.append(make("F020", fact.place, name=fact.name, mend=mend))
            ignored[fact.name] = None
    return Bound(tuple(binder.found), tuple(ignored), tuple(binder.problems))


class _Binder:
    def __init__(self, program: Program, company: Company) -> None:
        self.calendar: Calendar = company.fiscal_year_ends
        self.found: list[BoundFact] = []
        self.problems: list[Diagnostic] = []

    def bind(self, fact: Fact, declared: Input | Metric) -> None:
        before = len(self.problems)
        value, currency = self._value(fact, declared)
        at = len(self.problems)
        placed = self._place(fact, declared.type)
        if placed is None and fact.offered:
            del self.problems[at:]  # nobody wrote it for these rules: a quarter's figure where they ask for a year's
            return
        if placed is None or value is None or len(self.problems) > before:
            return
        ordinal, months, end, label = placed
        if end > fact.published and fact.kind not in _FORWARD:
            self.problems.append(make("F025", fact.place, name=fact.name, published=fact.published, end=end))
            return
        if isinstance(declared, Input) and declared.bounds and isinstance(value, Figure):
            self._check_bounds(fact, declared, value)
        self.found.append(BoundFact(len(self.found) + 1, fact, value, currency, ordinal, months, end, label))

    # --- values ----------------------------------------------------------------------------------

    def _value(self, fact: Fact, declared: Input | Metric) -> tuple[Single | None, str | None]:
        kind, text = declared.type, fact.value
        if text == "unknown":
            return _unknown(kind, fact), None
        reader = _READERS.get(kind.kind, _read_figure)
        value = reader(text, declared)
        if isinstance(value, Misspelled):
            self.problems.append(
                make(
                    "F021",
                    fact.value_place,
                    name=fact.name,
                    declared=kind.single,
                    given=f"`{_shown(text)}`",
                    found=value.reason,
                    mend=value.mend,
                )
            )
            return None, None
        if isinstance(value, Amount):
            return Figure(value.low, value.high, _width(value, fact)), value.currency or kind.currency
        return value, None

    def _check_bounds(self, fact: Fact, declared: Input, value: Figure) -> None:
        """A fact with no value inside the limits is rejected; one that reaches over them is judged by its middle."""
        bounds = declared.bounds
        assert bounds is not None
        middle = value.middle
        outside = value.low > bounds.high or value.high < bounds.low
        if outside or (middle is not None and not bounds.low <= middle <= bounds.high):
            self.problems.append(
                make("F022", fact.value_place, given=f"`{_shown(fact.value)}`", name=fact.name, bounds=bounds.text)
            )

    # --- periods -----------------------------------------------------------------------------------

    def _place(self, fact: Fact, kind: Type) -> tuple[int | None, int, dt.date, str] | None:
        if kind.series is None:
            return self._place_single(fact, kind)
        if fact.period is None and kind.series in (Frequency.DAY, Frequency.WEEK) and fact.date is not None:
            return kind_day(fact.date, kind.series, self.calendar)
        if fact.period is None:
            wanted = f"one a {kind.series.value}, so its facts have a period"
            self.problems.append(
                make(
                    "F023",
                    fact.place,
                    name=fact.name,
                    declared=kind,
                    wanted=wanted,
                    mend="write `period` in place of `date`",
                )
            )
            return None
        period = self._period(fact)
        if period is None:
            return None
        if not self._length_fits(fact, period, kind):
            return None
        if period.months == 0:
            return self._native(fact, period, kind.series)
        if kind.series in (Frequency.DAY, Frequency.WEEK):
            self.problems.append(
                make(
                    "F023", fact.place, name=fact.name, declared=kind, wanted="a figure of a day", mend="write the day"
                )
            )
            return None
        ordinal = self.calendar.ordinal(period.end, kind.series)
        if ordinal is None:
            self._not_an_end(fact, period, kind.series)
            return None
        months = month_length(kind.series) if period.months == month_length(kind.series) else period.months
        return ordinal, months, self.calendar.end(ordinal, kind.series), period.label

    def _length_fits(self, fact: Fact, period: Period, kind: Type) -> bool:
        """A trailing year's figure is no quarter's, and a year's percent is none of its quarters'."""
        assert kind.series is not None
        own = month_length(kind.series)
        if own == 0:
            return True
        if kind.per is Frequency.YEAR and own != 12:
            wanted, mend, fits = "the figure of a whole year", f"write FY… or TTM {period.end}", period.months == 12
        elif kind.kind is not Kind.MONEY and kind.kind is not Kind.COUNT:
            wanted, mend = (
                f"the figure of one {kind.series.value}",
                "write the day on which it ends, or leave the fact out",
            )
            fits = period.months in (0, own)
        else:
            return True
        if not fits:
            self.problems.append(make("F023", fact.place, name=fact.name, declared=kind, wanted=wanted, mend=mend))
        return fits

    def _place_single(self, fact: Fact, kind: Type) -> tuple[int | None, int, dt.date, str] | None:
        if fact.date is not None:
            return None, 0, fact.date, fact.date.isoformat()
        period = self._period(fact)
        return None if period is None else (None, 0, period.end, period.label)

    def _period(self, fact: Fact) -> Period | None:
        period = self.calendar.parse(fact.period or "")
        if period is None:
            mend = "write the day it ends (2026-03-31), FY2026, H1 FY2026, 9M FY2026, Q3 FY2026 or TTM 2025-09-30"
            reason = f"`{fact.period}` is not a period of the calendar"
            self.problems.append(make("F012", fact.place, where=f"a fact of `{fact.name}`", reason=reason, mend=mend))
        return period

    def _native(self, fact: Fact, period: Period, frequency: Frequency) -> tuple[int, int, dt.date, str] | None:
        if frequency in (Frequency.DAY, Frequency.WEEK):
            return kind_day(period.end, frequency, self.calendar)
        ordinal = self.calendar.ordinal(period.end, frequency)
        if ordinal is None:
            self._not_an_end(fact, period, frequency)
            return None
        end = self.calendar.end(ordinal, frequency)
        return ordinal, month_length(frequency), end, self.calendar.name(ordinal, frequency)

    def _not_an_end(self, fact: Fact, period: Period, frequency: Frequency) -> None:
        ends = f"{self.calendar.month:02d}-{self.calendar.day:02d}"
        mend = f"write the last day of the {frequency.value}, or mend fiscal_year_ends"
        self.problems.append(make("F024", fact.place, day=period.end, frequency=frequency.value, ends=ends, mend=mend))


def kind_day(day: dt.date, frequency: Frequency, calendar: Calendar) -> tuple[int, int, dt.date, str]:
    """The place of a fact of a day (or of the week that holds the day)."""
    ordinal = calendar.ordinal(day, frequency)
    assert ordinal is not None
    return ordinal, 0, day, calendar.name(ordinal, frequency)


# --- spelling -> value, by declared kind ----------------------------------------------------------------


def _shown(value: str | tuple[str, ...]) -> str:
    text = value if isinstance(value, str) else f"[{', '.join(value)}]"
    return text if len(text) <= 60 else text[:59] + "…"


def _width(value: Amount, fact: Fact) -> Causes:
    if value.low == value.high:
        return NO_CAUSES
    return because(f"known only as {_shown(fact.value)}", fact.name, fact.period or str(fact.date))


def _unknown(kind: Type, fact: Fact) -> Single:
    causes = because(f"unknown, says {fact.source}", fact.name, fact.period or str(fact.date))
    blanks: dict[Kind, Single] = {
        Kind.FLAG: Truth(None, causes),
        Kind.CHOICE: Words(None, causes),
        Kind.TEXT: Words(None, causes),
        Kind.SET: Members(None, causes),
        Kind.DATE: Day(None, causes),
    }
    return blanks.get(kind.kind, Figure.unknown(causes))


_Read = Amount | Misspelled | Single


def _read_figure(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    if not isinstance(text, str):
        return Misspelled("a list", "write one figure")
    found = amount(text)
    if isinstance(found, Misspelled):
        return found
    return _unit_mistake(found, declared.type) or found


def _unit_mistake(found: Amount, kind: Type) -> Misspelled | None:
    if kind.kind in PERCENTS or (kind.kind is Kind.RATIO and found.unit in ("percent", "pp")):
        if found.unit not in ("percent", "pp") or found.currency:
            return Misspelled("a plain figure" if not found.currency else "money", "write the percent sign: 38%")
        return None
    if kind.kind is Kind.MONEY:
        if found.unit != "plain":
            return Misspelled(f"a {found.unit}", "write the amount, such as 39.824bn")
        return None
    if kind.kind is Kind.MULTIPLE:
        if found.unit != "multiple":
            return Misspelled("not a multiple", "write it with an x: 22x")
        return None
    if found.currency:
        return Misspelled("money", "leave the currency out")
    if kind.kind in PLAIN and found.unit in ("percent", "pp", "multiple") and kind.kind is not Kind.RATIO:
        return Misspelled(f"a {found.unit}", "write a plain figure")
    if kind.kind is Kind.COUNT and found.low == found.high and found.low != int(found.low):
        return Misspelled("not a whole number", "write a whole number")
    return None


def _read_flag(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    word = text.lower() if isinstance(text, str) else ""
    truths = {"true": True, "yes": True, "false": False, "no": False}
    return Truth(truths[word]) if word in truths else Misspelled("neither yes nor no", "write yes, no or unknown")


def _read_choice(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    options = declared.type.options
    if isinstance(text, str) and text in options:
        return Words((text,))
    near = did_you_mean(text if isinstance(text, str) else "", options, f"it is one of {', '.join(options)}")
    return Misspelled("none of its options", near)


def _read_set(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    words = (text,) if isinstance(text, str) else text
    options = declared.type.options
    for word in words:
        if word not in options:
            return Misspelled(
                f"not among its members (`{word}`)",
                did_you_mean(word, options, f"its members are {', '.join(options)}"),
            )
    return Members(frozenset(words))


def _read_text(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    return Words((text,)) if isinstance(text, str) else Misspelled("a list", "write one text")


def _read_date(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    try:
        return Day(dt.date.fromisoformat(text if isinstance(text, str) else ""))
    except ValueError:
        return Misspelled("no day of the calendar", "write it as 2026-08-27")


_READERS: dict[Kind, Callable[[str | tuple[str, ...], Input | Metric], _Read]] = {
    Kind.FLAG: _read_flag,
    Kind.CHOICE: _read_choice,
    Kind.SET: _read_set,
    Kind.TEXT: _read_text,
    Kind.DATE: _read_date,
}
