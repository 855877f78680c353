"""A mapping: which row or column of a table is which name, what its headings cover, its unit, its signs, its days.

In: plain texts of a mapping file. Out: `Layout`, a pydantic model, or what is wrong with it. Must not know tables, nor
rules.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from dsl.text.messages import did_you_mean
from dsl.text.record import record
from dsl.types.days import iso
from evaluator.facts.spelling import Misspelled
from evaluator.readers.layouts.days import ORDERS, Order
from evaluator.readers.layouts.headings import MONTHS, Length, Rule, Years
from evaluator.readers.numerals import unit_of

_STRICT = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
_NAME = re.compile(r"[A-Za-z_]\w*")
_CODE = re.compile(r"[A-Z]{3}")
SCALES = {"": "units", "k": "thousands", "m": "millions", "bn": "billions", "tn": "trillions"}
"""How a mapping spells the unit of a sheet."""
SPACED: Final = "as spaced"
MEASURES = ("money", "per share", "shares", "count", "percent", "fraction", "multiple")
"""What a row may be in: money and shares are in the unit of the sheet, the others never are. A fraction of 0.38 is 38%."""


@record
class Beside:
    """What another column or row says of each figure: its head; `A or B` where vendors spell it in two ways."""

    head: str


@record
class After:
    """So many days after the end of what a figure covers."""

    days: int


def published_of(value: object) -> dt.date | Beside | After:
    """A day, `column X`, `row X`, `45 days after`, or `own day` of a daily series. Raises ValueError."""
    text = str(value).strip()
    beside = _beside(text)
    if beside is not None:
        return beside
    if match := re.fullmatch(r"(\d{1,3}) days? after", text):
        return After(int(match[1]))
    if text == "own day":
        return After(0)
    try:
        return iso(text)
    except ValueError:
        mend = "write a day (2026-02-12), `column Report Date`, `row Reported on` or `45 days after`"
        raise ValueError(f"`{text}` does not say when figures became known; {mend}") from None


def _beside(text: str) -> Beside | None:
    match = re.fullmatch(r"(?:column|row) (.+)", text)
    return Beside(match[1].strip()) if match else None


def _each(value: object) -> object:
    text = str(value).strip()
    if text in (*MONTHS, SPACED) or _beside(text):
        return _beside(text) or text
    raise ValueError(f"`{text}` is not a length; it is one of {', '.join(MONTHS)}, {SPACED}, or `column X`")


def _one_of(*words: str) -> BeforeValidator:
    def check(value: object) -> str:
        text = str(value).strip()
        if text not in words:
            raise ValueError(f"`{text}` is not one of them; {did_you_mean(text, words, 'it is ' + ' or '.join(words))}")
        return text

    return BeforeValidator(check)


def _code(value: object) -> object:
    text = str(value).strip()
    if _CODE.fullmatch(text) or _beside(text):
        return _beside(text) or text
    raise ValueError(f"{text} is not a currency; write its code, such as CNY, or `column X`")


def _unit(value: object) -> str:
    found = unit_of(str(value))
    if isinstance(found, Misspelled):
        raise ValueError(f"{found.reason}; {found.mend}")
    return found


def _name(value: object) -> str:
    text = str(value).strip()
    if not _NAME.fullmatch(text):
        raise ValueError(
            f"`{text}` is not a name that rules could give; write letters, digits and _, such as net_income"
        )
    return text


def _texts(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _count(value: object) -> int:
    if not re.fullmatch(r"[1-9]\d{0,4}", str(value).strip()):
        raise ValueError(f"`{value}` is not the number of a row; count the rows of the sheet from 1")
    return int(str(value))


def _yes(value: object) -> bool:
    if str(value).strip() not in ("yes", "no"):
        raise ValueError(f"`{value}` is neither; write yes or no")
    return str(value).strip() == "yes"


class Split(BaseModel):
    """A share split: so many new shares for an old one, from a day on."""

    model_config = _STRICT

    date: dt.date
    ratio: float

    @model_validator(mode="after")
    def _sound(self) -> Split:
        if not 0 < self.ratio < 10_000 or self.ratio == 1:
            raise ValueError(
                f"a split of {self.ratio:g} for 1 is none; write the new shares for an old one, such as 20 or 0.1"
            )
        return self


class Entry(BaseModel):
    """What a label stands for: a name, or a rate of exchange."""

    model_config = _STRICT

    name: Annotated[str, BeforeValidator(_name)] | None = None
    unit: Annotated[str, _one_of(*MEASURES)] = "money"
    scale: str | None = None
    """The unit of its figures where it is not that of the sheet, from `unit: millions` or `unit: shares in thousands`."""
    covers: Annotated[Literal["period", "day", "year to date"], _one_of("period", "day", "year to date")] = "period"
    outflow: Annotated[bool, BeforeValidator(_yes)] = False
    rate: str | None = None
    """`USD to CNY`; or `column A to column B`."""
    words: Mapping[str, str] = {}
    """Of a column of words in a table of names: what each stands for in the rules, `*` for all others."""
    said: bool = False
    """Whether the mapping says the unit of it."""

    @model_validator(mode="before")
    @classmethod
    def _note(cls, data: object) -> object:
        if not isinstance(data, dict) or "unit" not in data:
            return data
        measure, mark, scale = str(data["unit"]).partition(" in ")
        if str(data["unit"]) in MEASURES:
            return {**data, "said": True}
        if mark and measure in ("money", "shares"):
            return {**data, "unit": measure, "scale": _unit(scale), "said": True}
        return {**data, "unit": "money", "scale": _unit(data["unit"]), "said": True}

    @model_validator(mode="after")
    def _one(self) -> Entry:
        if (self.name is None) == (self.rate is None):
            raise ValueError("a label stands for a name or for a rate of exchange; write `Total Revenue: revenue`")
        if self.rate is not None and self.pair is None:
            raise ValueError(f"`{self.rate}` is not a pair of currencies; write `USD to CNY` for yuan to a dollar")
        return self

    @property
    def spelled(self) -> str:
        """Its unit as a mapping file says it."""
        return self.unit if self.scale is None else f"{self.unit} in {SCALES.get(self.scale, self.scale)}"

    @property
    def pair(self) -> tuple[str | Beside, str | Beside] | None:
        """The currencies of a rate: of which one unit, in which."""
        parts = (self.rate or "").split(" to ")
        found = [(_beside(part.strip()) or part.strip()) for part in parts]
        good = [f for f in found if isinstance(f, Beside) or _CODE.fullmatch(f)]
        return (good[0], good[1]) if len(parts) == 2 == len(good) else None


class Recognise(BaseModel):
    """By what a vendor's table is known: words that stand in its head, and a text that stands above it."""

    model_config = _STRICT

    head: tuple[str, ...] = ()
    above: str | None = None


