"""Facts about one company: what was known, since when, from where. Pydantic models at the border.

In: plain texts with their places. Out: `Company` with its `Fact`s and exchange rates. Must not know rules (whether a
fact is asked for, and of which type, is for `bind.py`), nor files (`readers/`).
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from dsl.text.messages import did_you_mean
from dsl.text.source import Span
from dsl.types.days import FIRST_YEAR, LAST_YEAR, WRITTEN, iso
from evaluator.facts.calendar import Calendar, Unclear, calendar_of


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
    if not re.fullmatch("[A-Z]{3}", value):
        raise ValueError(f"{value} is not a currency; write its code, such as CNY")
    return value


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
    restates: str | None = None
    """Which earlier figure it takes the place of, in the source's words."""
    place: Span = Field(exclude=True, repr=False)
    value_place: Span = Field(exclude=True, repr=False)
    offered: bool = Field(default=False, exclude=True, repr=False)
    """A machine wrote it among many: where no rule asks for it, or not for such a period, it is passed over."""


def _averaged(value: str) -> str:
    period = Calendar().parse(value)
    if isinstance(period, Unclear) or not period.months:
        raise ValueError(
            f"{value} is no period of which a rate could be the average; write FY2026, H1 FY2026 or Q3 FY2026"
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
    reports: Annotated[Reports, BeforeValidator(_reports)] = Reports.QUARTERS
    facts: tuple[Fact, ...]
    exchange_rates: tuple[ExchangeRate, ...] = ()
    path: str
