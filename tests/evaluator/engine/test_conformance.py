"""What the language gives beside what others give: FEEL (the expression language of DMN), spreadsheets, pandas and python-dateutil.

Each row is an expression, what it gives, and whose definition that is. The figures of FEEL are the examples of the DMN
specification (10.3.4) or follow from its tables of logic; those of spreadsheets are the functions named in the row; those of
pandas, statistics and dates are calculated here, by Python's own modules, in `test_…_as_python_gives_it`. `DIFFERS` has what others
give otherwise; docs/language.md says why.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
import statistics
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import product

import pytest

from evaluator.values.values import Day, Figure, Members, Single, Truth, Words
from tests.support.runs import HEAD, TAIL, company, evaluation, fact, quarters, ran, read

Expected = float | bool | str | dt.date | None
NM = "n.m."
"""What means nothing."""

DAY = dt.date(2026, 5, 14)
SERIES: dict[str, list[float]] = {
    "two": [2, 4, 7, 5], "eight": [8, 2, 5, 3, 4], "six": [6, 1, 2, 3], "ties": [1, 2, 2, 3, 3, 3], "falls": [9, 7, 5, 3, 1],
    "flat": [4, 4, 4, 4], "signs": [-3, 0, 3, -1], "one": [5], "large": [1e9, 1e9 + 1, 1e9 + 2], "tiny": [0.1, 0.2, 0.3],
}  # fmt: skip
NAMES = """
input nil : number
input gone : number optional
input yes : flag
input no : flag
input open : flag optional
input stage : choice of (early, growing, mature)
input what : choice of (early, growing, mature) optional
input routes : set of (a, b, c)
input said : text
input day : date
input never : date optional
"""
DATED = {
    "nil": 0,
    "yes": "yes",
    "no": "no",
    "stage": "growing",
    "routes": "[a, b]",
    "said": '"Going Concern doubt"',
    "day": "2024-02-29",
}

TRUTHS = {"yes": True, "no": False, "open": None}


def _and(a: bool | None, b: bool | None) -> bool | None:
    return False if a is False or b is False else None if a is None or b is None else True


def _or(a: bool | None, b: bool | None) -> bool | None:
    return True if a is True or b is True else None if a is None or b is None else False


FEEL_LOGIC = (
    *((f"{a} and {b}", _and(TRUTHS[a], TRUTHS[b])) for a, b in product(TRUTHS, TRUTHS)),
    *((f"{a} or {b}", _or(TRUTHS[a], TRUTHS[b])) for a, b in product(TRUTHS, TRUTHS)),
    ("not yes", False), ("not no", True), ("not open", None), ("any(yes, no)", True), ("any(no, open)", None), ("all(yes, open)", None),
    ("all(no, open)", False), ("count(yes, no, yes)", 2), ("yes is true", True), ("no is false", True), ("open is unknown", True),
)  # fmt: skip
"""The ternary logic of DMN, table 50 and following: `and`, `or`, `not`, with null as unknown."""

FEEL_CASES = (
    ("if 5 + nil > 3 then 1 else 2", 1), ("if 5 + nil < 3 then 1 else 2", 2), ("if yes then 10 else 20", 10), ("if no then 10 else 20", 20),
    ("if no then 1 else if no then 2 else 3", 3), ("if no then 1 else if yes then 2 else 3", 2),
    ("if yes then 1 else if open then 2 else 3", 1), ("(if yes then 1 else 2) + (if no then 1 else 2)", 3),
    ("if yes and no then 1 else 2", 2), ("if yes or open then 1 else 2", 1), ("if stage is growing then 5 else 6", 5),
    ("if stage in (early, mature) then 5 else 6", 6), ("if yes then stage else early", "growing"),
    ("if yes then day else 2020-01-01", dt.date(2024, 2, 29)), ("if no then gone else 4", 4), ("if yes then yes else open", True),
    ("if open then 7 else 7", 7), ("if open then gone else 7", None),
)  # fmt: skip

FEEL_RANGES = (
    ("5 + nil between 1 and 10", True), ("1 + nil between 1 and 10", True), ("10 + nil between 1 and 10", True),
    ("11 + nil between 1 and 10", False), ("0 + nil between 1 and 10", False), ("gone between 1 and 10", None),
    ("5 + nil not between 1 and 10", False), ("11 + nil not between 1 and 10", True), ("gone not between 1 and 10", None),
    ("0 < 5 + nil < 10", True), ("0 < 10 + nil < 10", False), ("0 <= 0 + nil < 10", True), ("10 > 5 + nil >= 5", True),
    ("day between 2024-02-29 and 2024-03-01", True), ("day between 2024-03-01 and 2024-04-01", False),
    ("day > 2024-02-28", True), ("day <= 2024-02-29", True), ("day = 2024-02-29", True), ("never > 2024-02-28", None),
    ("1 + nil in (2, 3, 1)", True), ("1 + nil in (2, 3)", False), ("1 + nil not in (2, 3)", True), ("gone in (1, 2)", None),
    ("stage in (early, growing)", True), ("stage in (early, mature)", False), ("stage not in (early, mature)", True),
    ("what in (early, growing)", None), ("what in (early, growing, mature)", None), ("stage is growing", True),
    ("stage is not growing", False), ("day in (2024-02-29, 2024-03-01)", True), ("day not in (2024-02-29, 2024-03-01)", False),
    ("routes includes a", True), ("routes includes c", False), ("count(routes)", 2), ('said contains "going concern"', True),
    ('said contains "doubts"', False), ("1 + nil = 1", True), ("1 + nil != 1", False), ("0.1 + 0.2 + nil = 0.3", True),
)  # fmt: skip

FEEL_FIGURES = (
    ("min(1, 2, 3)", 1), ("max(1, 2, 3)", 3), ("sum(1, 2, 3)", 6), ("average(1, 2, 3)", 2), ("median(8, 2, 5, 3, 4)", 4),
    ("median(6, 1, 2, 3)", 2.5), ("floor(1.5)", 1), ("floor(-1.5)", -2), ("ceil(1.5)", 2), ("ceil(-1.5)", -1), ("abs(10)", 10),
    ("abs(-10)", 10), ("sqrt(16)", 4), ("exp(5)", 148.4131591025766), ("ln(4)", 1.3862943611198906), ("10 - 4", 6), ("2 * 3", 6),
    ("10 / 4", 2.5), ("2 ^ 3", 8), ("10 / nil", NM), ("gone + 1", None), ("gone * 0", None), ("-(5)", -5), ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9), ("10 - 3 - 2", 5), ("100 / 10 / 2", 5), ("stdev(two, 4 quarters)", 2.0816659994661326),
    ("round(5.5)", 6), ("round(-5.5)", -6), ("round(1.121, 2)", 1.12), ("round(1.126, 2)", 1.13), ("round(1.125, 2)", 1.13),
    ("round(-1.126, 2)", -1.13), ("round(0.333333, 2)", 0.33), ("year(2017-08-30)", 2017),
)  # fmt: skip
"""`round` as `round half up` of DMN 1.4, which goes away from zero."""

SHEETS = (
    ("round(2.15, 1)", 2.2), ("round(2.149, 1)", 2.1), ("round(-1.475, 2)", -1.48), ("round(21.5, -1)", 20), ("round(626.3, -3)", 1000),
    ("round(1.98, -1)", 0), ("round(-50.55, -2)", -100), ("round(2.5)", 3), ("round(-2.5)", -3), ("round(0.5)", 1), ("round(1.5)", 2),
    ("round(2.675, 2)", 2.68), ("round(1.005, 2)", 1.01), ("round(1234.5, -2)", 1200), ("round(1250, -2)", 1300), ("floor(-2.5)", -3),
    ("ceil(-2.1)", -2),
    ("floor(3.7)", 3), ("ceil(2.5)", 3), ("abs(-4)", 4), ("sqrt(-16 + nil)", NM), ("ln(86)", 4.454347296253507),
    ("exp(2)", 7.38905609893065),
    ("2 ^ 0.5", math.sqrt(2)), ("4 ^ -1", 0.25), ("0.1 + 0.2 - 0.3", 0), ("median(1, 2, 3, 4, 5)", 3), ("median(1, 2, 3, 4, 5, 6)", 3.5),
    ("average(10, 7, 9, 27, 2)", 11), ("if nil = 0 then 1 else 2", 1), ("add_months(2011-01-15, 1)", dt.date(2011, 2, 15)),
    ("add_months(2011-01-15, -1)", dt.date(2010, 12, 15)), ("add_months(2011-01-15, 2)", dt.date(2011, 3, 15)),
    ("days_between(2021-02-01, 2021-03-15)", 42), ("days_between(2021-03-15, 2021-02-01)", -42), ("year(2008-07-05)", 2008),
    ("months_between(2001-01-01, 2003-01-01)", 24), ("months_between(2001-06-01, 2002-08-15)", 14), ("average(five_zeros, 3 quarters)", 0),
    ("stdev(signs, 4 quarters)", 2.5), ("trend(falls, 5 quarters)", -2),
)  # fmt: skip
"""ROUND, INT, ROUNDUP, ABS, SQRT, LN, EXP, MEDIAN, AVERAGE, EDATE, DAYS, YEAR, DATEDIF(…, "m"), STDEV.S, SLOPE, with the
examples of their help pages where these have some."""

DIFFERS = (
    ("if open then 1 else 2", None, "FEEL and spreadsheets: 2, an unknown condition counts as false"),
    ("-2 ^ 2", -4, "spreadsheets: 4, the sign goes first"),
    ("2 ^ 3 ^ 2", 512, "spreadsheets: 64, from the left; FEEL has no second power in a row"),
    ("round(2.5)", 3, "Python, pandas and `decimal` of FEEL: 2, halves to the even one"),
    ("round(0.125, 2)", 0.13, "Python, pandas and `decimal` of FEEL: 0.12"),
    ("percentile(falls, 5 quarters)", 0.2, "PERCENTRANK.INC: 0%, without the figure itself"),
    ("months_between(2026-01-31, 2026-02-28)", 1, "DATEDIF: 0, though EDATE of a month gives that day"),
    ("gone * 0", None, "FEEL and pandas: null; spreadsheets: 0, an empty cell counts as 0"),
    ("gone + 1", None, "spreadsheets: 1, an empty cell counts as 0"),
    ("average(gaps, 3 quarters)", None, "pandas `mean` and AVERAGE: what is missing is left out"),
    ("sum(gaps, 3 quarters)", None, "pandas `sum` and SUM: what is missing counts as 0"),
    ("10 / nil", NM, "FEEL: null; spreadsheets: #DIV/0!; pandas: inf"),
    ("0.1 + 0.2 + nil = 0.3", True, "Python and pandas: false"),
    ('said contains "going concern"', True, "FEEL: false, capitals count"),
)  # fmt: skip

ROUNDED = (0.5, 1.5, 2.5, 2.4999, 1.45, 1.55, 2.675, 1.005, 0.045, 12.345, 99.995, 1e6 + 0.5)
PLACES = (-2, -1, 0, 1, 2, 3)
MONTH_ENDS = ("2026-01-31", "2024-01-31", "2024-02-29", "2025-03-30", "2025-12-31", "2026-05-14")
MONTHS = (-13, -12, -1, 1, 2, 6, 12, 25)
WINDOWS = {
    "average": statistics.fmean, "median": statistics.median, "stdev": statistics.stdev, "sum": math.fsum, "min": min, "max": max,
    "high": max, "low": min,
}  # fmt: skip
WINDOWED = [
    (name, series) for name, series in product(WINDOWS, SERIES) if not (name == "stdev" and len(SERIES[series]) < 2)
]


def window(name: str, series: str) -> str:
    """A function of a whole series."""
    count = len(SERIES[series])
    return f"{name}({series}, {count} quarter{'s' if count > 1 else ''})"


def rounding(value: float, places: int) -> str:
    return f"round({value!r} + nil, {places})"


def later(day: str, months: int) -> str:
    return f"add_months({day}, {months})"


ROWS: tuple[tuple[str, Expected], ...] = (*FEEL_LOGIC, *FEEL_CASES, *FEEL_RANGES, *FEEL_FIGURES, *SHEETS)
EXPRESSIONS = (
    *(text for text, _ in ROWS), *(text for text, _, _ in DIFFERS), *(window(*pair) for pair in WINDOWED),
    *(rounding(v, n) for v, n in product(ROUNDED, PLACES)), *(later(d, m) for d, m in product(MONTH_ENDS, MONTHS)),
    *(f"percentile({s}, {len(v)} quarters)" for s, v in SERIES.items() if len(v) > 1),
)  # fmt: skip


@cache
def values() -> dict[str, Single]:
    """What every expression gives, of one run."""
    texts = dict.fromkeys(EXPRESSIONS)
    series = {**SERIES, "five_zeros": [0.0] * 5}
    rules = NAMES + "".join(f"input {name} : number per quarter\n" for name in (*series, "gaps"))
    rules += "".join(f"metric m{n} = {text}\n" for n, text in enumerate(texts))
    facts = "".join(
        f"  {name}:\n" + fact("2026-03-31", value, "2026-03-31", key="date") for name, value in DATED.items()
    )
    facts += "".join(
        quarters(name, [repr(float(x)) if abs(x) < 1e6 else f"{x:.0f}" for x in given])
        for name, given in series.items()
    )
    facts += quarters("gaps", ["1", None, "3"])
    found = ran(HEAD + rules + TAIL, company(facts, ends="12-31"), DAY).evaluation
    return {text: found.of(f"m{n}") for n, text in enumerate(texts)}


def plain(value: Single) -> Expected:
    """A value as Python has it; None where it is unknown."""
    if isinstance(value, Figure):
        return NM if value.nm else value.low if value.is_exact else None
    if isinstance(value, Truth):
        return value.value
    if isinstance(value, Day):
        return value.value
    assert isinstance(value, Words | Members), value
    (word,) = value.possible if isinstance(value, Words) else ("",)
    return word


def agrees(text: str, expected: Expected) -> None:
    found = plain(values()[text])
    number = isinstance(expected, float | int) and not isinstance(expected, bool)
    assert found == (pytest.approx(expected, rel=1e-12, abs=1e-12) if number else expected), text
    assert isinstance(found, bool) == isinstance(expected, bool), text


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_as_feel_and_spreadsheets_give_it(text: str, expected: Expected) -> None:
    agrees(text, expected)


@pytest.mark.parametrize(("text", "ours", "theirs"), DIFFERS)
def test_where_others_differ(text: str, ours: Expected, theirs: str) -> None:
    agrees(text, ours)
    assert ":" in theirs, "whose it is, and what they give"


@pytest.mark.parametrize(("name", "series"), WINDOWED)
def test_a_window_as_python_gives_it(name: str, series: str) -> None:
    agrees(window(name, series), float(WINDOWS[name](SERIES[series])))  # type: ignore[operator]


@pytest.mark.parametrize(("value", "places"), list(product(ROUNDED, PLACES)))
def test_rounding_as_decimals_give_it(value: float, places: int) -> None:
    """Halves away from zero, of the figure as it is written: 2.675 is a half, whatever binary figure is nearest to it."""
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    agrees(rounding(value, places), float(exact))


@pytest.mark.parametrize(("day", "months"), list(product(MONTH_ENDS, MONTHS)))
def test_months_as_the_calendar_gives_them(day: str, months: int) -> None:
    """As EDATE, DateOffset and relativedelta: the same day of the month, or its last."""
    start = dt.date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    agrees(later(day, months), dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1])))


@pytest.mark.parametrize("series", [name for name, figures in SERIES.items() if len(figures) > 1])
def test_a_percentile_as_the_mean_rank_gives_it(series: str) -> None:
    """As `rank(pct=True)` of pandas: of equal ones the mean of their ranks."""
    figures = SERIES[series]
    ranks = [n for n, x in enumerate(sorted(figures), 1) if x == figures[-1]]
    agrees(f"percentile({series}, {len(figures)} quarters)", statistics.fmean(ranks) / len(figures))


def test_there_are_as_many_cases_as_were_asked_for() -> None:
    counted = (
        len(ROWS)
        + len(DIFFERS)
        + len(WINDOWED)
        + len(ROUNDED) * len(PLACES)
        + len(MONTH_ENDS) * len(MONTHS)
        + len(SERIES)
        - 1
    )
    assert counted >= 300
    assert read(evaluation("metric m = 1 + 1"), "m") == Figure.exact(2.0)
