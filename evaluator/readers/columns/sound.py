"""Whether whole columns show that there is nothing wrong with any of their facts.

In: a data frame whose columns are named as `tidy.COLUMNS` has them. Out: yes, or "look at each row". Must not know what a
mistake is called.

A yes is a promise that `columns.Columns` finds no mistake in any of the rows. Where a column is of an unusual kind, or anything is
unusual in it, the answer is no, and the rows are looked at one by one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from itertools import product
from typing import TYPE_CHECKING

from dsl.text.hidden import HIDDEN
from dsl.types.days import FIRST_YEAR, LAST_YEAR
from evaluator.facts.calendar import Calendar
from evaluator.facts.model import Rank, SourceKind
from evaluator.facts.spelling import Misspelled
from evaluator.readers.assemble import label
from evaluator.readers.numerals import Style, Unit, value
from evaluator.readers.rows import Interval, Settings
from evaluator.readers.tables.tidy import LENGTHS

if TYPE_CHECKING:
    import polars as pl

LARGEST, SMALLEST = 1e18, 1e-9
"""Figures between these, and 0, can be calculated with in whatever unit."""
_FIRST, _LAST = dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31)


def are_sound(rows: pl.DataFrame, settings: Settings, defaults: Mapping[str, str]) -> bool:
    """Whether no row can hold a mistake, and each name is written as it is meant."""
    if rows.is_empty() or settings.calendar is None:
        return False
    return (
        _all_texts(rows, defaults)
        and _when(rows)
        and _days(rows, "published", defaults)
        and _figures(rows)
        and _units(rows, defaults)
    )


def with_a_period(rows: pl.DataFrame, settings: Settings) -> pl.Series:
    """Which rows have a period or a date that the fiscal calendar has a name for, in columns that are sound."""
    import polars as pl

    every = pl.repeat(True, len(rows), eager=True)
    if "period_end" not in rows.columns:
        return every
    assert settings.calendar is not None
    for end, word in product(rows["period_end"].unique().to_list(), rows["period_kind"].unique().to_list()):
        if label_of(settings.calendar, end, word.lower()) is None:
            every &= ~((rows["period_end"] == end) & (rows["period_kind"] == word))
    return every


def label_of(calendar: Calendar, end: dt.date | None, word: str) -> str | None:
    """How facts files write the period of such a length that ends on a day; None where it has no name."""
    return None if end is None else label(calendar, Interval(end, LENGTHS[word], trailing=word in ("ttm", "ltm")))


def _plain(texts: pl.Series, empty: bool) -> list[str] | None:
    """The different texts of a column, where it holds nothing but texts that stand as they are meant; `empty`: it may also hold
    none. None where it holds anything else."""
    import polars as pl

    if texts.dtype == pl.Null and empty:
        return []
    if texts.dtype != pl.String or (not empty and texts.null_count()):
        return None
    found = [text for text in texts.unique() if text is not None]
    good = all(text and text.strip() == text and not HIDDEN.search(text) for text in found)
    return found if good else None


def _all_texts(rows: pl.DataFrame, defaults: Mapping[str, str]) -> bool:
    words: dict[str, Collection[str]] = {"kind": set(SourceKind), "rank": set(Rank), "period_kind": set(LENGTHS)}
    if (
        any(key not in rows.columns and key not in defaults for key in ("source", "kind"))
        or "metric" not in rows.columns
    ):
        return False
    for key, default in defaults.items():
        if HIDDEN.search(default) or (key in words and default not in words[key]):
            return False
    for key in ("metric", "source", "kind", "rank", "period", "period_kind", "url", "note", "restates"):
        if key not in rows.columns:
            continue
        needed = key in ("metric", "source", "kind", "period", "period_kind") and key not in defaults
        texts = _plain(rows[key], empty=not needed)
        if texts is None:
            return False
        if key in words and any((text.lower() if key == "period_kind" else text) not in words[key] for text in texts):
            return False
    return True


def _when(rows: pl.DataFrame) -> bool:
    """Whether each row has one period or one date."""
    ways = [key for key in ("period", "period_end", "date") if key in rows.columns]
    if len(ways) != 1 or ("period_end" in ways and "period_kind" not in rows.columns):
        return False
    return "period" in ways or _days(rows, ways[0], {})


def _days(rows: pl.DataFrame, key: str, defaults: Mapping[str, str]) -> bool:
    import polars as pl

    if key not in rows.columns or key in defaults:
        return False
    days = rows[key]
    return days.dtype == pl.Date and not days.null_count() and bool(days.is_between(_FIRST, _LAST).all())


def _figures(rows: pl.DataFrame) -> bool:
    """Whether the values are numbers of a usual size, or nothing."""
    import polars as pl

    values = rows["value"]
    if values.dtype not in (pl.Float64, pl.Int64, pl.Int32):
        return False
    sizes = values.drop_nulls().abs()
    sizes = sizes.drop_nans() if values.dtype == pl.Float64 else sizes
    return bool(((sizes == 0) | ((sizes > SMALLEST) & (sizes < LARGEST))).all())


def _units(rows: pl.DataFrame, defaults: Mapping[str, str]) -> bool:
    """Whether a figure can stand in each unit with each currency."""
    each: list[list[str]] = []
    for key in ("unit", "currency"):
        texts = _plain(rows[key], empty=True) if key in rows.columns else []
        if texts is None:
            return False
        default = defaults.get(key, "")
        each.append([*texts, default] if key not in rows.columns or rows[key].null_count() else texts)
    for unit, currency in product(*each):
        said = Unit(unit, currency, "unit" not in rows.columns, "currency" not in rows.columns)
        one = value("1", said, Style("point"), exact=True)
        if isinstance(one, Misspelled) or HIDDEN.search(one):
            return False
    return True
