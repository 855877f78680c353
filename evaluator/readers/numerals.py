"""Figures as tables hold them, `1,234.5`, `(123)`, `n/a`, with a unit in its own column, as facts spell them.

In: the text of a cell, its unit, its currency, how decimals are written. Out: the value of a fact, or what is wrong
with it and the mend. Must not know tables.

Nothing is guessed: a figure that could be read in two ways is refused, and no text that means "not known" becomes 0.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from dsl.text.messages import did_you_mean
from dsl.text.record import record
from dsl.types.scales import SCALES, WORDS
from evaluator.facts.spelling import TOO_LARGE, TOO_SMALL, Misspelled, amount

MAX_DIGITS = 310
"""No figure that can be calculated with has more digits before or after its point."""
UNKNOWN = frozenset(
    ("", "-", ".", "..", "–", "—", "--", "n/a", "na", "n.a.", "n.a", "#n/a",
     "nm", "n.m.", "n/m", "nan", "none", "null", "nil", "?", "unknown")
)  # fmt: skip
"""What people write into a cell for which they have no figure."""

_UNITS: dict[str, tuple[str, ...]] = {
    "": ("", "1", "unit", "units", "one", "ones", "count", "number", "ratio", "shares", "share", "pure", "per share", "per ads"),
    "k": ("k", "thousand", "thousands", "'000", "000", "000s"),
    "m": ("m", "mn", "mm", "mio", "million", "millions"),
    "bn": ("bn", "b", "billion", "billions"),
    "tn": ("tn", "trn", "trillion", "trillions"),
    "%": ("%", "percent", "per cent", "pct"),
    "pp": ("pp", "percentage points", "percentage point", "points"),
    "bps": ("bps", "bp", "basis points"),
    "x": ("x", "multiple", "times"),
}  # fmt: skip
"""How facts spell a unit, and what stands for it in tables."""
UNITS = {word: unit for unit, words in _UNITS.items() for word in words}
SCALE_WORDS = frozenset(word for scale in SCALES for word in _UNITS[scale])
"""Words for thousands, millions and so on."""
_MONEY = ("", *SCALES)
"""The units that go with a currency."""

_SIGNED = re.compile(r"(?P<open>\()?\s*(?P<sign>[-+])?\s*(?P<symbol>[$€£¥₹])?\s*"
                     r"(?P<digits>[0-9.,' ]*[0-9][0-9.,' ]*?(?:[eE][-+]?[0-9]+)?)\s*"
                     rf"(?P<unit>%|pp|bps|x|{WORDS})?\s*(?P<currency>[A-Z]{{3}}|GBp|ZAc)?\s*(?P<close>\))?\s*(?P<after>%|x)?")  # fmt: skip
_PHRASE = re.compile(r"(at least|at most|about|between|and|within)\b")
_GROUPED = {
    "point": re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?"),
    "comma": re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?"),
}
"""Figures with thousands parted. None begins with 0: `0,200` is a fifth where a comma begins decimals, and never 200."""
_PLAIN = {"point": re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+"), "comma": re.compile(r"[0-9]+(?:,[0-9]*)?|,[0-9]+")}
_DIGITS = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
_DECLARE = "say how decimals are written, point or comma: `decimal: comma` for this file, or `--decimal comma`"


@record
class Unit:
    """The unit and the currency that go with a figure, as words; each may hold for the whole file (`of_file`), and then
    gives way to what a cell says itself. A currency of the whole file is for its money only: it goes beside the figure,
    since only rules know which names are money."""

    unit: str = ""
    currency: str = ""
    unit_of_file: bool = False
    currency_of_file: bool = False


@record
class Style:
    """How a file writes figures: `decimal` as declared, None where it was not; `semicolons` part its columns, so that a
    comma in a figure may be of either kind."""

    decimal: str | None = None
    semicolons: bool = False


def unit_of(text: str) -> str | Misspelled:
    """How facts spell a unit: `millions` is m."""
    word = " ".join(text.lower().split())
    if word in UNITS:
        return UNITS[word]
    mend = did_you_mean(word, UNITS, "it is thousands, millions, billions, percent, pp, bps, multiple or units")
    return Misspelled(f"`{text.strip()}` is not a unit", mend)


def value(text: str, said: Unit, style: Style, exact: bool = False) -> str | Misspelled:
    """The value of a fact from a cell and its unit: the one way on which figures of tables become facts.

    `exact`: the cell held a number, so that its digits are what they are. A text that is no figure (yes, a word of a
    choice) stays as it is. One that no report could calculate with, since it is too large or too small, is refused here,
    before it is kept anywhere.
    """
    if _DIGITS.fullmatch(text) and not said.unit and (not said.currency or said.currency_of_file):
        # Most figures of a column of prices: they stand as facts spell them already.
        point = style.decimal == "point" or (style.decimal is None and not style.semicolons)
        if point or exact:
            return text
    found = _value(text, said, style, exact)
    return found if isinstance(found, Misspelled) else calculable(found)


def calculable(spelled: str) -> str | Misspelled:
    """A value as facts spell it, unless it is a figure that is too large or too small to calculate with."""
    found = amount(spelled)
    return found if isinstance(found, Misspelled) and found in (TOO_LARGE, TOO_SMALL) else spelled


def _value(text: str, said: Unit, style: Style, exact: bool) -> str | Misspelled:
    plain = _tidied(text)
    if plain.lower() in UNKNOWN:
        return "unknown"
    scale = unit_of(said.unit)
    if isinstance(scale, Misspelled):
        return scale
    currency = "" if said.currency.strip().lower() in UNKNOWN else said.currency.strip()
    if currency and scale not in _MONEY and not said.currency_of_file:
        return Misspelled(f"a figure in {said.unit.strip()} has no currency", "leave the currency of this row empty")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", plain) and (not scale or said.unit_of_file):
        return plain  # a day
    said = Unit(scale, currency, said.unit_of_file, said.currency_of_file)
    parts = _PHRASE.split(plain)
    if len(parts) > 1 and parts[0].strip() == "":
        return _phrase(parts, said, style)
    figure = re.match(r"[-+(]*\s*[$€£¥₹.,]?\s*[0-9]", plain) is not None
    if figure and len(plain) > 2 * MAX_DIGITS:
        return Misspelled("it is too long for a figure", "write it with k, m, bn or tn")
    if not figure:
        mend = "mend the figure, or leave the unit empty"
        return Misspelled("it is not a figure, and it has a unit", mend) if scale and not said.unit_of_file else plain
    return _one(plain, said, Style("point") if exact else style)


def _tidied(text: str) -> str:
    text = text.replace("−", "-").replace("\u2011", "-")
    return " ".join(re.sub(r"[\u00a0\u2007\u2009\u202f]", " ", text).split())


def _phrase(parts: list[str], said: Unit, style: Style) -> str | Misspelled:
    """`at least 100`, `between 10 and 12`: each figure gets the unit; how far a percent may be off is in pp."""
    found: list[str] = []
    for word, figure in zip(parts[1::2], parts[2::2], strict=True):
        of_percent = any("%" in one for one in found)
        unit = replace(said, unit="pp", unit_of_file=True) if word == "within" and of_percent else said
        one = _one(figure.strip(), unit, style)
        if isinstance(one, Misspelled):
            return one
        found += [word, one]
    return " ".join(found)


def _one(text: str, said: Unit, style: Style) -> str | Misspelled:
    match = _SIGNED.fullmatch(text)
    if match is None:
        return Misspelled("it is not a figure", "write it like 1234.5, (1234.5) or n/a")
    if match["symbol"]:
        mend = "write the code, such as USD, into the column `currency`"
        return Misspelled(f"`{match['symbol']}` stands for several currencies", mend)
    if bool(match["open"]) != bool(match["close"]) or (match["open"] and match["sign"]):
        mend = "write a negative figure as (123) or -123"
        return Misspelled("its brackets do not say whether it is negative", mend)
    own, code = match["unit"] or match["after"] or "", match["currency"] or ""
    if own and said.unit and own != said.unit and not said.unit_of_file:
        return Misspelled(f"its unit is said twice, as {own} and as {_UNITS[said.unit][-1]}", "say it once")
    if code and said.currency and code != said.currency and not said.currency_of_file:
        return Misspelled(f"its currency is said twice, as {code} and as {said.currency}", "say it once")
    digits = _digits(match["digits"], style)
    if isinstance(digits, Misspelled):
        return digits
    unit = own or said.unit
    code = code or (said.currency if unit in _MONEY and not said.currency_of_file else "")
    sign = "-" if match["open"] or match["sign"] == "-" else ""
    return f"{sign}{digits}{unit}{' ' + code if code else ''}"


def _digits(text: str, style: Style) -> str | Misspelled:
    """`1,234.50` -> `1234.50`, as its style says; what could be another figure in another style is refused."""
    if re.search(r"[eE]", text):
        try:
            number = Decimal(text)
        except InvalidOperation:
            return Misspelled("it is not a figure", "write its digits out")
        if abs(number.adjusted()) > MAX_DIGITS:  # written out it would take all memory
            return TOO_LARGE if number.adjusted() > 0 else TOO_SMALL
        return plain(number)
    if " " in text or "'" in text:
        if not re.fullmatch(r"[0-9]{1,3}(?:[ '][0-9]{3})+(?:[.,][0-9]+)?", text):
            return Misspelled("blanks part it at odd places", "write it without blanks")
        text = re.sub(r"[ ']", "", text)
    declared = style.decimal or "point"
    if style.decimal is None and "," in text and style.semicolons:
        return Misspelled("a comma may part thousands here, or begin the decimals", _DECLARE)
    if style.decimal is None and style.semicolons and _GROUPED["comma"].fullmatch(text):
        return Misspelled("a point may part thousands here, or begin the decimals", _DECLARE)
    point, thousands = (".", ",") if declared == "point" else (",", ".")
    if _GROUPED[declared].fullmatch(text):
        text = text.replace(thousands, "")
    elif not _PLAIN[declared].fullmatch(text):
        other = "comma" if declared == "point" else "point"
        if _GROUPED[other].fullmatch(text) or _PLAIN[other].fullmatch(text):
            return Misspelled(
                f"it looks as if a {other} began its decimals, and that is not what this file declares", _DECLARE
            )
        return Misspelled("its commas and points do not make a figure", "write it like 1,234.5 or 1234.5")
    whole, _, decimals = text.partition(point)
    return f"{whole.lstrip('0') or '0'}.{decimals}" if decimals else whole.lstrip("0") or "0"


def plain(number: Decimal) -> str:
    """The digits of a number, without an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def of_float(number: float) -> str:
    """A spreadsheet's number with the fifteen digits that it shows."""
    text = f"{number:.15g}"
    return plain(Decimal(text)) if "e" in text else text
