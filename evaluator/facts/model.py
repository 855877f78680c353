"""Facts about one company: what was known, since when, from where. Pydantic models at the border.

In: plain texts with their places. Out: `Company` with its `Fact`s and exchange rates. Must not know rules (whether a
fact is asked for, and of which type, is for `bind.py`), nor files (`readers/`).
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf

from dsl.text.messages import did_you_mean
from dsl.text.source import Span
from dsl.types.days import FIRST_YEAR, LAST_YEAR, WRITTEN, iso
from evaluator.facts.calendar import Calendar, Unclear, calendar_of, weeks_of
from evaluator.facts.currencies import MINOR, unknown_currency
from evaluator.facts.held import Held
from evaluator.facts.splits import ShareSplit


class SourceKind(StrEnum):
    """What a figure rests on, the firmest first."""

    REPORTED = "reported"
    DERIVED = "derived"
    GUIDANCE = "guidance"
    CLAIM = "claim"
    ESTIMATE = "estimate"

    @property
    def rank(self) -> int:
        """0 for the firmest."""
        return _RANKS[self]


_RANKS = {kind: rank for rank, kind in enumerate(SourceKind)}


def _day(value: object) -> dt.date:
    text = str(value).strip()
    try:
        return iso(text)
    except ValueError:
        within = "" if re.fullmatch(WRITTEN, text) is None else f", in the years {FIRST_YEAR} to {LAST_YEAR}"
        raise ValueError(f"there is no day {text}; write it as YYYY-MM-DD{within}") from None


def _kind(value: object) -> SourceKind:
    try:
        return SourceKind(str(value))
    except ValueError:
        mend = did_you_mean(str(value), list(SourceKind), f"it is one of {', '.join(SourceKind)}")
        raise ValueError(f"{value} is not a kind of source; {mend}") from None


class Rank(StrEnum):
    """Who says it, the nearest to the company first: its own release or filing; a copy, such as a data vendor's; somebody's
    opinion, such as a blog's or an analyst's."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    OPINION = "opinion"


def _rank(value: object) -> Rank:
    try:
        return Rank(str(value).strip())
    except ValueError:
        mend = did_you_mean(str(value), list(Rank), f"it is one of {', '.join(Rank)}")
        raise ValueError(f"{value} is not a rank of a source; {mend}") from None


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("it is empty; say where the figure is from")
    return value.strip()


def _currency(value: str) -> str:
    mend = unknown_currency(value)
    if mend is not None:
        raise ValueError(f"{value} is not a currency; {mend}")
    if value in MINOR:
        raise ValueError(
            f"{value} is a hundredth of {MINOR[value]}; write {MINOR[value]} here, and {value} behind prices"
        )
    return value


def _of_money(value: str) -> str:
    """The currency of a sheet, which may be quoted in hundredths."""
    return value if value in MINOR else _currency(value)


class Reports(StrEnum):
    """How often a company gives its results."""

    QUARTERS = "quarters"
    HALVES = "halves"


def _reports(value: object) -> Reports:
    try:
        return Reports(str(value).strip())
    except ValueError:
        raise ValueError(f"{value} is not how often results come; it is one of {', '.join(Reports)}") from None


def year_end(value: object) -> Calendar:
    """The calendar of a company whose fiscal year ends so: `03-31`, or `12-31, 03-31 from 2024-01-01`. Raises ValueError."""
    found = value if isinstance(value, Calendar) else calendar_of(str(value).strip())
    if isinstance(found, Unclear):
        raise ValueError(f"{found.reason}; {found.mend}")
    return found


def weeks(value: object) -> tuple[int, ...]:
    """How many weeks quarters have, from `12, 12, 12, 16 weeks`. Raises ValueError."""
    found = value if isinstance(value, tuple) else weeks_of(str(value).strip())
    if isinstance(found, Unclear):
        raise ValueError(f"{found.reason}; {found.mend}")
    return found


