"""Facts about one company: what was known, since when, from where. Pydantic models at the border.

In: a YAML tree. Out: `Company` with its `Fact`s and exchange rates, and diagnostics. Must not know rules: whether a
fact is asked for, and of which type, is for `bind.py`.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dsl.diagnostics import Diagnostic
from dsl.messages import did_you_mean
from dsl.source import SourceFile, Span, UnreadableFileError
from evaluator.messages import make
from evaluator.periods import Calendar, Unclear, calendar_of
from evaluator.yamltree import YamlList, YamlMap, YamlNode, YamlText, read_yaml


class SourceKind(StrEnum):
    """What a figure rests on, the firmest first."""

    REPORTED = "reported"
    DERIVED = "derived"
    GUIDANCE = "guidance"
    CLAIM = "claim"
    ESTIMATE = "estimate"

    @property
    def rank(self) -> int:
        """0 for the firmest."""
        return list(SourceKind).index(self)


def _day(value: object) -> dt.date:
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError(f"there is no day {value}; write it as YYYY-MM-DD") from None


def _kind(value: object) -> SourceKind:
    try:
        return SourceKind(str(value))
    except ValueError:
        mend = did_you_mean(str(value), list(SourceKind), f"it is one of {', '.join(SourceKind)}")
        raise ValueError(f"{value} is not a kind of source; {mend}") from None


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("it is empty; say where the figure is from")
    return value.strip()


def _currency(value: str) -> str:
    if len(value) != 3 or not value.isascii() or not value.isupper():
        raise ValueError(f"{value} is not a currency; write its code, such as CNY")
    return value


class Reports(StrEnum):
    """How often a company gives its results."""

    QUARTERS = "quarters"
    HALVES = "halves"


def _reports(value: object) -> Reports:
    try:
        return Reports(str(value).strip())
    except ValueError:
        raise ValueError(f"{value} is not how often results come; it is one of {', '.join(Reports)}") from None


def _year_end(value: object) -> Calendar:
    found = value if isinstance(value, Calendar) else calendar_of(str(value).strip())
    if isinstance(found, Unclear):
        raise ValueError(f"{found.reason}; {found.mend}")
    return found


Day = Annotated[dt.date, BeforeValidator(_day)]
M = TypeVar("M", bound=BaseModel)
_STRICT = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Fact(BaseModel):
    """One figure, word or set, as a source gave it. Exactly one of `period` and `date` says what it describes."""

    model_config = _STRICT

    name: str
    period: str | None = None
    date: Day | None = None
    value: str | tuple[str, ...]
    published: Day
    kind: Annotated[SourceKind, BeforeValidator(_kind)]
    source: Annotated[str, AfterValidator(_said)]
    url: str | None = None
    note: str | None = None
    restates: str | None = None
    """Which earlier figure it takes the place of, in the source's words."""
    place: Span = Field(exclude=True, repr=False)
    value_place: Span = Field(exclude=True, repr=False)


class ExchangeRate(BaseModel):
    """How much of currency `to` one unit of currency `of` was worth on a day."""

    model_config = _STRICT

    of: Annotated[str, AfterValidator(_currency)]
    to: Annotated[str, AfterValidator(_currency)]
    date: Day
    value: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    published: Day
    kind: Annotated[SourceKind, BeforeValidator(_kind)] = SourceKind.REPORTED
    source: Annotated[str, AfterValidator(_said)]
    note: str | None = None


class Company(BaseModel):
    """A company and everything its facts file says."""

    model_config = _STRICT

    name: Annotated[str, AfterValidator(_said)]
    ticker: Annotated[str, AfterValidator(_said)]
    currency: Annotated[str, AfterValidator(_currency)]
    fiscal_year_ends: Annotated[Calendar, BeforeValidator(_year_end)]
    reports: Annotated[Reports, BeforeValidator(_reports)] = Reports.QUARTERS
    facts: tuple[Fact, ...]
    exchange_rates: tuple[ExchangeRate, ...] = ()
    path: str


def read_company(source: SourceFile) -> tuple[Company | None, list[Diagnostic]]:
    """A facts file -> the company, or None with every mistake in it."""
    tree, problems = read_yaml(source)
    if tree is None:
        return None, problems or [make("F002", None, at=source.path)]
    if not isinstance(tree, YamlMap):
        return None, [
            *problems,
            make(
                "F013",
                tree.span,
                where="the file",
                wanted="a list of keys and values",
                mend="write `ticker: BABA` and so on",
            ),
        ]
    return _Reader(source, problems).company(tree)


def unreadable(error: UnreadableFileError) -> Diagnostic:
    """A facts file that cannot be read as text."""
    return make("F001", None, at=error.path, reason=error.reason, mend=error.hint)


