"""Every kind with every kind under every operator, frozen: read as a person of finance, each cell must be right."""

from __future__ import annotations

import itertools

from dsl.types import units
from dsl.types.units import Frequency, Kind, Refusal, Type
from tests.conftest import Golden
from tests.paths import GOLDEN

Q, Y, D, W, M = Frequency.QUARTER, Frequency.YEAR, Frequency.DAY, Frequency.WEEK, Frequency.MONTH
GOLDEN = GOLDEN / "units.txt"
KINDS = {
    "number": Type(Kind.NUMBER), "ratio": Type(Kind.RATIO), "count": Type(Kind.COUNT), "percent": Type(Kind.PERCENT),
    "pp": Type(Kind.POINTS), "multiple": Type(Kind.MULTIPLE), "money": Type(Kind.MONEY), "money USD": Type(Kind.MONEY, "USD"),
    "money CNY": Type(Kind.MONEY, "CNY"), "money/quarter": Type(Kind.MONEY, None, Q), "money/year": Type(Kind.MONEY, None, Y),
}  # fmt: skip
OTHERS = {
    "flag": Type(Kind.FLAG), "date": Type(Kind.DATE), "duration": Type(Kind.DURATION), "text": Type(Kind.TEXT),
    "choice": Type(Kind.CHOICE, options=("a",)), "set": Type(Kind.SET, options=("a",)), "pillar": Type(Kind.PILLAR),
    "verdict": Type(Kind.VERDICT), "anything": units.ANY,
}  # fmt: skip
SERIES = {
    "price by day": Type(Kind.MONEY, series=D), "price by week": Type(Kind.MONEY, series=W),
    "sales by month": Type(Kind.MONEY, None, M, M), "sales by quarter": Type(Kind.MONEY, None, Q, Q),
    "sales by year": Type(Kind.MONEY, None, Y, Y), "ttm(sales)": Type(Kind.MONEY, None, Y, Q),
    "latest(sales)": Type(Kind.MONEY, None, Q), "cash": Type(Kind.MONEY), "margin by quarter": Type(Kind.PERCENT, series=Q),
    "margin by year": Type(Kind.PERCENT, series=Y), "orders by quarter": Type(Kind.COUNT, series=Q),
    "ttm(orders)": Type(Kind.COUNT, None, Y, Q),
}  # fmt: skip
RULES = {
    "+": lambda a, b: units.add(a, b, minus=False), "-": lambda a, b: units.add(a, b, minus=True), "*": units.multiply,
    "/": units.divide, "^": units.power, "<": units.compare,
}  # fmt: skip


def word(found: Type | Refusal | Frequency | None) -> str:
    match found:
        case Refusal():
            return found.code
        case Type():
            name = "money" if found.kind is Kind.MONEY else found.kind.value
            every = f" by {found.series}" if found.series else ""
            return (
                f"{name}{f' {found.currency}' if found.currency else ''}{f'/{found.per}' if found.per else ''}{every}"
            )
        case _:
            return f"yes, by {found}" if found else "yes"


def table(sign: str, rows: dict[str, Type], columns: dict[str, Type]) -> list[str]:
    cells = [[f"left {sign} right", *columns]]
    cells += [[left, *(word(RULES[sign](a, b)) for b in columns.values())] for left, a in rows.items()]
    wide = [max(len(row[n]) for row in cells) for n in range(len(cells[0]))]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip() for row in cells]


def test_every_kind_with_every_kind(golden: Golden) -> None:
    shown: list[str] = []
    for sign in RULES:
        everything = {**KINDS, **OTHERS} if sign == "<" else KINDS
        shown += [*table(sign, everything, everything), ""]
    for sign in "+*/<":
        shown += [*table(sign, SERIES, SERIES), ""]
    golden(GOLDEN, "\n".join(shown))


def test_comparing_and_adding_do_not_depend_on_the_side() -> None:
    for a, b in itertools.product({**KINDS, **OTHERS, **SERIES}.values(), repeat=2):
        assert word(units.compare(a, b)) == word(units.compare(b, a))
        if a.is_figure and b.is_figure:
            assert word(units.add(a, b, minus=False)) == word(units.add(b, a, minus=False))
            assert word(units.multiply(a, b)) == word(units.multiply(b, a))
