"""Figures, days and lists as a language writes them: 41.6bn CNY is 416亿元 in Chinese.

In: parts of the result, a language. Out: texts. Must not know how anything was calculated: figures come from the bounds that
the result has beside their text, and are rounded for the eye alone, to as many digits as in English.
"""

from __future__ import annotations

import datetime as dt
import math
import re

from dsl.types.units import Kind, Type
from evaluator.render.languages.catalogue import ENGLISH, Language
from evaluator.schema.parts import Shown
from evaluator.values.display import show

_KINDS = {kind.value: kind for kind in (Kind.PERCENT, Kind.POINTS, Kind.MULTIPLE, Kind.NUMBER, Kind.COUNT)}
STEPS = ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"))
CURRENCIES = {
    "CNY": "元", "USD": "美元", "HKD": "港元", "EUR": "欧元", "JPY": "日元", "GBP": "英镑", "TWD": "新台币", "KRW": "韩元",
    "CHF": "瑞士法郎", "CAD": "加元", "AUD": "澳元", "SGD": "新加坡元",
}  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FIGURES = 4
"""So many figures that count, as `values.display` prints money."""


def figure(shown: Shown, language: Language) -> str:
    """A value of the result in a language. Words that rules define stand as they were written."""
    if language.code == ENGLISH:
        return shown.text
    if shown.text in language.terms:
        return language.term(shown.text)
    if shown.low is None and shown.high is None:
        return shown.text
    signed = shown.text.startswith("+") or " +" in shown.text
    low, high = (None if end is None else number(end, shown.unit, signed) for end in (shown.low, shown.high))
    if low is None:
        return language.text("at most %(figure)s", figure=high or "")
    if high is None:
        return language.text("at least %(figure)s", figure=low)
    return low if low == high else language.text("%(low)s to %(high)s", low=low, high=high)


def number(value: float, unit: str, signed: bool = False) -> str:
    """One number in Chinese, in its unit: `percent`, `pp`, `multiple`, `number`, `count`, or a currency."""
    kind = _KINDS.get(unit, Kind.MONEY)
    sign = "−" if value < 0 else "+" if signed and value > 0 else ""
    size = abs(value)
    if kind in (Kind.PERCENT, Kind.POINTS, Kind.MULTIPLE):
        text = show(size, Type(kind)).replace("pp", "个百分点").replace("x", "倍")
    else:
        tail = "" if kind is not Kind.MONEY else CURRENCIES.get(unit, f" {unit}")
        text = f"{_scaled(size)}{tail}"
    return f"{sign}{text}" if any(c in "123456789" for c in text) else text


def _scaled(size: float) -> str:
    """A size in 万, 亿 or 万亿: 41.6bn is 416亿. What rounds up to the next step is that step: 9,999.99万 is 1亿."""
    for step, word in STEPS:
        if size >= step * (1 - 0.5 * 10**-_FIGURES):
            return f"{_digits(size / step)}{word}"
    return _digits(size)


def _digits(size: float) -> str:
    if size == 0:
        return "0"
    decimals = max(0, _FIGURES - 1 - math.floor(math.log10(size)))
    text = f"{size:.{min(decimals, 12)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: dt.date, language: Language) -> str:
    """14 May 2026; 2026年5月14日."""
    return (
        f"{value.year}年{value.month}月{value.day}日"
        if language.code != ENGLISH
        else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    )


def month(english: str) -> str:
    """What stands under a chart, in Chinese: `Mar 2026` is 2026年3月; '' for any other text."""
    name, _, year = english.partition(" ")
    return f"{year}年{_MONTHS.index(name) + 1}月" if name in _MONTHS and year.isdecimal() else ""


def period(said: str, end: dt.date, language: Language) -> str:
    """What fits under a chart: the month, or the day itself where the period is one."""
    is_day = len(said) == 10 and said[4] == said[7] == "-"
    return day(end, language) if is_day else f"{end.year}年{end.month}月"


_HAN = "\u3400-\u9fff\uff09\u201d"
_STOPS = {":": "：", ";": "；", ",": "，", ".": "。"}
_BEHIND = re.compile(rf"([{_HAN}](?:\*\*|</(?:a|b|h3|h4|span|strong|time)>)*)([:;,.])(?: |(?=[<\n\"*]|$))")
_BEFORE = re.compile(r"(?<=[%\w)*])([:;,]) (?=(?:\*\*|<b>)?[\u3400-\u9fff])")
_BRACKETS = re.compile(rf"(?:(?<!\|) )?\(([^()<>\n\"]*[{_HAN}][^()<>\n\"]*)\)(?: (?=[\u3400-\u9fff]))?")


def punctuated(page: str, language: Language) -> str:
    """A page with the stops of the language: behind a Chinese word a colon is ：, and needs no blank."""
    if language.code == ENGLISH:
        return page
    page = _BRACKETS.sub(r"（\1）", page)
    return _BEFORE.sub(lambda at: _STOPS[at[1]], _BEHIND.sub(lambda at: at[1] + _STOPS[at[2]], page))
