"""A mended rule gives the number that was meant: rules as people write them, beside the same rules as they are written.

Each slip is checked, its fixes are applied, and what comes of it is evaluated on drawn facts. A sure fix gives the number
of the rule that was meant; of several ways at least one does, and where there is no way a sentence says what to write.
"""

from __future__ import annotations

import random

import pytest

import thesis

QUARTERS = [f"{year}-{month}" for year in (2024, 2025) for month in ("03-31", "06-30", "09-30", "12-31")]
HEAD = """rules slips "Slips"
input sales "Sales" : money in USD per quarter
input assets "Assets" : money in USD per quarter balance
input capital "Capital" : money in USD per year balance
input yearly "Sales of the year" : money in USD per year
input growth "Growth" : percent per quarter
input price "Price" : money in USD per day
input eps "EPS" : money in USD per share per quarter
input pe "P/E" : multiple
input x "A number" : number
input y "Another" : number
input gone "Never told" : number
input stage "Stage" : choice of (early, late)
input routes "Routes" : set of (cloud, models)
input listed "Listed" : flag
input day "A day" : date
input amount "Amount" : money in USD
"""
"""What the invented company of these tests has figures of."""

SURE: tuple[tuple[str, str], ...] = (
    ("average(assets, 2 quarters)", "avg(assets, 2)"), ("average(assets, 2 quarters)", "mean(assets, 2)"),
    ("average(assets, 2 quarters)", "average(assets, 2)"), ("sum(sales, 4 quarters)", "sum(sales, 4)"),
    ("median(sales, 5 quarters)", "median(sales, 5)"), ("average(sales, 4 quarters)", "rolling_mean(sales, 4)"),
    ("average(growth, 4 quarters)", "AVG(growth, 4 quarters)"), ("average(sales, assets)", "mean(sales, assets)"),
    ("high(growth, 4 quarters)", "rolling_max(growth, 4)"), ("stdev(growth, 8 quarters)", "std(growth, 8)"),
    ("ttm(sales)", "ltm(sales)"), ("lag(sales, 1)", "prev(sales)"), ("lag(sales, 4)", "shift(sales, 4)"),
    ("change(growth, 1)", "diff(growth)"), ("yoy(sales)", "pct_change(sales, 4)"), ("yoy(sales)", "yoy_growth(sales)"),
    ("x ^ 2", "pow(x, 2)"), ("x ^ 2", "x ** 2"), ("x ^ 2", "x²"), ("10 / (x + 1) ^ 2", "10 / power(x + 1, 2)"),
    ("10 / (x / y)", "10 / divide(x, y)"), ("10 - (x - y)", "10 - subtract(x, y)"), ("ln(x) / ln(10)", "log10(x)"),
    ("y / (ln(x) / ln(10))", "y / log10(x)"), ("ln(x) / ln(y)", "log(x, y)"), ("ceil(x)", "ceiling(x)"),
    ("(if x > y then x * 2 else y)", "if(x > y, x * 2, y)"), ("(if x > 5 then 1 else 0)", "x > 5 ? 1 : 0"),
    ("max(x, y)", "if(x > y, x, y)"), ("min(x, y)", "if(x > y, y, x)"), ("min(x, y)", "iif(x < y, x, y)"),
    ("max(x, y)", "greatest(x, y)"), ("min(x, y)", "MINIMUM(x, y)"), ("first_known(gone, x)", "coalesce(gone, x)"),
    ("first_known(gone, x)", "if(gone is known, gone, x)"), ("first_known(gone, x)", "isnull(gone, x)"),
    ("x * y", "x × y"), ("x / y", "x ÷ y"), ("x - y", "x − y"), ("x - y", "x – y"), ("x * y", "product(x, y)"),
    ("x * y", "x times y"), ("x / y", "x divided by y"),
    ("yoy(sales)", "sales.yoy"), ("yoy(sales)", "sales yoy"), ("ttm(sales)", "sales.ttm()"),
    ("max(x, y)", "max(x; y)"),
    ("x + 0.5", "x + .5"), ("x + 1000", "x + 1e3"), ("x + 0.0015", "x + 1.5e-3"), ("x + 0.5", "x + 0,5"),
    ("x + 1000000", "x + 1,000,000"), ("x + 1000000", "x + 1.000.000"), ("x + 1000000", "x + 1'000'000"),
    ("x + 1000000", "x + 1_000_000"), ("x + 1234.5", "x + 1,234.5"), ("x + 1234.5", "x + 1.234,5"), ("x + 12000", "x + 12 000"),
    ("growth + 36%", "growth + 36％"), ("growth + 36%", "growth + 36 percent"), ("growth + 36%", "growth + %36"),
    ("growth + 0.5%", "growth + 0,5%"), ("growth + 0.5%", "growth + .5%"), ("growth + 0.5%", "growth + 5‰"),
    ("growth + 2pp", "growth + 2 percentage points"), ("growth + 25bps", "growth + 25 basis points"),
    ("pe + 5x", "pe + 5 x"), ("pe + 5x", "pe + 5×"), ("pe + 5x", "pe + 5 times"),
    ("amount + 5m USD", "amount + 5 million USD"), ("amount + 5m USD", "amount + USD 5m"), ("amount + 5m USD", "amount + 5M USD"),
    ("amount + 5m USD", "amount + US$5m"), ("amount + 5bn USD", "amount + 5b USD"), ("amount + 5m USD", "amount + 5mm USD"),
    ("amount + 1500000 USD", "amount + USD 1,500,000"), ("amount + 10m USD", "amount + 1 crore USD"),
    ("amount + 5m USD", "amount + 5m"),
    ("days_between(2026-01-05, day)", "days_between(2026/01/05, day)"),
    ("days_between(2026-01-05, day)", "days_between(2026-1-5, day)"),
    ("days_between(2026-01-05, day)", "days_between(5 Jan 2026, day)"),
    ("days_between(2026-01-25, day)", "days_between(25.01.2026, day)"),
    ("days_between(2026-01-05, day)", "days_between(date(2026, 1, 5), day)"),
    ("days_between(2026-01-05, day)", "days(day, 2026-01-05)"),
)  # fmt: skip
"""Formulas as they were meant and as they were written; the one fix is sure."""

