"""Which line of a company's statements a name stands for, as far as the name alone says it.

In: names. Out: roles. Must not know rules or facts. Only plain names have a role: `total_assets` has one, `cloud_assets` none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

_ROLES = {
    "assets": r"(?:total_)?assets",
    "liabilities": r"(?:total_)?liabilities",
    "equity": r"(?:total_)?(?:shareholders_|stockholders_)?equity",
    "current_assets": r"(?:total_)?current_assets",
    "current_liabilities": r"(?:total_)?current_liabilities",
    "cash": r"cash(?:_and_(?:cash_)?equivalents)?",
    "inventory": r"inventor(?:y|ies)",
    "receivables": r"(?:accounts_|trade_)?receivables?",
    "revenue": r"(?:total_)?(?:net_)?(?:revenues?|sales)",
    "gross_profit": r"gross_profit",
    "net_income": r"(?:net_)?(?:income|profit|earnings)|ni",
    "eps": r"(?:diluted_|basic_)?(?:eps|earnings_per_share)",
    "shares": r"(?:diluted_|basic_)?shares(?:_outstanding|_out)?|sh",
    "capital expenditure": r"capex|capital_(?:spending|expenditures?)",
    "operating cash flow": r"(?:operating_cash(?:_flow)?|cash_from_operations|cash_flow_from_operations|cfo)",
    "free cash flow": r"free_cash(?:_flow)?|fcf",
    "operating profit": r"ebit|operating_(?:income|profit)",
    "price": r"(?:share_)?price|close",
    "market value": r"market_(?:cap|capitalization|value)",
    "dividends per share": r"dividends?_per_share|dps",
}


@cache
def role_of(name: str) -> str | None:
    """The line of the statements that a name stands for; None where the name does not say.

    Example: `role_of("net_sales")` is `revenue`.
    """
    return next((role for role, pattern in _ROLES.items() if re.fullmatch(pattern, name)), None)


def same_line(name: str, others: Iterable[str]) -> list[str]:
    """Of some names those that may be another's word for the same line: of one role, or the same words in another order or
    number. What is only spelt alike (`cloud_revenue`, `compute_revenue`) is another figure."""
    role, words = role_of(name), _words(name)
    return [each for each in others if each != name and (_words(each) == words or (role and role_of(each) == role))]


def _words(name: str) -> frozenset[str]:
    return frozenset(word.removesuffix("s") for word in name.split("_"))
