"""A fact's text as a value of the kind that the rules declare: 38% where they ask for a percent, a word of a choice.

In: a `Fact`, the `Input` or `Metric` it is about. Out: `Valued`, or what is wrong with the text. Must not know
periods.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dsl.program.program import Input, Metric
from dsl.text.messages import did_you_mean
from dsl.text.record import record
from dsl.types.days import iso
from dsl.types.units import PERCENTS, PLAIN, Kind, Type
from evaluator.facts.currencies import main_unit
from evaluator.facts.model import Fact
from evaluator.facts.spelling import Amount, Misspelled, amount
from evaluator.values.unknown import unknown
from evaluator.values.values import NO_CAUSES, Causes, Day, Figure, Members, Single, Truth, Words, because


@record
class Valued:
    """A value, the currency of money, and half a unit of the last digit that was written. `said`: whether the fact says the
    currency, and not the rules alone."""

    value: Single
    currency: str | None = None
    rounding: float = 0.0
    shares: bool = False
    """Whether it was written as a number of shares."""
    said: bool = False
    """Whether its currency was written, with the figure or for its sheet."""


def valued(fact: Fact, declared: Input | Metric) -> Valued | Misspelled:
    """The value of a fact; Misspelled where its text is nothing of the kind that is declared."""
    kind, text = declared.type, fact.value
    if text == "unknown":
        return Valued(_unknown(kind, fact))
    value = _READERS.get(kind.kind, _read_figure)(text, declared)
    if isinstance(value, Misspelled):
        return value
    if isinstance(value, Amount):
        currency, hundredths = value.currency or kind.currency, 1
        if value.currency is None and fact.currency is not None and kind.kind is Kind.MONEY:
            currency, hundredths = main_unit(fact.currency)
        figure = Figure(value.low / hundredths, value.high / hundredths, _width(value, fact))
        said = bool(value.currency or fact.currency)
        return Valued(figure, currency, value.rounding / hundredths, value.unit == "shares", said)
    return Valued(value)


def shown(value: str | tuple[str, ...]) -> str:
    """A value as messages quote it."""
    text = value if isinstance(value, str) else f"[{', '.join(value)}]"
    return text if len(text) <= 60 else text[:59] + "…"


def _width(value: Amount, fact: Fact) -> Causes:
    if value.low == value.high:
        return NO_CAUSES
    return because(f"known only as {shown(fact.value)}", fact.name, fact.period or str(fact.date))


def _unknown(kind: Type, fact: Fact) -> Single:
    return unknown(kind.kind, because(f"unknown, says {fact.source}", fact.name, fact.period or str(fact.date)))


_Read = Amount | Misspelled | Single


def _read_figure(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    if not isinstance(text, str):
        return Misspelled("a list", "write one figure")
    found = amount(text)
    if isinstance(found, Misspelled):
        return found
    return _unit_mistake(found, declared.type, text) or found


def _percent_sign(found: Amount, text: str) -> str:
    """What to write for a percent without its sign; a share of 1 may be meant by a small one, and only its author knows."""
    bare = re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
    if not bare or found.low != found.high:
        return "write the percent sign: 38%"
    if abs(found.low) <= 1:
        return f"write what the source says: {float(f'{found.low * 100:.12g}'):g}%, or {text}%"
    return f"write the percent sign: {text}%"


def _unit_mistake(found: Amount, kind: Type, text: str) -> Misspelled | None:
    if kind.kind in PERCENTS or (kind.kind is Kind.RATIO and found.unit in ("percent", "pp")):
        if found.unit not in ("percent", "pp") or found.currency:
            return Misspelled("a plain figure" if not found.currency else "money", _percent_sign(found, text))
        return None
    if kind.kind is Kind.MONEY:
        if found.unit != "plain":
            what = "a number of shares" if found.unit == "shares" else f"a {found.unit}"
            return Misspelled(what, "write the amount, such as 39.824bn")
        return None
    if kind.kind is Kind.MULTIPLE:
        if found.unit != "multiple":
            return Misspelled("not a multiple", "write it with an x: 22x")
        return None
    if found.currency:
        return Misspelled("money", "leave the currency out")
    if found.unit == "shares":
        return (
            None if kind.kind in (Kind.COUNT, Kind.NUMBER) else Misspelled("a number of shares", "write a plain figure")
        )
    if kind.kind in PLAIN and found.unit in ("percent", "pp", "multiple") and kind.kind is not Kind.RATIO:
        return Misspelled(f"a {found.unit}", "write a plain figure")
    if kind.kind is Kind.COUNT and found.low == found.high and found.low != int(found.low):
        return Misspelled("not a whole number", "write a whole number")
    return None


def _read_flag(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    word = text.lower() if isinstance(text, str) else ""
    truths = {"true": True, "yes": True, "false": False, "no": False}
    return Truth.of(truths[word]) if word in truths else Misspelled("neither yes nor no", "write yes, no or unknown")


def _read_choice(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    options = declared.type.options
    if isinstance(text, str) and text in options:
        return Words((text,))
    near = did_you_mean(text if isinstance(text, str) else "", options, f"it is one of {', '.join(options)}")
    return Misspelled("none of its options", near)


def _read_set(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    words = (text,) if isinstance(text, str) else text
    options = declared.type.options
    for word in words:
        if word not in options:
            return Misspelled(
                f"not among its members (`{word}`)",
                did_you_mean(word, options, f"its members are {', '.join(options)}"),
            )
    return Members(frozenset(words))


def _read_text(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    return Words((text,)) if isinstance(text, str) else Misspelled("a list", "write one text")


def _read_date(text: str | tuple[str, ...], declared: Input | Metric) -> _Read:
    try:
        return Day(iso(text if isinstance(text, str) else ""))
    except ValueError:
        return Misspelled("no day of the calendar", "write it as 2026-08-27")


_READERS: dict[Kind, Callable[[str | tuple[str, ...], Input | Metric], _Read]] = {
    Kind.FLAG: _read_flag,
    Kind.CHOICE: _read_choice,
    Kind.SET: _read_set,
    Kind.TEXT: _read_text,
    Kind.DATE: _read_date,
}
