"""What the head of a column says of its figures: `Shares (m)`, `Price (EUR)`, `Close (pence)`, `ROE (%)`, `As of`.

In: heads. Out: a scale, what contradicts what is said of the table. Must not know what stands in cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evaluator.facts.currencies import main_unit, unknown_currency
from evaluator.readers.tables.said import CODES, MINOR, currency_in, scale_in

_PERCENT = re.compile(r"%|\b(?:percent|per cent|pct)\b", re.IGNORECASE)
_DAY = re.compile(r"\b(?:date|dated|as of|asof|updated|period|fye|(?:year|quarter|period) end)\b", re.IGNORECASE)
_TOTAL = re.compile(
    r"\W*(?:grand |sub-?)?(?:total|average|mean|median|sum|count|maximum|minimum)s?\W*(?:\(?\d+\)?)?\W*", re.IGNORECASE
)

MAY_BE_A_TOTAL = r"(?i)(?:total|average|mean|median|sum|count|maximum|minimum)s?[\W\d]*$"
"""How each such name ends, for a first look at many."""
_CODE = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?:k|m|mm|mn|mln|b|bn|tn)?(?![A-Za-z])")
_SIGNS = {
    "$": frozenset(("USD", "AUD", "CAD", "HKD", "SGD", "NZD", "TWD", "MXN", "BRL", "ARS", "CLP", "COP")),
    "¥": frozenset(("JPY", "CNY", "CNH")),
}
"""Signs that several currencies have, and these."""

scale_of = scale_in
"""The scale that a head says: `k`, `m`, `bn`, or a word that facts do not have."""


def speaks_of_percent(head: str) -> bool:
    """Whether a head says that its figures are in percent."""
    return _PERCENT.search(head) is not None


def speaks_of_days(head: str) -> bool:
    """Whether a head says since when, or of which period, figures are."""
    return _DAY.search(head.replace("_", " ")) is not None


def is_a_total(name: str) -> bool:
    """Whether a name is what people write before a row that sums up the others."""
    return _TOTAL.fullmatch(name) is not None


def other_money(head: str, codes: Sequence[str]) -> tuple[str, str] | None:
    """What is wrong with a head of money that speaks of another money than the table's, and the mend. `codes`: the currencies
    of the table."""
    minor = MINOR.search(head)
    if minor is not None:
        return (
            f"`{head}` speaks of {minor[0]}, and figures are in whole units of a currency",
            "divide its figures by 100, and rename the column",
        )
    said, may_be = _money_of(head)
    other = [c for c in codes if c not in may_be]
    if said is None or not other:
        return None
    return (
        f"`{head}` speaks of {said}, and {'the table is' if len(codes) == 1 else 'some names are'} in {', '.join(other[:4])}",
        f"a screen converts no money: give these figures in {' and '.join(other[:4])}, or leave the column out",
    )


def _money_of(head: str) -> tuple[str | None, frozenset[str]]:
    """What a head says of its currency, and the currencies that it may mean: `Debt (EURm)`, `Cap ($bn)`."""
    codes = {code for code in _CODE.findall(head) if code in CODES} or {
        c for c in (currency_in(head),) if c is not None
    }
    if len(codes) == 1:
        return next(iter(codes)), frozenset(codes)
    if codes:
        return None, frozenset()
    return next(((sign, meant) for sign, meant in _SIGNS.items() if sign in head), (None, frozenset()))


def hundredth(code: str) -> tuple[str, str] | None:
    """What to say of a code that is a hundredth of a currency, and the mend; None of any other."""
    main, parts = main_unit(code)
    if parts == 1:
        return None
    return (
        f"which is a hundredth of {main}",
        f"write {main}, and divide by 100 what is quoted in {code} (prices are; market values and results are mostly not)",
    )


def no_currency(what: str, code: str) -> tuple[str, str] | None:
    """What is wrong with a code that is to be a currency, and the mend. `what`: who says it."""
    mend = unknown_currency(code)
    if mend is not None:
        return f"{what}, which is not a currency", mend
    part = hundredth(code)
    return (f"{what}, {part[0]}", part[1]) if part is not None else None


def in_another_currency(name: str, head: str, asked: str | None, codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a column of money of names in these currencies: what its head says, and what the rules ask for (`asked`)."""
    said = other_money(head, codes)
    if said is not None:
        yield said
    other = [c for c in codes if asked is not None and c != asked]
    if other:
        yield (
            f"the rules ask for `{name}` in {asked}, and `{head}` is in {', '.join(other[:4])}",
            "a screen converts no money: give it in that currency",
        )
