"""The one order of facts, whatever file they stand in and wherever, and the hash of what they say.

In: facts, exchange rates, the head of a company. Out: keys for sorting, a SHA-256. Must not know rules or files.

Where a fact stands is nothing that it says: the same facts in another order, or split over several files, are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluator.facts.model import Company, ExchangeRate, Fact

VERSION = "facts 1"
"""Changes where what is hashed changes; it is hashed first."""
_SEPARATOR = "\x1f"
"""Between parts: no text of a fact can hold it (`dsl.text.hidden`)."""


def said(fact: Fact) -> tuple[str, ...]:
    """All that a fact says, as texts that can be compared: what it is about, then how firm it is, then the rest."""
    value = fact.value if isinstance(fact.value, str) else f"[{', '.join(sorted(fact.value))}]"
    texts = (
        fact.period or "",
        str(fact.date or ""),
        str(fact.published),
        str(fact.kind.rank),
        fact.rank.value,
        fact.source,
        value,
    )
    return (fact.name, *texts, *((text or "") for text in (fact.url, fact.note, fact.restates)))


def states(fact: Fact) -> tuple[object, ...]:
    """What a fact states, without what is beside it (its note, its link): two that state the same are one."""
    return (fact.name, fact.period, fact.date, fact.value, fact.published, fact.kind, fact.source, fact.currency)


def rate_said(rate: ExchangeRate) -> tuple[str, ...]:
    """All that an exchange rate says, likewise."""
    when = (rate.period or "", str(rate.date or ""), str(rate.published))
    return (rate.of, rate.to, *when, str(rate.kind.rank), rate.source, repr(rate.value), rate.note or "")


def fingerprint(company: Company, facts: Iterable[Fact], rates: Iterable[ExchangeRate]) -> str:
    """The SHA-256 of facts and rates about a company, as hexadecimal digits: equal where they say the same."""
    calendar = company.fiscal_year_ends
    ends = " ".join([calendar.written, *(f"{e.month}-{e.day} until {e.until}" for e in calendar.earlier)])
    made = sha256()
    head = (VERSION, company.ticker, company.name, company.currency, ends, company.reports.value)
    for parts in (head, *sorted(map(said, facts)), ("rates",), *sorted(map(rate_said, rates))):
        made.update(_SEPARATOR.join(parts).encode("utf-8", "surrogatepass") + b"\n")
    return made.hexdigest()