OFFERED: tuple[tuple[str, str], ...] = (
    ("ttm(sales) / latest(capital)", "sales / capital"), ("latest(capital) / ttm(sales)", "capital / sales"),
    ("ttm(sales) / latest(yearly)", "sales / yearly"), ("assets / latest(capital)", "assets / capital"),
    ("latest(price) / ttm(eps)", "price / eps"), ("latest(price) / eps", "price / eps"),
    ("ttm(sales - assets) / latest(yearly)", "(sales - assets) / yearly"),
    ("average(growth, 4 quarters)", "avg(growth, 4)"), ("average(growth, 4 quarters)", "average(growth, 4)"),
    ("average(growth, 4%)", "average(growth, 4)"), ("max(growth, 4 quarters)", "max(growth, 4)"), ("max(growth, 4%)", "max(growth, 4)"),
    ("ln(x)", "log(x)"), ("ln(x) / ln(10)", "log(x)"), ("yoy(sales)", "pct_change(sales)"), ("qoq(sales)", "pct_change(sales)"),
    ("growth + 50%", "growth + 0.5"), ("growth + 0.5%", "growth + 0.5"), ("growth + 5%", "growth + 5"),
    ("x + 1000", "x + 1,000"), ("x + 1.000", "x + 1,000"), ("amount + 5m USD", "amount + $5m"),
    ("lag(sales, 1)", "sales[-1]"), ("latest(sales)", "sales[-1]"), ("lag(sales, 2)", "sales[t-2]"),
    ("count(x > y)", "if(x > y, 1, 0)"), ("count(not (x > y))", "if(x > y, 0, 1)"),
)  # fmt: skip
"""Formulas that may be meant in several ways, with one of them."""

