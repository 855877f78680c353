"""How a fact's value is spelled: `39.824bn`, `at least 100%`, `about 9% within 0.5pp`, `between 10% and 12%`.

In: the text of a value. Out: `Amount` in base units, or a sentence on what is wrong and a mend. Must not know what
the value is for.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from dsl.text.record import record
from dsl.types.scales import SCALES, WORDS
from evaluator.facts.currencies import main_unit, surely, unknown_currency

_ONE = r"[-−]?[0-9]+(?:\.[0-9]+)?\s?(?:%|pp|bps|x|(?:" + WORDS + r")?(?:\s?(?:[A-Z]{3}|GBp|ZAc|shares))?)"
_PARSED = re.compile(
    r"(?P<sign>[-−]?)(?P<digits>[0-9]+(?:\.[0-9]+)?)\s?(?:(?P<unit>%|pp|bps|x)|"
    rf"(?P<scale>{WORDS})?(?:\s?(?:(?P<currency>[A-Z]{{3}}|GBp|ZAc)|(?P<shares>shares)))?)"
)
_AT_LEAST = re.compile(rf"at least ({_ONE})")
_AT_MOST = re.compile(rf"at most ({_ONE})")
_BETWEEN = re.compile(rf"between ({_ONE}) and ({_ONE})")
_ABOUT = re.compile(rf"about ({_ONE})(?: within ({_ONE}))?")
ABOUT = 0.1
"""`about` without `within`: so much of the value to either side."""


@record
class Amount:
    """Bounds in base units (38% is 0.38); `unit` is plain, percent, pp, multiple or shares; currency where one was written."""

    low: float
    high: float
    unit: str
    currency: str | None
    rounding: float = 0.0
    """Half a unit of the last digit that was written: so far the figure may be off by rounding alone."""


@record
class Misspelled:
    """What is wrong with a value, and the mend."""

    reason: str
    mend: str


TOO_LARGE = Misspelled("too large to calculate with", "write it with k, m, bn or tn")
TOO_SMALL = Misspelled("too small to calculate with: it would pass for 0", "write 0, or the figure in a smaller unit")


def amount(text: str) -> Amount | Misspelled:
    """Reads a figure or bounds. Text that is no figure at all gives Misspelled."""
    text = " ".join(text.split())
    if match := _PARSED.fullmatch(text):
        return _parsed(match)
    if match := _AT_LEAST.fullmatch(text):
        return _widen(_one(match.group(1)), high=math.inf)
    if match := _AT_MOST.fullmatch(text):
        return _widen(_one(match.group(1)), low=-math.inf)
    if match := _BETWEEN.fullmatch(text):
        return _between(_one(match.group(1)), _one(match.group(2)))
    if match := _ABOUT.fullmatch(text):
        return _about(_one(match.group(1)), _one(match.group(2)) if match.group(2) else None)
    return Misspelled("no figure", _mend(text))


def _one(text: str) -> Amount | Misspelled:
    match = _PARSED.fullmatch(text)
    if match is None:
        return Misspelled("no figure", "write it like 38%, 22x, 2pp, 39.824bn or 5bn USD")
    return _parsed(match)


def _parsed(match: re.Match[str]) -> Amount | Misspelled:
    if match["digits"] == match[0]:  # most of all figures
        return _bare(match[0])
    factor = {"%": 100.0, "pp": 100.0, "bps": 10_000.0}.get(match["unit"] or "", 1.0)
    currency = match["currency"]
    mend = unknown_currency(currency) if currency else None
    if mend is not None:
        return Misspelled(f"in {currency}, which is not a currency", mend)
    currency, hundredths = main_unit(currency) if currency else (None, 1)
    factor *= hundredths
    value = _scaled(match["digits"], match["scale"]) / factor
    if not math.isfinite(value):
        return TOO_LARGE
    if value == 0 and match["digits"].strip("0."):
        return TOO_SMALL
    value = -value if match["sign"] else value
    units = {"%": "percent", "pp": "pp", "bps": "pp", "x": "multiple", "shares": "shares"}
    unit = units.get(match["unit"] or match["shares"] or "", "plain")
    decimals = len(match["digits"].partition(".")[2])
    rounding = 0.5 * 10.0**-decimals * SCALES.get(match["scale"] or "", 1) / factor
    return Amount(value, value, unit, currency, rounding)


def _bare(digits: str) -> Amount | Misspelled:
    """A figure without sign, unit and currency."""
    value = float(digits)
    if not math.isfinite(value):
        return TOO_LARGE
    if value == 0 and digits.strip("0."):
        return TOO_SMALL
    return Amount(value, value, "plain", None, 0.5 * 10.0 ** -len(digits.partition(".")[2]))


def _scaled(digits: str, scale: str | None) -> float:
    """The number that was written: 8.319m is 8,319,000, which 8.319 in binary times a million is not."""
    return float(digits) if not scale else float(Decimal(digits) * int(SCALES[scale]))


def _widen(found: Amount | Misspelled, low: float | None = None, high: float | None = None) -> Amount | Misspelled:
    if isinstance(found, Misspelled):
        return found
    return Amount(found.low if low is None else low, found.high if high is None else high, found.unit, found.currency)


def _between(low: Amount | Misspelled, high: Amount | Misspelled) -> Amount | Misspelled:
    if isinstance(low, Misspelled) or isinstance(high, Misspelled):
        return low if isinstance(low, Misspelled) else high
    if low.unit != high.unit:
        return Misspelled("bounded in two units", "write both with the same unit, such as `between 10% and 12%`")
    if low.currency and high.currency and low.currency != high.currency:
        return Misspelled("bounded in two currencies", "write both in one currency")
    if low.low > high.low:
        return Misspelled("bounded upside down", "put the smaller one first")
    return Amount(low.low, high.low, low.unit, low.currency or high.currency)


def _about(value: Amount | Misspelled, within: Amount | Misspelled | None) -> Amount | Misspelled:
    if isinstance(value, Misspelled) or isinstance(within, Misspelled):
        return value if isinstance(value, Misspelled) else within  # type: ignore[return-value]
    spread = abs(value.low) * ABOUT
    if within is not None:
        if within.low < 0:
            return Misspelled("unclear: `within` takes a figure above 0", "write `about 38% within 2pp`")
        if value.unit == "percent" and within.unit != "pp":
            return Misspelled("unclear: how far a percent may be off is given in pp", "write `about 38% within 2pp`")
        if value.unit != "percent" and within.unit == "percent":
            spread = abs(value.low) * within.low
        elif value.unit != "percent" and within.unit != value.unit:
            return Misspelled("unclear: `within` has another unit than the figure", "write `about 126bn within 2bn`")
        else:
            spread = within.low
    return Amount(value.low - spread, value.low + spread, value.unit, value.currency)


_GROUPED = re.compile(r"-?[0-9]{1,3}(?:(?:,[0-9]{3}){2,}(?:\.[0-9]+)?|,[0-9]{3}\.[0-9]+)")
"""Digits in which a comma can only part thousands."""
_SCALE_WORDS = {
    "thousand": "k",
    "K": "k",
    "million": "m",
    "mn": "m",
    "mio": "m",
    "billion": "bn",
    "B": "bn",
    "b": "bn",
    "trillion": "tn",
}
"""Words for a scale that are read in one way; `M` and `T` are thousands to some."""
_FREE = re.compile(
    rf"(?P<open>\()?(?P<sign>[-−]?)\s?(?P<digits>[0-9][0-9,.]*)\s?(?:(?P<scale>{'|'.join(_SCALE_WORDS)}|{WORDS})\b)?"
    r"\s?(?P<after>%|percent|per cent|pp|x)?\s?(?P<currency>[A-Za-z]{2,3}[$.]?)?(?P<close>\))?"
)
_NOT_KNOWN = ("n/a", "na", "n.a.", "n.m.", "nan", "none", "null", "?")


def meant(text: str) -> str | None:
    """The figure as facts spell it, where a text is another way of writing it and can mean no other: `1,234,567`, `(46.6bn)`,
    `5 billion`, `38 percent`, `12bn rmb`, `n/a`. None where it is a figure already, or nobody can be sure."""
    plain = " ".join(text.split())
    if not isinstance(amount(plain), Misspelled):
        return None
    if plain.lower() in _NOT_KNOWN:
        return "unknown"
    match = _FREE.fullmatch(plain)
    if match is None or bool(match["open"]) != bool(match["close"]) or (match["open"] and match["sign"]):
        return None
    digits = match["digits"]
    if "," in digits:
        if not _GROUPED.fullmatch(digits):
            return None
        digits = digits.replace(",", "")
    scale = _SCALE_WORDS.get(match["scale"] or "", match["scale"] or "")
    after = "%" if (match["after"] or "").startswith("per") else match["after"] or ""
    code = match["currency"] or ""
    code = f" {surely(code) or code}" if code else ""
    written = f"{'-' if match['open'] or match['sign'] else ''}{digits}{scale}{after}{code}"
    return None if isinstance(amount(written), Misspelled) else written


def powers_apart(text: str, power: int) -> str | None:
    """A figure that is 10 to the `power` times what stands there, as people would have written it: by another letter where that
    does it, else by another point. None where the text is no single figure.

    Example: `4.3m` and 3 give `4.3bn`, `43bn` and -1 give `4.3bn`.
    """
    match = _PARSED.fullmatch(" ".join(text.split()))
    if match is None:
        return None
    digits, scale = match["digits"], match["scale"] or ""
    letters = ["", *SCALES]
    at = letters.index(scale) + power // 3
    by_letter = (
        not match["unit"] and power % 3 == 0 and 0 <= at < len(letters) and (scale or len(digits.split(".")[0]) <= 3)
    )
    if by_letter:
        scale = letters[at]
    else:
        digits = f"{Decimal(digits).scaleb(power):f}"
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    rest = match[0][match.end("scale") if match["scale"] else match.end("digits") :]
    written = f"{match['sign']}{digits}{scale}{rest}"
    return None if isinstance(amount(written), Misspelled) else written


def _mend(text: str) -> str:
    if re.search(r"\d,\d{3}", text):
        return "write figures without thousands separators: 39824000000, 39824m or 39.824bn"
    if re.fullmatch(r"\(.*\)", text):
        return "write a negative figure with a minus: -46.6bn"
    if re.match(r"(more than|over|above|>|>=)", text):
        return "write `at least …`"
    if re.match(r"(less than|under|below|up to|<|<=)", text):
        return "write `at most …`"
    if re.match(r"(approx|around|circa|c\.|~|roughly|some)", text):
        return "write `about …`, or `about … within …`"
    if re.search(r"\d\s?[-–]\s?\d", text):
        return "write `between … and …`"
    if re.search(r"\d\s?(b|B|billion|mn|mm|M|million|K|trillion|T)$", text):
        return "write k, m, bn or tn"
    if re.search(r"\d\s?percent", text):
        return "write the percent sign: 38%"
    if text.lower() in ("n/a", "na", "-", "none", "null", "", "?", "nan"):
        return "write `unknown`, or leave the fact out"
    return "write it like 38%, 22x, 39.824bn, at least 100%, about 126bn or unknown"
