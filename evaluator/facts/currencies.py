"""Which codes are currencies, and which are hundredths of one, as exchanges quote prices: GBX is a penny of a GBP.

In: a code as a file has it. Out: the currency and how many of the unit make one of it, or what is wrong. Must not know
rates. The list is ISO 4217, from the package iso4217; to read it takes an eighth of a second, so that the codes of most files
are looked up without it.
"""

from __future__ import annotations

from functools import cache

from dsl.text.messages import did_you_mean

MINOR = {"GBX": "GBP", "GBp": "GBP", "ILA": "ILS", "ZAc": "ZAR", "ZAC": "ZAR"}
"""Codes of exchanges for a hundredth of a currency, and that currency."""
HUNDREDTHS = 100
_USUAL = frozenset(
    ("AUD", "BRL", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "HKD", "IDR", "ILS", "INR", "JPY", "KRW", "MXN", "NOK", "NZD",
     "PLN", "SEK", "SGD", "THB", "TRY", "TWD", "USD", "ZAR")
)  # fmt: skip
_SAID_OTHERWISE = {"RMB": "CNY", "CNH": "CNY", "YEN": "JPY", "NTD": "TWD", "NIS": "ILS", "STG": "GBP", "SFR": "CHF"}
"""What people write for a currency, and its code."""

_EXCHANGES = {
    "HK": "HKD", "L": "GBP", "TO": "CAD", "V": "CAD", "DE": "EUR", "F": "EUR", "PA": "EUR", "AS": "EUR", "BR": "EUR",
    "MI": "EUR", "MC": "EUR", "LS": "EUR", "HE": "EUR", "VI": "EUR", "IR": "EUR", "SW": "CHF", "ST": "SEK", "CO": "DKK",
    "OL": "NOK", "WA": "PLN", "IS": "TRY", "TA": "ILS", "JO": "ZAR", "T": "JPY", "KS": "KRW", "KQ": "KRW", "TW": "TWD",
    "TWO": "TWD", "SS": "CNY", "SZ": "CNY", "NS": "INR", "BO": "INR", "SI": "SGD", "BK": "THB", "JK": "IDR", "AX": "AUD",
    "NZ": "NZD", "SA": "BRL", "MX": "MXN",
}  # fmt: skip
"""What follows the dot of a ticker, and the currency in which that exchange quotes nearly all of its shares."""


def of_exchange(ticker: str) -> str | None:
    """The currency of the exchange that a ticker names (0700.HK); None where it names none."""
    _, dot, exchange = ticker.rpartition(".")
    return _EXCHANGES.get(exchange.upper()) if dot else None


@cache
def is_currency(code: str) -> bool:
    """Whether a code is a currency of ISO 4217."""
    return code in _USUAL or code in _all()


@cache
def _all() -> frozenset[str]:
    from iso4217 import Currency

    return frozenset(currency.code for currency in Currency)


def main_unit(code: str) -> tuple[str, int]:
    """The currency of a code, and how many of what the code stands for make one of it: GBX -> GBP, 100."""
    return (MINOR[code], HUNDREDTHS) if code in MINOR else (code, 1)


def surely(code: str) -> str | None:
    """The code of a currency that is written otherwise and can be no other: `usd`, `RMB`. None where it may be another, or is a
    code as it stands. (CNH trades outside China, at another rate.)"""
    if code in MINOR or is_currency(code):
        return None
    upper = code.upper().rstrip(".")
    if upper == "US$":
        return "USD"
    if upper in _SAID_OTHERWISE and upper != "CNH":
        return _SAID_OTHERWISE[upper]
    return upper if upper in _USUAL else None


def unknown_currency(code: str) -> str | None:
    """What to write for a code that is no currency; None where it is one, or a hundredth of one."""
    if code in MINOR or is_currency(code):
        return None
    if code.upper() in _SAID_OTHERWISE:
        return f"write {_SAID_OTHERWISE[code.upper()]}"
    return did_you_mean(code, sorted(_USUAL), "write its code in ISO 4217, such as USD")