CONDITIONS: tuple[tuple[str, str], ...] = (
    ("x >= y", "x ≥ y"), ("x != y", "x <> y"), ("x >= y", "x => y"), ("x <= y", "x =< y"), ("x = y", "x === y"),
    ("x != y", "x !== y"), ("x >= y", "x > = y"), ("x > 5", "x is above 5"), ("x >= 5", "x is at least 5"),
    ("x <= 5", "x is not above 5"), ("x < 5", "x is less than 5"), ("x = 5", "x is 5"), ("x != 5", "x is not 5"),
    ("x >= 5", "x greater than or equal to 5"), ("x = 5", "x equals 5"),
    ("x > y and listed", "x > y && listed"), ("x > y or listed", "x > y || listed"), ("x > y and listed", "x > y AND listed"),
    ("not listed", "!listed"), ("all(x > y, listed)", "AND(x > y, listed)"), ("not (x > y)", "NOT(x > y)"),
    ("listed is true", "listed = TRUE"), ("listed is true", "listed == true"), ("listed is false", "listed = no"),
    ("stage is early", "stage = early"), ("stage is not early", "stage != early"), ("stage is early", 'stage == "early"'),
    ("stage is early", "stage = Early"),
    ("routes includes cloud", "routes = cloud"),
    ("gone is unknown", "gone = null"), ("gone is known", "gone != None"), ("gone is unknown", "isnull(gone)"),
    ("not (gone is unknown)", "not isna(gone)"), ("x between 3 and 5", "between(x, 3, 5)"), ("x between 3 and 5", "x between 3 to 5"),
    ("growth > 36%", "growth > 36 pct"), ("growth > -36%", "growth > —36%"), ("day > 2026-01-05", "day > 2026/01/05"),
    ("growth > 1% for 2 quarters", "growth > 1% for 2q"), ("growth > 1% for 2 quarters", "growth > 1% for two quarters"),
    ("growth > 1% for 2 quarters", "growth > 1% for 2 consecutive quarters"),
    ("listed is true", "listed == 1"), ("listed is false", "listed = 0"), ("listed is not true", "listed != 1"),
)  # fmt: skip
"""Conditions as they were meant and as they were written; the one fix is sure."""

EITHER: tuple[tuple[str, str], ...] = (
    ("sales / assets - 1 < -0.1", "sales / assets - 1 < -10%"), ("count(x > y, listed) / 5 >= 0.2", "count(x > y, listed) / 5 >= 20%"),
    ("x / y + 1 > 2", "x / y + 1 > 2x"), ("routes includes cloud", "cloud in routes"), ("routes includes cloud", "routes contains cloud"),
    ("ttm(sales) > latest(yearly)", "sales > yearly"), ("day > 2026-01-05", "day > 05.01.2026"), ("day > 2026-05-01", "day > 05.01.2026"),
)  # fmt: skip

NO_WAY: tuple[tuple[str, str], ...] = (
    ("sum(sales:assets)", "no ranges of cells"), ("mod(x, 3)", "floor"), ("x % y", "floor"),
    ("vlookup(x, y)", "input"), ("quantile(growth, 5)", "median"), ("npv(x, y)", "forecast"),
    ("var(growth, 8)", "stdev"), ("countif(growth, 5%)", "count"), ("avg(sales)", "say over how long"),
    ("concat(x, y)", "because"), ("lob(x)", "docs/language.md"),
)  # fmt: skip
"""What the language has no like of: no edit, and a sentence with this in it."""


def known(period: str) -> str:
    """The day on which a figure of a period became known."""
    return f"{period[2:]}-12-31" if period.startswith("FY") else period


def facts(seed: int) -> str:
    """The invented company's figures, drawn."""
    chance = random.Random(seed)

    def series(name: str, texts: list[str], days: list[str]) -> str:
        rows = "".join(
            f"    - {{period: {day}, value: {text}, published: {known(day)}, kind: reported, source: made up}}\n"
            for day, text in zip(days, texts, strict=True)
        )
        return f"  {name}:\n{rows}"

    def single(name: str, text: str) -> str:
        return f"  {name}:\n    - {{date: 2025-12-31, value: {text}, published: 2025-12-31, kind: reported, source: made up}}\n"

    def money(low: int, high: int, count: int) -> list[str]:
        return [f"{chance.randint(low, high)}m USD" for _ in range(count)]

    days = [f"2026-01-{n:02}" for n in range(5, 10)]
    return (
        "name: Made up\nticker: MADE\ncurrency: USD\nfiscal_year_ends: 12-31\nfacts:\n"
        + series("sales", money(80, 140, 8), QUARTERS)
        + series("assets", money(200, 600, 8), QUARTERS)
        + series("capital", money(300, 700, 2), ["FY2024", "FY2025"])
        + series("yearly", money(300, 700, 2), ["FY2024", "FY2025"])
        + series("growth", [f"{chance.randint(-5, 60)}%" for _ in QUARTERS], QUARTERS)
        + series("eps", [f"{chance.randint(1, 9)} USD" for _ in QUARTERS], QUARTERS)
        + "  price:\n"
        + "".join(
            f"    - {{date: {d}, value: {chance.randint(50, 90)} USD, published: {d}, kind: reported, source: made up}}\n"
            for d in days
        )
        + single("pe", f"{chance.randint(5, 30)}x")
        + single("x", str(chance.choice([2, 3, 5, 7.5])))
        + single("y", str(chance.choice([2, 4, 5, 6])))
        + single("stage", chance.choice(["early", "late"]))
        + single("routes", chance.choice(["[cloud]", "[models]"]))
        + single("listed", chance.choice(["true", "false"]))
        + single("day", chance.choice(["2025-06-30", "2026-01-10", "2026-06-30"]))
        + single("amount", f"{chance.randint(1, 9)}m USD")
    )