class _Reader:
    def __init__(self, source: SourceFile, problems: list[Diagnostic]) -> None:
        self.source, self.problems = source, problems

    def company(self, tree: YamlMap) -> tuple[Company | None, list[Diagnostic]]:
        head = {k.text: v for k, v in tree.items if k.text not in ("facts", "exchange_rates")}
        facts = self._facts(tree)
        rates = self._rates(tree)
        data: dict[str, Any] = {k: v.text if isinstance(v, YamlText) else None for k, v in head.items()}
        data |= {"facts": facts, "exchange_rates": rates, "path": self.source.path}
        company = self._build(Company, data, tree, "the facts file")
        return (company if not self.problems else None), self.problems

    def _facts(self, tree: YamlMap) -> tuple[Fact, ...]:
        node = tree.get("facts")
        if node is None:
            return ()
        if isinstance(node, YamlText) and not node.text.strip():
            return ()
        if not isinstance(node, YamlMap):
            self._shape(node, "`facts`", "a name for each list of facts", "write `revenue:` and its facts below it")
            return ()
        found: list[Fact] = []
        for key, entries in node.items:
            if isinstance(entries, YamlText) and not entries.text.strip():
                continue  # a name without facts yet
            if not isinstance(entries, YamlList):
                self._shape(entries, f"`{key.text}`", "a list of facts", "begin each with `- {period: …`")
                continue
            for at, entry in enumerate(entries.items, 1):
                fact = self._fact(key.text, at, entry)
                if fact is not None:
                    found.append(fact)
        return tuple(found)

    def _fact(self, name: str, at: int, entry: YamlNode) -> Fact | None:
        where = f"fact {at} of `{name}`"
        if not isinstance(entry, YamlMap):
            self._shape(
                entry,
                where,
                "keys and values",
                'write `{period: 2026-03-31, value: 38%, published: …, kind: reported, source: "…"}`',
            )
            return None
        data: dict[str, Any] = {"name": name, "place": entry.span, "value_place": entry.span}
        before = len(self.problems)
        for key, value in entry.items:
            if key.text in ("name", "place", "value_place"):
                self._unknown_key(where, key.span, key.text, Fact)
            elif isinstance(value, YamlText):
                data[key.text] = value.text.strip()
            elif (
                isinstance(value, YamlList)
                and key.text == "value"
                and all(isinstance(i, YamlText) for i in value.items)
            ):
                data["value"] = tuple(i.text.strip() for i in value.items if isinstance(i, YamlText))
            else:
                self._shape(value, f"`{key.text}` of {where}", "one value", "")
            if key.text == "value":
                data["value_place"] = value.span
        if ("period" in data) == ("date" in data):
            reason = "it has both a period and a date" if "period" in data else "it has neither a period nor a date"
            mend = "write `period` for a figure of a quarter or year, `date` for one of a day"
            self.problems.append(make("F012", entry.span, where=where, reason=reason, mend=mend))
        if len(self.problems) > before:
            return None
        return self._build(Fact, data, entry, where)

    def _rates(self, tree: YamlMap) -> tuple[ExchangeRate, ...]:
        node = tree.get("exchange_rates")
        if node is None:
            return ()
        if not isinstance(node, YamlList):
            self._shape(node, "`exchange_rates`", "a list", "begin each with `- {of: USD, to: CNY, date: …`")
            return ()
        found = []
        for at, entry in enumerate(node.items, 1):
            if not isinstance(entry, YamlMap):
                self._shape(entry, f"exchange rate {at}", "keys and values", "")
                continue
            data = {k.text: v.text.strip() if isinstance(v, YamlText) else None for k, v in entry.items}
            rate = self._build(ExchangeRate, data, entry, f"exchange rate {at}")
            if rate is not None:
                found.append(rate)
        return tuple(found)

    def _shape(self, node: YamlNode, where: str, wanted: str, mend: str) -> None:
        self.problems.append(make("F013", node.span, where=where, wanted=wanted, mend=mend))

    def _unknown_key(self, where: str, span: Span, key: str, model: type[BaseModel]) -> None:
        known = (
            [f for f in model.model_fields if f not in ("name", "place", "value_place", "path")]
            if model is Fact
            else list(model.model_fields)
        )
        mend = did_you_mean(key, known, f"the keys are {', '.join(k for k in known if k != 'path')}")
        self.problems.append(make("F011", span, where=where, key=key, mend=mend))

    def _build(self, model: type[M], data: dict[str, Any], node: YamlMap, where: str) -> M | None:
        """A model from plain texts; pydantic's errors become ours, at the key they speak of."""
        try:
            return model(**data)
        except ValidationError as invalid:
            for error in invalid.errors():
                self._report(error, model, node, where)
            return None

    def _report(self, error: Any, model: type[BaseModel], node: YamlMap, where: str) -> None:
        key = str(error["loc"][0]) if error["loc"] else ""
        value = node.get(key)
        span = value.span if value is not None else Span(self.source, node.span.start, node.span.start + 1)
        if error["type"] == "missing":
            mends = {
                "published": "write the day it became known",
                "source": "write where the figure is from: nothing goes in without a source",
            }
            self.problems.append(make("F010", span, where=where, key=key, mend=mends.get(key, f"write `{key}: …`")))
        elif error["type"] == "extra_forbidden":
            place = next((k.span for k, _ in node.items if k.text == key), span)
            self._unknown_key(where, place, key, model)
        else:
            reason = (
                str(error.get("ctx", {}).get("error", ""))
                or f"`{key}` cannot be {error.get('input')!r}: {error['msg'].lower()}"
            )
            text, _, mend = reason.partition("; ")
            self.problems.append(make("F012", span, where=f"`{key}` of {where}", reason=text, mend=mend))