def _receipt(value: object) -> float:
    try:
        shares = float(str(value))
    except ValueError:
        shares = 0.0
    if not 0 < shares < 1e6:
        raise ValueError(f"{value} is not a number of shares; write how many one receipt stands for, such as 8 or 0.5")
    return shares


Day = Annotated[dt.date, BeforeValidator(_day)]
_STRICT = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Fact(BaseModel):
    """One figure, word or set, as a source gave it. Exactly one of `period` and `date` says what it describes."""

    model_config = _STRICT

    name: str
    period: str | None = None
    date: Day | None = None
    value: str | tuple[str, ...]
    published: Day
    kind: Annotated[SourceKind, BeforeValidator(_kind)]
    source: Annotated[str, AfterValidator(_said)]
    url: str | None = None
    note: str | None = None
    rank: Annotated[Rank, BeforeValidator(_rank)] = Rank.SECONDARY
    currency: Annotated[str, AfterValidator(_of_money)] | None = None
    """The currency of money that does not say its code: said of a whole sheet it is nothing to its counts and percents."""
    restates: str | None = None
    """Which earlier figure it takes the place of, in the source's words."""
    place: Span = Field(exclude=True, repr=False)
    value_place: Span = Field(exclude=True, repr=False)
    offered: bool = Field(default=False, exclude=True, repr=False)
    """A machine wrote it among many: where no rule asks for it, or not for such a period, it is passed over."""


_FIELDS = set(Fact.model_fields)


def judged(values: dict[str, object]) -> Fact:
    """A fact of values for all of its fields, which a reader of whole columns has judged already: as `model_construct` makes
    it, which looks at each field in turn."""
    made = Fact.__new__(Fact)
    object.__setattr__(made, "__dict__", values)
    object.__setattr__(made, "__pydantic_fields_set__", _FIELDS)
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


def _averaged(value: str) -> str:
    period = Calendar().parse(value)
    if isinstance(period, Unclear) or not period.months:
        raise ValueError(
            f"{value} is not a period that a rate could be the average of; write FY2026, H1 FY2026 or Q3 FY2026"
        )
    return value


class ExchangeRate(BaseModel):
    """How much of currency `to` one unit of currency `of` was worth: on a day, or on average over a period. Exactly
    one of `period` and `date` says which."""

    model_config = _STRICT

    of: Annotated[str, AfterValidator(_currency)]
    to: Annotated[str, AfterValidator(_currency)]
    period: Annotated[str, AfterValidator(_averaged)] | None = None
    date: Day | None = None
    value: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    published: Day
    kind: Annotated[SourceKind, BeforeValidator(_kind)] = SourceKind.REPORTED
    source: Annotated[str, AfterValidator(_said)]
    note: str | None = None


class Company(BaseModel):
    """A company and everything its facts file says."""

    model_config = _STRICT

    name: Annotated[str, AfterValidator(_said)]
    ticker: Annotated[str, AfterValidator(_said)]
    currency: Annotated[str, AfterValidator(_currency)]
    fiscal_year_ends: Annotated[Calendar, BeforeValidator(year_end)]
    quarters: Annotated[tuple[int, ...], BeforeValidator(weeks)] = ()
    """How many weeks its quarters have, where they are not of about three months each; in `fiscal_year_ends` as well."""
    reports: Annotated[Reports, BeforeValidator(_reports)] = Reports.QUARTERS
    shares_per_receipt: Annotated[float, BeforeValidator(_receipt)] | None = None
    """How many shares one of the receipts stands for that are traded (1 ADS = 8 shares): prices are of a receipt."""
    facts: Annotated[Held[Fact], InstanceOf()] | tuple[Fact, ...]
    exchange_rates: tuple[ExchangeRate, ...] = ()
    splits: tuple[ShareSplit, ...] = ()
    """Each split once, in order of their days."""
    path: str
    files: tuple[str, ...] = ()
    """The files that it was read from, in the order in which they were read, as a report names them."""