@pytest.fixture(scope="module", params=[1, 2])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> thesis.Company:
    folder = tmp_path_factory.mktemp("made")
    (folder / "MADE.yaml").write_text(facts(request.param), "utf-8")
    return thesis.facts(folder / "MADE.yaml")


def value_of(text: str, company: thesis.Company) -> object:
    """What the rule of a text comes to: a figure's bounds, a truth."""
    found = thesis.check(text)
    assert found.ok, [d.text for d in found.diagnostics if d.is_error]
    value = thesis.evaluate(text, company, as_of="2026-02-01")["rule"].value
    return (value.low, value.high) if isinstance(value, thesis.Figure) else value.text


def same(one: object, other: object) -> bool:
    """Equal but for the last digit of a float, which the order of a sum may turn."""
    if not isinstance(one, tuple) or not isinstance(other, tuple):
        return one == other
    return all(
        a == b or (None not in (a, b) and abs(a - b) <= 1e-9 * max(abs(a), abs(b)))
        for a, b in zip(one, other, strict=True)
    )


def mended(text: str) -> list[tuple[bool, str]]:
    """The texts to which fixes lead, each with whether all on its way were sure. A fix may show the next mistake."""
    ends, open_ = list[tuple[bool, str]](), [(True, text)]
    for _ in range(4):
        following = list[tuple[bool, str]]()
        for sure, now in open_:
            errors = [d for d in thesis.check(now).diagnostics if d.is_error]
            if not errors:
                ends.append((sure, now))
            elif len(errors) == 1:
                following += [(sure and fix.sure, fix.applied(now)) for fix in errors[0].fixes]
        open_ = following
    return ends


def judge(meant: str, written: str, declare: str, company: thesis.Company, sure: bool) -> None:
    right, slip = (f"{HEAD}{declare.format(text)}\n" for text in (meant, written))
    assert not thesis.check(slip).ok, "this is no slip"
    wanted, found = value_of(right, company), mended(slip)
    assert found, [d.text for d in thesis.check(slip).diagnostics if d.is_error]
    given = [value_of(text, company) for _, text in found]
    assert any(same(wanted, value) for value in given), (wanted, given)
    for (certain, text), value in zip(found, given, strict=True):
        assert not certain or same(wanted, value), text
    if sure:
        assert all(certain for certain, _ in found), "the only way is not taken for sure"


METRIC, KILL = "metric rule = {}", "kill rule when {}"


@pytest.mark.parametrize(("meant", "written"), SURE, ids=[w for _, w in SURE])
def test_a_sure_fix_gives_the_number_that_was_meant(meant: str, written: str, company: thesis.Company) -> None:
    judge(meant, written, METRIC, company, sure=True)


@pytest.mark.parametrize(("meant", "written"), OFFERED, ids=[f"{w} as {m}" for m, w in OFFERED])
def test_one_of_several_ways_gives_the_number_that_was_meant(meant: str, written: str, company: thesis.Company) -> None:
    judge(meant, written, METRIC, company, sure=False)


@pytest.mark.parametrize(("meant", "written"), CONDITIONS, ids=[w for _, w in CONDITIONS])
def test_a_sure_fix_gives_the_truth_that_was_meant(meant: str, written: str, company: thesis.Company) -> None:
    judge(meant, written, KILL, company, sure=True)


@pytest.mark.parametrize(("meant", "written"), EITHER, ids=[f"{w} as {m}" for m, w in EITHER])
def test_one_of_several_ways_gives_the_truth_that_was_meant(meant: str, written: str, company: thesis.Company) -> None:
    judge(meant, written, KILL, company, sure=False)


@pytest.mark.parametrize(("written", "word"), NO_WAY, ids=[w for w, _ in NO_WAY])
def test_what_the_language_has_no_like_of_gets_a_sentence_and_no_edit(written: str, word: str) -> None:
    first = next(d for d in thesis.check(f"{HEAD}metric rule = {written}\n").diagnostics if d.is_error)
    assert not first.fixes
    assert first.hint is not None
    assert word in first.hint
