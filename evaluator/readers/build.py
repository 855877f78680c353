"""Rows become facts: pydantic judges the texts, and its errors become ours, at the cell they speak of.

In: `Row`s. Out: `Fact`s, `ExchangeRate`s, a `Company`, and diagnostics. Must not know formats of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import Fix, Mend, meant, put
from dsl.text.hidden import HIDDEN, code_point
from dsl.text.source import Span
from evaluator.codes.messages import make
from evaluator.facts.currencies import surely
from evaluator.facts.model import Company, ExchangeRate, Fact, Rank, SourceKind
from evaluator.facts.splits import ShareSplit
from evaluator.readers.rows import Row

M = TypeVar("M", bound=BaseModel)
_OURS = ("name", "place", "value_place", "offered")
"""What a fact holds and no file says under that key."""
_MENDS = {
    "published": "write the day it became known",
    "source": "write where the figure is from: nothing goes in without a source",
}


@cache
def keys(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys under which a file says what a model holds."""
    hidden = (*_OURS, "path") if model is Fact else ("path", "files")
    return tuple(key for key in model.model_fields if key not in hidden)


def unknown_key(where: str, span: Span, key: str, known: Sequence[str], of_the_company: str = "") -> Diagnostic:
    """That a key means nothing, and which is meant. `of_the_company`: what a head says under it, which may be meant as a fact."""
    mend = meant(span, key, known, f"the keys are {', '.join(known)}", closed=True)
    if of_the_company and not mend.fixes:
        fact = f'{{date: …, value: {of_the_company}, published: …, kind: reported, source: "…"}}'
        mend = Mend(f"{mend}; what is known of the company has a day and a source: `{key}: [{fact}]` under `facts`")
    return make("F011", span, where=where, key=key, mend=mend if span.text == key else str(mend))


_CLOSED = {"kind": tuple(SourceKind), "rank": tuple(Rank)}
"""Keys whose words are the program's own."""


def _as_meant(key: str, span: Span) -> tuple[Fix, ...]:
    """The fix of a word that can mean but one: a misspelt kind, `RMB`."""
    if key in _CLOSED:
        return meant(span, span.text, _CLOSED[key], closed=True).fixes
    code = surely(span.text) if key in ("currency", "of", "to") else None
    return (put(span, code, sure=True),) if code else ()


def _hidden(data: Mapping[str, Any]) -> Iterator[tuple[str, re.Match[str]]]:
    """The texts that hold a hidden character, by their keys, and the first of them in each."""
    for key, given in data.items():
        if isinstance(given, str):
            if not (given.isascii() and given.isprintable()) and (found := HIDDEN.search(given)):
                yield key, found
        elif isinstance(given, tuple):
            for text in given:
                if isinstance(text, str) and (found := HIDDEN.search(text)):
                    yield key, found


class Builder:
    """Makes models of rows, and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []

    def fact(self, row: Row) -> Fact | None:
        """A fact, or None with its mistakes noted."""
        data: dict[str, Any] = {key: cell.text for key, cell in row.cells.items()}
        if not self._has_time(data, row, "write `period` for a figure of a quarter or year, `date` for one of a day"):
            return None
        places = {"place": row.span, "value_place": row.at("value"), "offered": row.offered}
        return self.build(Fact, data | places, row)

    def rate(self, row: Row) -> ExchangeRate | None:
        """An exchange rate, or None with its mistakes noted."""
        data: dict[str, Any] = {key: cell.text for key, cell in row.cells.items()}
        if not self._has_time(data, row, "write `date` for the rate of a day, `period` for the average of a period"):
            return None
        return self.build(ExchangeRate, data, row)

    def split(self, row: Row) -> ShareSplit | None:
        """A share split, or None with its mistakes noted."""
        return self.build(ShareSplit, {key: cell.text for key, cell in row.cells.items()}, row)

    def _has_time(self, data: Mapping[str, Any], row: Row, mend: str) -> bool:
        if ("period" in data) != ("date" in data):
            return True
        reason = "it has both a period and a date" if "period" in data else "it has neither a period nor a date"
        self.problems.append(make("F012", row.span, where=row.where, reason=reason, mend=mend))
        return False

    def company(self, row: Row, more: Mapping[str, Any]) -> Company | None:
        """A company from its head, or None with its mistakes noted."""
        return self.build(Company, {key: cell.text for key, cell in row.cells.items()} | dict(more), row)

    def build(self, model: type[M], data: dict[str, Any], row: Row) -> M | None:
        """A model from plain texts. A text that would be shown as something else than what stands there is refused."""
        hidden = list(_hidden(data))
        for key, found in hidden:
            reason = f"it holds the hidden character {code_point(found[0])}"
            where = f"`{key}` of {row.where}"
            self.problems.append(make("F012", row.at(key), where=where, reason=reason, mend="take it away"))
        if hidden:
            return None
        try:
            return model(**data)
        except ValidationError as invalid:
            for error in invalid.errors():
                self._report(error, model, row)
            return None

    def _report(self, error: Any, model: type[BaseModel], row: Row) -> None:
        key = str(error["loc"][0]) if error["loc"] else ""
        span = row.at(key)
        if error["type"] == "missing":
            mend = _MENDS.get(key, row.wanting.format(key=key))
            nowhere = not span.source.text and span.source.sheet is None
            place, at = (None, span.source.path) if nowhere else (span, None)
            self.problems.append(make("F010", place, at=at, where=row.where, key=key, mend=mend))
        elif error["type"] == "extra_forbidden":
            cell = row.cells.get(key)
            place = cell.key if cell and cell.key else span
            self.problems.append(unknown_key(row.where, place, key, keys(model)))
        else:
            reason = (
                str(error.get("ctx", {}).get("error", ""))
                or f"`{key}` cannot be {error.get('input')!r}: {error['msg'].lower()}"
            )
            text, _, mend = reason.partition("; ")
            where = f"`{key}` of {row.where}"
            cell = row.cells.get(key)
            fixes = _as_meant(key, span) if cell is not None and span.text == cell.text else ()
            self.problems.append(make("F012", span, where=where, reason=text, mend=Mend(mend, fixes)))
