"""What looks doubtful in a table of names, said and never mended: a P/E of a loss, a yield in percent called a fraction, a market
value that is not price × shares, two classes of one company.

In: a `Raw`, its `Chosen` columns, the rows in base units. Out: sentences. Must not know rules.

A column that the rules do not read is looked at too, where it is called what everybody calls it (EPS, price, shares): it is
there to compare with, and nothing is calculated from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dsl.types.units import PERCENTS, Kind
from evaluator.blocks.alike import several
from evaluator.blocks.parts import collected
from evaluator.readers.tables.column_heads import MAY_BE_A_TOTAL, is_a_total, speaks_of_days, speaks_of_percent
from evaluator.screening.protocol import NAME
from evaluator.universe import cells
from evaluator.universe.columns import Chosen
from evaluator.universe.files import Raw

if TYPE_CHECKING:
    import polars as pl

_APART = 0.1
"""Two figures that should be one may differ by so much (prices of two days do) before it is said."""
_LISTED, _SHOWN, _PAIRS = 4, 5, 1_000
_SHARE = 0.02
"""So many of the names must be off before a product that should hold is said not to."""
_PRICE = ("price", "share price", "close", "last price", "last")
_EPS = ("earnings/share", "eps", "earnings per share", "diluted eps")
_PE = ("price/earnings", "p/e", "pe", "p/e ratio", "pe ratio", "price earnings")
_MARKET = ("market cap", "market value", "market capitalization", "market capitalisation", "mkt cap")
_SHARES = ("shares", "shares outstanding", "common shares", "shares out")
_CLASS = r"(?i)[,(]?\s*(?:class|cl\.?|series)\s+[a-z]\b\)?|\s*\([a-c]\)\s*$"


def doubts(raw: Raw, chosen: Chosen, rows: pl.LazyFrame) -> list[str]:
    """What a reader should know before believing a screen."""
    known = {_key(h): h for h in raw.rows.collect_schema().names()}
    return [
        *_percents(chosen, rows),
        *_losses(raw, chosen, rows, known),
        *_none_paid(chosen, rows),
        *_products(raw, chosen, known),
        *_classes(raw, chosen),
        *_totals(rows),
        *_days_unread(chosen),
    ]


def _key(head: str) -> str:
    return " ".join(head.replace("_", " ").split()).casefold()


def _number(raw: Raw, known: dict[str, str], words: Iterable[str]) -> tuple[str, pl.Expr] | None:
    """A column of plain numbers by what everybody calls it."""
    import polars as pl

    head = next((known[w] for w in words if w in known), None)
    if head is None:
        return None
    dtype = raw.rows.collect_schema()[head]
    if not (dtype.is_numeric() or dtype == pl.String):
        return None
    return head, pl.col(head).cast(pl.Float64, strict=False)


def _percents(chosen: Chosen, rows: pl.LazyFrame) -> Iterable[str]:
    """Percents whose size speaks for the other of the two ways to write them."""
    import polars as pl

    for column in chosen.inputs:
        by_head = not column.entry.said and speaks_of_percent(column.head)
        if column.declared.type.kind not in PERCENTS or not (column.entry.said or by_head):
            continue
        middle = collected(rows.select(pl.col(column.name).abs().drop_nulls().median())).item()
        if middle is None:
            continue
        if column.entry.unit == "fraction" and speaks_of_percent(column.head):
            yield f"in doubt: `{column.head}` is read as a fraction, and its head speaks of percent; its middle figure is {middle:.1%}"
        elif column.entry.unit == "fraction" and middle > 1:
            yield f"in doubt: `{column.head}` is read as a fraction, and its middle figure is {middle:.0%}; is it in percent?"
        elif column.entry.unit == "percent" and (0 < middle < 0.0005 or _all_small(rows, column.name)):
            yield f"in doubt: `{column.head}` is read in percent, and its middle figure is {middle:.3%}; is it a fraction?"


def _all_small(rows: pl.LazyFrame, name: str) -> bool:
    """Whether of three figures or more none is above 1% and most are not 0, as of fractions that are read as percents."""
    import polars as pl

    size = pl.col(name).abs().drop_nulls()
    found = collected(rows.select(n=size.len(), top=size.max(), middle=size.median())).row(0, named=True)
    return bool(found["n"] >= 3 and found["middle"] > 0 and found["top"] <= 0.01)


def _totals(rows: pl.LazyFrame) -> Iterable[str]:
    """Names that are a row of totals."""
    import polars as pl

    may_be = rows.select(NAME).filter(pl.col(NAME).str.contains(MAY_BE_A_TOTAL))
    names = [n for n in collected(may_be.unique(maintain_order=True))[NAME] if is_a_total(n)]
    if names:
        yield f"in doubt: {_names(names[:_LISTED], len(names))} is judged as a name, and may sum up the others; take the row out"


def _days_unread(chosen: Chosen) -> Iterable[str]:
    """Columns of days that nothing reads, where no column says of which period figures are."""
    heads = [h for h in chosen.unused if speaks_of_days(h)]
    if heads and chosen.period is None:
        listed = ", ".join(f"`{h}`" for h in heads[:4])
        yield (
            f"in doubt: {listed} {'is' if len(heads) == 1 else 'are'} not read: all figures are taken as known on the as-of date, and "
            f"as those of the last period that ended by then; if a column says of which period they are, name it with --period"
        )


def _losses(raw: Raw, chosen: Chosen, rows: pl.LazyFrame, known: dict[str, str]) -> Iterable[str]:
    """Multiples below 0, and multiples that are missing where there are no earnings: neither is a cheap name."""
    import polars as pl

    eps = _number(raw, known, _EPS)
    for column in chosen.inputs:
        if column.declared.type.kind is not Kind.MULTIPLE and _key(column.head) not in _PE:
            continue
        below = rows.filter(pl.col(column.name) <= 0).select(NAME)
        if listed := _first(below):
            yield (
                f"in doubt: `{column.head}` is 0 or less for {listed}: a multiple of a loss or of a negative book value says "
                f"nothing, and a rule that asks for a low one takes these names for cheap; let it ask for `{column.name} > 0` too"
            )
        if eps is None or _key(column.head) not in _PE:
            continue
        empty = cells.texts(column.head).is_null()
        names = raw.rows.filter(empty & (eps[1] <= 0)).select(cells.texts(chosen.name).alias("n"))
        if listed := _first(names):
            yield (
                f"in doubt: `{column.head}` is empty for {listed}, whose `{eps[0]}` is 0 or less: it means nothing there, and "
                f"is taken as missing"
            )


def _none_paid(chosen: Chosen, rows: pl.LazyFrame) -> Iterable[str]:
    """Yields and dividends of which some are missing and none is 0: who pays nothing may be among the missing."""
    import polars as pl

    for column in chosen.inputs:
        if "dividend" not in _key(column.head):
            continue
        figure = pl.col(column.name)
        counts = rows.select(gaps=figure.is_null().sum(), zeros=(figure == 0).sum(), all=pl.len())
        found = collected(counts).row(0, named=True)
        if found["gaps"] and not found["zeros"] and found["gaps"] < found["all"]:
            yield (
                f"in doubt: `{column.head}` is missing for {found['gaps']} of {found['all']} and 0 for none: who pays no dividend may be "
                f"among the missing, and is not taken to pay 0"
            )


def _products(raw: Raw, chosen: Chosen, known: dict[str, str]) -> Iterable[str]:
    """Figures that others make up, and are not what these make."""
    price, eps = _number(raw, known, _PRICE), _number(raw, known, _EPS)
    pe, market, shares = (_number(raw, known, words) for words in (_PE, _MARKET, _SHARES))
    if price and eps and pe:
        yield from _apart(raw, chosen, pe, price[1] / eps[1], f"{price[0]} ÷ {eps[0]}", eps[1] > 0)
    if price and shares and market:
        yield from _apart(raw, chosen, market, price[1] * shares[1], f"{price[0]} × {shares[0]}", shares[1] > 0)


def _apart(
    raw: Raw, chosen: Chosen, given: tuple[str, pl.Expr], made: pl.Expr, formula: str, where: pl.Expr
) -> Iterable[str]:
    import polars as pl

    head, figure = given
    both = raw.rows.filter(where & figure.is_finite() & made.is_finite() & (figure != 0))
    gaps = both.select(cells.texts(chosen.name).alias("n"), (made / figure - 1).abs().alias("gap"))
    count = collected(gaps.select(all=pl.len(), off=(pl.col("gap") > _APART).sum())).row(0, named=True)
    if count["all"] and count["off"] >= max(1, _SHARE * count["all"]):
        worst = collected(gaps.filter(pl.col("gap") > _APART).bottom_k(_LISTED, by=[-pl.col("gap"), "n"]))
        worst = worst.sort(-pl.col("gap"), "n")
        yield (
            f"in doubt: `{head}` is more than {_APART:.0%} away from {formula} for {_names(worst['n'].to_list(), count['off'])}: they may "
            f"be of different days, currencies, or classes of shares"
        )


def _classes(raw: Raw, chosen: Chosen) -> Iterable[str]:
    """Names that are two classes of one company: both stand in the screen, and in its ranks."""
    import polars as pl

    if chosen.company is None or chosen.period is not None:
        return
    plain = (
        cells.texts(chosen.company)
        .str.replace_all(_CLASS, "")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
        .str.to_lowercase()
    )
    pairs = raw.rows.select(cells.texts(chosen.name).alias("n"), plain.alias("c")).drop_nulls()
    alike = pairs.filter(several(pairs, pl.col("c")))
    count = collected(alike.select(pl.col("c").hash().alias("c"))).to_series().n_unique()
    if not count:
        return
    first = collected(alike.head(_PAIRS)).unique("c", keep="first", maintain_order=True).head(_SHOWN)
    names = collected(
        alike.filter(pl.col("c").is_in(first["c"].implode())).group_by("c").agg(pl.col("n").head(_LISTED), pl.len())
    )
    said = {c: _names(n, size).replace(", ", " and ") for c, n, size in names.iter_rows()}
    listed = "; ".join(said[c] for c in first["c"]) + (f"; {count - len(first)} more" if count > len(first) else "")
    yield f"in doubt: {listed}: classes of one company, each of which is ranked and counted"


def _first(names: pl.LazyFrame) -> str:
    """The first of some names, and how many there are; '' where there is none."""
    import polars as pl

    first = collected(names.head(_LISTED)).to_series().to_list()
    return _names(first, int(collected(names.select(pl.len())).item()) if len(first) == _LISTED else len(first))


def _names(names: list[str], count: int) -> str:
    shown = ", ".join(names[:_LISTED])
    return f"{shown} and {count - _LISTED} more" if count > _LISTED else shown
