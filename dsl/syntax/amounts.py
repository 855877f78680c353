"""Figures as people and other programs write them: `1,000,000`, `0,5`, `$5`, `5 million`, `36 percent`, `1e3`, `.5`.

In: a line and the place in it where reading stopped. Out: the part to replace and what to write there, the ways in
which it may be meant. Must not know what is read.

A comma before three digits may stand before thousands or before decimals, `$` may be the dollar of several countries:
then there are several ways, or the one is not sure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from dsl.text.record import record


@record
class Written:
    """A part of a line (offsets), the ways to write it, whether the only way is sure, and a sentence where one is needed."""

    start: int
    end: int
    ways: tuple[str, ...]
    sure: bool = True
    sentence: str = ""


_NUM = r"\d+(?:\.\d+)?"
_ANY_NUM = r"\d+(?:[.,'’_]\d+)*"
_SCALES = {
    "k": ("k", "thousand", "thousands", "thsd", "tsd"), "m": ("m", "mm", "mn", "mln", "mio", "mill", "million", "millions"),
    "bn": ("bn", "b", "bln", "bil", "billion", "billions", "mrd", "milliard", "milliards"),
    "tn": ("tn", "trn", "tln", "trillion", "trillions"),
}  # fmt: skip
_SCALE_OF = {word: scale for scale, words in _SCALES.items() for word in words}
_INDIAN = {
    "lakh": (Decimal(100), "k"),
    "lakhs": (Decimal(100), "k"),
    "crore": (Decimal(10), "m"),
    "crores": (Decimal(10), "m"),
}
_SCALE_WORDS = "|".join(sorted([*_SCALE_OF, *_INDIAN], key=len, reverse=True))
_DOLLARS = ("$", "dollar", "dollars")
_MONEY = {
    "US$": "USD", "HK$": "HKD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "S$": "SGD", "NT$": "TWD", "NZ$": "NZD",
    "R$": "BRL", "CN¥": "CNY", "JP¥": "JPY", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS",
    "euro": "EUR", "euros": "EUR", "yuan": "CNY", "renminbi": "CNY", "RMB": "CNY", "yen": "JPY", "rupees": "INR",
}  # fmt: skip
"""Signs and words of one currency alone."""
_LOOSE = {
    **dict.fromkeys(_DOLLARS, ("USD",)), **dict.fromkeys("¥￥", ("CNY", "JPY")), "pounds": ("GBP",), "francs": ("CHF",),
    "won": ("KRW",),
}  # fmt: skip
"""Those that are used for several."""
_SIGNS = "|".join(sorted((re.escape(x) for x in [*_MONEY, *_LOOSE] if not x.isalpha()), key=len, reverse=True))
_NAMES = "|".join(sorted((x for x in [*_MONEY, *_LOOSE] if x.isalpha()), key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?:(?<![\w.])(?P<pre>{_SIGNS}|[A-Z]{{3}}(?=[ ]?\d))[ ]?)?(?<![\w.])(?<!\d,)(?P<num>{_ANY_NUM})"
    rf"(?:[ -]?(?P<scale>(?i:{_SCALE_WORDS}))(?![A-Za-z0-9_]))?"
    rf"(?:[ ]?(?P<post>{_SIGNS}|(?:{_NAMES}|[A-Z]{{3}})(?![A-Za-z0-9_])))?"
)
_DOLLAR_CODES = ("USD", "HKD", "CAD", "AUD", "SGD", "TWD", "NZD")
_CODE = re.compile(r"(?:\bin|\d(?:k|m|bn|tn)?)\s+([A-Z]{3})\b")


def _ways_of_number(text: str) -> tuple[tuple[str, ...], bool] | None:
    """A number with separators as plain ones, and whether the one is sure; None where that is not clear."""
    if re.fullmatch(_NUM, text):
        return (text,), True
    if re.fullmatch(r"\d+(?:_\d+)+(?:\.\d+)?", text):
        return (text.replace("_", ""),), True
    if re.fullmatch(r"\d{1,3}(?:['’]\d{3})+(?:\.\d+)?", text):
        return (re.sub("['’]", "", text),), True
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+\.\d+|[1-9]\d{0,2}(?:,\d{3}){2,}", text):
        return (text.replace(",", ""),), True
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}", text):
        return (text.replace(".", "").replace(",", "."),), True
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", text):
        return (text.replace(",", ""), text.replace(",", ".")), False
    if re.fullmatch(r"\d{1,2}(?:,\d{2})+,\d{3}", text):
        return (text.replace(",", ""),), False
    if re.fullmatch(r"\d+,\d+", text):
        return (text.replace(",", "."),), True
    return None


def _currencies(sign: str, text: str) -> tuple[tuple[str, ...], bool]:
    """The codes that a sign may stand for, those that the text uses first, and whether it is one alone."""
    if sign in _MONEY:
        return (_MONEY[sign],), True
    if sign not in _LOOSE:
        return (sign,), True
    used = dict.fromkeys(_CODE.findall(text))
    family = _DOLLAR_CODES if sign in _DOLLARS else _LOOSE[sign]
    found = [code for code in used if code in family]
    return tuple(dict.fromkeys([*found, *_LOOSE[sign]])), False


def _amount(line: str, at: int, accepted: frozenset[str], text: str) -> Written | None:
    """A number with what people put around it: separators, a scale in words, a sign or code of a currency."""
    for found in _AMOUNT.finditer(line):
        if not (found.start() <= at < found.end()):
            continue
        number = _ways_of_number(found["num"])
        sign = found["pre"] or found["post"]
        if number is None or (found["pre"] and found["post"] and found["pre"] != found["post"]):
            return None
        ways, sure = number
        if (
            "," in found["num"] and line[at] != "," and "NUMBER" in accepted
        ):  # `max(0,5 million)`: there the comma may stand between two
            before, _, last = found["num"].rpartition(",")
            ways, sure = (*ways, *((f"{before}, {last}",) if sign == found["post"] else ())), False
        scale = found["scale"]
        if scale is not None:
            if scale.lower() in _INDIAN:
                factor, short = _INDIAN[scale.lower()]
                ways = tuple(f"{(Decimal(way) * factor).normalize():f}{short}" for way in ways)
            else:
                ways = tuple(f"{way}{_SCALE_OF[scale.lower()]}" for way in ways)
        if sign:
            codes, one = _currencies(sign, text)
            ways, sure = tuple(f"{way} {code}" for way in ways for code in codes), sure and one
        if ways == (found[0],):
            return None
        return Written(found.start(), found.end(), ways, sure and len(ways) == 1)
    return None


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


_POINTS = r"(?:percentage|percent|per[ ]?cent|pct|%)[ -]?(?:points?|pts?)|ppts?|p\.p\."
_WORDS_OF_PERCENT = r"percent|per[ ]cent|pct\.?|prozent|pour[ ]cent"
_FIXED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<![\w.])\.\d+"), lambda m: f"0{m[0]}"),
    (re.compile(r"(?<![\w.])(\d+)\.(?![\w.])"), lambda m: m[1]),
    (re.compile(rf"(?<![\w.])({_NUM}[eE][+-]?\d{{1,2}})(?![A-Za-z0-9_.])"), lambda m: _plain(Decimal(m[1]))),
    (re.compile(rf"(?<![\w.])({_NUM})[ ]?‰"), lambda m: f"{_plain(Decimal(m[1]) / 10)}%"),
    (re.compile(rf"(?<![\w.])(?<!\d,)({_ANY_NUM})[ -]?(?i:{_POINTS})(?![A-Za-z0-9_])"), lambda m: f"{_point(m[1])}pp"),
    (re.compile(rf"(?<![\w.])(?<!\d,)({_ANY_NUM})[ -]?(?i:basis[ ]points?|bpts?)\b"), lambda m: f"{_point(m[1])}bps"),
    (re.compile(rf"(?<![\w.])(?<!\d,)({_ANY_NUM})[ -]?(?i:{_WORDS_OF_PERCENT})(?!\w)"), lambda m: f"{_point(m[1])}%"),
    (re.compile(rf"(?<!\w)(?i:percent|%)[ ]?({_ANY_NUM})(?![\w.%])"), lambda m: f"{_point(m[1])}%"),
    (re.compile(rf"(?<![\w.])(?<!\d,)({_ANY_NUM})[ ]?%%+"), lambda m: f"{_point(m[1])}%"),
    (re.compile(r"(?<![\w.,])\d{1,3}(?:[ \u00a0\u202f\u2009\u2007]\d{3})+(?![\d.,])"), lambda m: re.sub(r"\s", "", m[0])),
)  # fmt: skip


def _point(text: str) -> str:
    """A number whose decimals may stand behind a comma; as it stands where it may be thousands."""
    number = _ways_of_number(text)
    return number[0][0] if number and len(number[0]) == 1 else text


_WITH_COMMA = re.compile(r"(?<![\w.,])(\d+(?:,\d+)+)(?:[ ]?(%|pp\b|bps\b|x\b))?")
_SHORT_UNITS = {
    "d": "day", "day": "day", "w": "week", "wk": "week", "wks": "week", "mo": "month", "mos": "month", "mth": "month", "mths": "month",
    "q": "quarter", "qs": "quarter", "qtr": "quarter", "qtrs": "quarter", "y": "year", "yr": "year", "yrs": "year", "h": "half",
    "quarter": "quarter", "year": "year", "week": "week", "month": "month", "half": "half",
    "quarters": "quarter", "years": "year", "weeks": "week", "months": "month", "days": "day",
}  # fmt: skip
_COUNTS = {
    word: n
    for n, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
_DURATION = re.compile(
    rf"(?<![\w.])(?P<count>\d+|{'|'.join(_COUNTS)})[ -]?(?:(?:consecutive|straight|successive|full)[ ])?"
    rf"(?P<unit>(?i:{'|'.join(sorted(_SHORT_UNITS, key=len, reverse=True))}))(?![A-Za-z0-9_])(?:[ ]in[ ]a[ ]row)?"
)
_SEVERAL_HALVES = "halves"


def _duration(line: str, at: int, alone: bool) -> Written | None:
    """`60d`, `2 yrs`, `two quarters` as a duration; `12m` are months where nothing but a duration may stand."""
    for found in _DURATION.finditer(line):
        if not (found.start() <= at < found.end()):
            continue
        unit, count = _SHORT_UNITS[found["unit"].lower()], _COUNTS.get(found["count"]) or int(found["count"])
        many = unit if count == 1 else _SEVERAL_HALVES if unit == "half" else f"{unit}s"
        if found[0] != f"{count} {many}":
            return Written(found.start(), found.end(), (f"{count} {many}",))
    months = re.compile(r"(?<![\w.])(\d+)[ ]?[mM](?!\w)").search(line) if alone else None
    if months and months.start() <= at < months.end():
        return Written(*months.span(), (f"{months[1]} month{'' if months[1] == '1' else 's'}",))
    return None


def written(line: str, at: int, accepted: frozenset[str], text: str) -> Written | None:
    """How the language writes the figure at a place of a line; None where there is none, or it is right.

    In: the line with texts and comments blanked, the offset, the kinds of token that could stand there, the whole text
    (for the currencies that it uses).
    """
    if accepted & {
        "DURATION",
        "OF",
    }:  # `for 2 consecutive quarters` reads on to the word, since `for 2 of 8 quarters` is said too
        found = _duration(line, at, alone="NUMBER" not in accepted)
        if found is not None:
            return found
    for pattern, change in _FIXED:
        for match in pattern.finditer(line):
            if match.start() <= at < match.end() and change(match) != match[0]:
                return Written(*match.span(), (change(match),))
    for match in _WITH_COMMA.finditer(line):
        comma = line[at] == "," or (line[at - 1] == "," and "NUMBER" not in accepted)
        number = _ways_of_number(match[1])
        if match.start() <= at < match.end() and comma and number and match[2]:
            return Written(*match.span(), tuple(f"{way}{match[2]}" for way in number[0]), number[1])
    if line[at : at + 1] == "," and not line[at + 1 : at + 2].isdigit():
        return None
    return _amount(line, at, accepted, text)
