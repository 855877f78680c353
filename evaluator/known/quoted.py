"""Prices whose currency nobody can tell: shares are quoted where they are traded, and not in the currency of the statements.

In: a company, the prices of a name. Out: what is wrong with them, if anything. Must not know formulas, nor other facts.

Money without a code is in the currency in which the company reports. Of a price that is sure to be wrong, or anybody's
guess, where other prices of the same name have another code, where it is the price of a receipt, where the ticker names
an exchange that quotes in another currency, and where it names none and the company does not report in dollars: such
shares are quoted at home, abroad or in both places, and a ratio of price and earnings is out by the rate of exchange.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dsl.program.program import Input, Metric
from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.text.source import Span
from dsl.types.units import Frequency, Kind
from evaluator.codes.messages import make
from evaluator.facts.currencies import MINOR, of_exchange
from evaluator.facts.model import Company

AT_HOME = "USD"
"""Shares of companies that report in it are quoted in it, and most of the world's prices that bear no code are."""


@record
class Quote:
    """A price: what stands where, of which day, and its currency if one was said, by the fact, its file or the rules."""

    given: str
    place: Span
    label: str
    currency: str | None


def is_quoted(declared: Input | Metric) -> bool:
    """Whether a name is quoted on an exchange: money of a day or a week."""
    return declared.type.kind is Kind.MONEY and declared.type.series in (Frequency.DAY, Frequency.WEEK)


def is_price(declared: Input | Metric) -> bool:
    """Whether it is what one share costs, by its type or by what it is called."""
    words = re.findall(r"[a-z]+", f"{declared.name} {declared.title}".lower())
    return declared.type.share or not _PRICES.isdisjoint(words)


_PRICES = frozenset({"price", "prices", "close", "closes", "quote", "quotes"})


def unclear(company: Company, declared: Input | Metric, quotes: Sequence[Quote]) -> Diagnostic | None:
    """The finding at the first price of a name that has no code and may be in another currency than the company's; None
    where there is none."""
    bare = [q for q in quotes if q.currency is None]
    found = refused(company, declared, [q.currency for q in quotes]) if bare else None
    if found is None:
        return None
    why, code = found
    more = f" (and {len(bare) - 1} more)" if len(bare) > 1 else ""
    given = bare[0].given
    hundredths = [minor for minor, main in MINOR.items() if main == company.currency]
    codes = [code] if code else [company.currency, *hundredths[:1], AT_HOME]
    likely = " or ".join(f"`{given} {c}`" for c in codes)
    return make("F029", bare[0].place, name=declared.name, label=bare[0].label, more=more, given=given, why=why,
                likely=likely)  # fmt: skip


def refused(company: Company, declared: Input | Metric, currencies: Sequence[str | None]) -> tuple[str, str] | None:
    """Why a price without a code, among prices in some currencies, may be in another than the company's, and in which most
    likely; None where nothing speaks for it."""
    others = sorted({c for c in currencies if c is not None} - {company.currency})
    if others:
        return f"other prices of it are in {others[0]}", others[0]
    if company.shares_per_receipt is not None and declared.type.share:
        return "receipts are traded abroad, in the currency of that exchange", "USD"
    code = of_exchange(company.ticker) or company.currency
    if code != company.currency:
        return f"{company.ticker} is quoted in {code}, while the company reports in {company.currency}", code
    series_of_prices = is_quoted(declared) and is_price(declared)
    if series_of_prices and company.currency != AT_HOME and of_exchange(company.ticker) is None:
        return f"the company reports in {company.currency}, while its shares may be quoted in another currency", ""
    return None
