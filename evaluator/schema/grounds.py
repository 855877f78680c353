"""What a report rests on, and says so: the company and its facts, rates of exchange, thresholds, what was set or changed.

In: nothing. Out: pydantic models, frozen. Must not know how anything was calculated.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from evaluator.schema.parts import Model, Shown


class CompanyResult(Model):
    """Whom it is about."""

    name: str
    ticker: str
    currency: str
    fiscal_year_ends: str


class ModuleResult(Model):
    """A rule file that took part."""

    name: str
    title: str
    path: str
    """From the folder of the rule file where it lies below, else from its place in the library."""


class ReadResult(Model):
    """Which period conditions read, by frequency."""

    frequency: str
    period: str


class FactResult(Model):
    """A fact that was known on the as-of date."""

    number: int
    name: str
    title: str
    period: str
    value: str
    kind: str
    rank: str
    """`primary` (the company's own release or filing), `secondary` (a copy) or `opinion`."""
    source: str
    published: dt.date
    age_days: int
    stale: bool
    status: Literal["used", "replaced", "not read"]
    url: str | None
    note: str | None


class ReplacedResult(Model):
    """A figure with two sides: restated, disputed, in place of a formula's, or contradicted; or derived, with one."""

    name: str
    title: str
    period: str
    was: str
    now: str
    change: str
    detail: str


class RateResult(Model):
    """A rate of exchange by which figures were converted."""

    text: str
    """`1 USD = 7.10 CNY`"""
    when: str
    """The day, or the period of which it is the average."""
    kind: str
    source: str
    published: dt.date
    note: str | None


class ParamResult(Model):
    """A threshold in force."""

    name: str
    title: str
    value: Shown
    written: str
    source: str | None
    own: bool
    """Whether it is the author's own judgement."""
    origin: str


class Assumed(Model):
    """A name that a world sets."""

    name: str
    title: str
    value: Shown
    lasting: str
    """In which periods it is set, where that is not the one alone that is read (`for 2 quarters`); else ''."""
    instead: Shown


class ChangeResult(Model):
    """What a thesis changed in what a module says."""

    action: str
    keyword: str
    name: str
    title: str
    part: str
    was: str
    now: str | None
    module: str
    by: str
    """Who changed it: the thesis itself, or a module on the way."""