class Layout(BaseModel):
    """How a table is to be read. `across`: periods across, a row for each label; `down`: a row for each period."""

    model_config = _STRICT

    vendor: str | None = None
    recognise: tuple[Recognise, ...] = ()
    periods: Annotated[Literal["across", "down"], _one_of("across", "down")] = "across"
    sheet: str | None = None
    head: Annotated[int, BeforeValidator(_count)] | None = None
    """The row of the head, from 1; without it the head is looked for."""
    labels: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()
    """Across: the head of the column of labels (several, where sheets differ), else its first. Down: the column that names
    each row's figure."""
    value: str | None = None
    """Down, with `labels`: the column of the figures."""
    period: str | None = None
    """Down: the column that says which period a row is of."""
    ends: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()
    """Across: the label of a row (several, where sheets differ) that says on which day each period ends."""
    each: Annotated[Length | Literal["as spaced"] | Beside, BeforeValidator(_each)] | None = None
    """What a heading covers that only says when it ends; `as spaced`: a year where headings are a year apart, and so on."""
    years: Annotated[Years, _one_of("fiscal", "calendar")] | None = None
    dates: Annotated[Order, _one_of(*ORDERS)] | None = None
    names: Mapping[str, Entry]
    unit: Annotated[str, BeforeValidator(_unit)] | None = None
    currency: Annotated[str | Beside, BeforeValidator(_code)] | None = None
    ticker: str | None = None
    """The column that says which company a row is about."""
    decimal: Annotated[Literal["point", "comma"], _one_of("point", "comma")] | None = None
    sign: Annotated[str, _one_of("outflows negative", "outflows positive")] | None = None
    empty: Annotated[Literal["gap", "unknown"], _one_of("gap", "unknown")] = "gap"
    published: Annotated[dt.date | Beside | After, BeforeValidator(published_of)] | None = None
    restated: str | None = None
    """The column that says when a figure was restated."""
    kind: str | None = None
    source: str | None = None
    url: str | None = None
    note: str | None = None
    leave_out: tuple[str, ...] = ()
    only: Mapping[str, tuple[str, ...]] = {}
    """Down: only the rows in which these columns hold one of these words."""
    look_ahead: Mapping[str, tuple[str, ...]] = {}
    """Down: words of columns that say that a row was restated later; they are left out, and that is said."""
    closes: (
        Annotated[Literal["as traded", "adjusted for splits"], _one_of("as traded", "adjusted for splits")] | None
    ) = None
    splits: tuple[Split, ...] | None = None
    """The splits since the first close; `none` where there were none."""
    split_column: str | None = None
    """The column that says on which day shares were split, and how."""

    @model_validator(mode="after")
    def _sound(self) -> Layout:
        if self.periods == "down" and self.period is None:
            raise ValueError("with periods down, a column says which period a row is of; write `period: Report Date`")
        if self.periods == "across" and (self.period or self.value):
            raise ValueError("with periods across there is no column of periods or values; write `periods: down`")
        if self.value is not None and not self.labels:
            raise ValueError(
                "`value` says where the figures stand, and nothing says what they are; write `labels: COLUMN` too"
            )
        return self

    @property
    def rule(self) -> Rule:
        """What it says of headings."""
        each = None if isinstance(self.each, Beside) or self.each == SPACED else self.each
        return Rule(each, self.years, self.dates)
