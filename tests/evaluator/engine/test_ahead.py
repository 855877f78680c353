"""What lies ahead: what is expected counts from its own day, and gives way when the period is reported."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.engine.evaluation import Evaluation, Status
from evaluator.facts.calendar import Calendar
from evaluator.facts.model import Company, Fact, Rank, Reports, SourceKind
from evaluator.values.step import Step
from evaluator.values.values import Figure, Single
from tests.support.runs import HEAD, TAIL, company, fact, number, ran
from tests.support.stories import PLACE

DAY = dt.date(2026, 5, 14)
INPUTS = (
    HEAD
    + "input eps : money per share per year\ninput revenue : money per quarter\ninput price : money per share per day\n"
)


def of(rules: str, facts: str, day: dt.date = DAY, **about: str) -> Evaluation:
    """Names on the facts of a company whose year is the calendar's, in dollars."""
    return ran(INPUTS + rules + TAIL, company(facts, **{"currency": "USD", "ends": "12-31", **about}), day).evaluation


def value(found: Evaluation, name: str = "m") -> Figure:
    single = found.of(name)
    assert isinstance(single, Figure)
    return single


def estimate(period: str, given: object, day: str, kind: str = "estimate") -> str:
    return fact(period, given, day, kind)


EPS = "  eps:\n" + fact("FY2024", 4, "2025-02-10") + fact("FY2025", 5, "2026-02-10")


def test_of_several_estimates_the_newest_known_counts_from_its_own_day() -> None:
    facts = EPS + estimate("FY2026", 6, "2026-02-20") + estimate("FY2026", 7, "2026-05-10")
    for day, expected in (("2026-02-19", None), ("2026-02-20", 6), ("2026-05-09", 6), ("2026-05-10", 7)):
        found = value(of("metric m = ahead(eps, 1)", facts, dt.date.fromisoformat(day)))
        assert (number(found) if found.known else None) == expected, day


def test_what_is_missing_says_of_which_period_and_by_which_day() -> None:
    (cause,) = value(of("metric m = ahead(eps, 2)", EPS)).causes
    assert (cause.name, cause.period) == ("eps", "FY2027")
    assert cause.reason == "nothing expected of it had been published by 2026-05-14"


def test_a_reported_period_replaces_what_was_expected_and_moves_what_lies_ahead() -> None:
    facts = (
        EPS
        + estimate("FY2026", 6, "2026-02-20")
        + estimate("FY2027", 8, "2026-02-20")
        + fact("FY2026", 6.5, "2027-02-10")
    )
    before, after = (
        of("metric m = ahead(eps, 1)\nmetric e = eps + 0 USD", facts, dt.date(2027, 2, day)) for day in (9, 10)
    )
    assert (number(value(before)), number(value(before, "e"))) == (6, 5)
    assert (number(value(after)), number(value(after, "e"))) == (8, 6.5)


def test_an_opinion_counts_only_where_there_is_nothing_else() -> None:
    opinion = estimate("FY2026", 9, "2026-05-01").replace('"S"}', '"S", rank: opinion}')
    assert number(value(of("metric m = ahead(eps, 1)", EPS + opinion))) == 9
    assert number(value(of("metric m = ahead(eps, 1)", EPS + estimate("FY2026", 6, "2026-02-20") + opinion))) == 6


def test_of_one_day_guidance_goes_before_an_estimate_and_two_estimates_are_bounds() -> None:
    same = estimate("FY2026", 6, "2026-03-01") + estimate("FY2026", "between 6.5 and 7", "2026-03-01", "guidance")
    found = value(of("metric m = ahead(eps, 1)", EPS + same))
    assert (found.low, found.high) == (6.5, 7)
    two = estimate("FY2026", 6, "2026-03-01") + estimate("FY2026", 7, "2026-03-01")
    found = value(of("metric m = ahead(eps, 1)", EPS + two))
    assert (found.low, found.high) == (6, 7)


LOOKING_BACK = "\n".join(
    f"metric b{n} = {text}"
    for n, text in enumerate(
        ("ttm(revenue)", "lag(revenue, 1)", "change(revenue)", "yoy(revenue)", "latest(revenue)", "average(revenue, 2 quarters)",
         "trend(revenue, 4 quarters)", "latest(eps)", "yoy(eps)", "price / latest(eps)")
    )
)  # fmt: skip


def test_what_looks_back_is_not_changed_by_what_lies_ahead() -> None:
    """Whole histories are the same with estimates of periods to come and without."""
    past = "".join(
        fact(end, 100 + n, day)
        for n, (end, day) in enumerate(
            (("2025-03-31", "2025-04-30"), ("2025-06-30", "2025-07-30"), ("2025-09-30", "2025-10-30"), ("2025-12-31", "2026-01-30"),
             ("2026-03-31", "2026-04-30"))
        )
    )  # fmt: skip
    coming = "".join(estimate(end, 900, "2026-04-01") for end in ("2026-06-30", "2026-09-30", "FY2026", "FY2027"))
    price = "  price:\n" + fact("2026-05-13", 50, "2026-05-13")
    plain = of(LOOKING_BACK, EPS + "  revenue:\n" + past + price)
    more = of(LOOKING_BACK, EPS + estimate("FY2026", 9, "2026-03-01") + "  revenue:\n" + past + coming + price)
    for n in range(10):
        assert _bare(plain, f"b{n}") == _bare(more, f"b{n}"), n


def _bare(found: Evaluation, name: str) -> object:
    whole = found.values[name]
    points = getattr(whole, "points", {0: whole.now if isinstance(whole, Step) else whole})
    return {o: (x.low, x.high) for o, x in points.items() if isinstance(x, Figure)}


def test_next_twelve_months_of_years_are_weighed_by_the_days_to_come() -> None:
    facts = EPS + estimate("FY2026", 6, "2026-02-20") + estimate("FY2027", 8, "2026-02-20")
    assert number(value(of("metric m = ntm(eps)", facts))) == pytest.approx((6 * 231 + 8 * 134) / 365)
    assert number(value(of("metric m = ntm(eps)", facts, dt.date(2026, 12, 31)))) == 8
    missing = value(of("metric m = ntm(eps)", EPS + estimate("FY2026", 6, "2026-02-20")))
    assert {(c.name, c.period) for c in missing.causes} == {("eps", "FY2027")}


def test_next_twelve_months_of_a_fiscal_year_that_ends_in_march() -> None:
    """On 14 May 2026 321 of the 365 days of the year to March 2027 are to come."""
    facts = (
        "  eps:\n"
        + fact("FY2026", 5, "2026-05-01")
        + estimate("FY2027", 6, "2026-05-02")
        + estimate("FY2028", 8, "2026-05-02")
    )
    assert number(value(of("metric m = ntm(eps)", facts, ends="03-31"))) == pytest.approx((6 * 321 + 8 * 44) / 365)


QUARTERS = "  revenue:\n" + fact("2026-03-31", 90, "2026-04-30")
NEXT = ("2026-06-30", "2026-09-30", "2026-12-31", "2027-03-31")


def test_next_twelve_months_of_quarters_are_the_next_four() -> None:
    four = "".join(estimate(end, n, "2026-05-01") for n, end in enumerate(NEXT, 100))
    assert number(value(of("metric m = ntm(revenue)", QUARTERS + four))) == 406
    three = "".join(estimate(end, 100, "2026-05-01") for end in NEXT[:3])
    missing = value(of("metric m = ntm(revenue)", QUARTERS + three))
    assert {c.period for c in missing.causes} == {"quarter to 2027-03-31"}


def test_of_quarters_of_which_years_alone_are_expected_the_years_are_blended() -> None:
    years = estimate("FY2026", 400, "2026-05-01") + estimate("FY2027", 500, "2026-05-01")
    blend = (400 * 231 + 500 * 134) / 365
    assert number(value(of("metric m = ntm(revenue)", QUARTERS + years))) == pytest.approx(blend)
    with_two = years + "".join(estimate(end, 100, "2026-05-01") for end in NEXT[:2])
    assert number(value(of("metric m = ntm(revenue)", QUARTERS + with_two))) == pytest.approx(blend)
    one = value(of("metric m = ntm(revenue)", QUARTERS + estimate("FY2026", 400, "2026-05-01")))
    assert {c.period for c in one.causes} == {"FY2027"}


def test_of_a_company_that_reports_by_halves_a_period_ahead_is_a_half() -> None:
    facts = "  revenue:\n" + fact("6M 2025-12-31", 90, "2026-02-20")
    facts += estimate("6M 2026-06-30", 100, "2026-03-01") + estimate("6M 2026-12-31", 120, "2026-03-01")
    found = of("metric m = ahead(revenue, 2)\nmetric n = ntm(revenue)", facts, more="reports: halves\n")
    assert (number(value(found)), number(value(found, "n"))) == (120, 220)


def test_a_surprise_is_of_the_first_release_against_the_day_before() -> None:
    facts = (
        EPS
        + estimate("FY2025", 3, "2025-06-01")
        + estimate("FY2025", 4, "2026-02-09")
        + estimate("FY2025", 5, "2026-02-10")
    )
    assert number(value(of("metric m = surprise(eps)", facts))) == pytest.approx(0.25)
    restated = facts + fact("FY2025", 6, "2026-04-10")
    assert number(value(of("metric m = surprise(eps)", restated))) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("actual", "expected", "gives"), [(-8, -10, 0.2), (-12, -10, -0.2), (2, -4, 1.5), (-2, 4, -1.5), (5, 5, 0)]
)
def test_the_sign_of_a_surprise_says_whether_more_came_than_was_expected(
    actual: int, expected: int, gives: float
) -> None:
    facts = "  eps:\n" + estimate("FY2025", expected, "2026-02-01") + fact("FY2025", actual, "2026-02-10")
    assert number(value(of("metric m = surprise(eps)", facts))) == pytest.approx(gives)


def test_where_nothing_was_expected_a_surprise_means_nothing_or_is_unknown() -> None:
    nil = "  eps:\n" + estimate("FY2025", 0, "2026-02-01") + fact("FY2025", 1, "2026-02-10")
    assert value(of("metric m = surprise(eps)", nil)).nm
    (cause,) = value(of("metric m = surprise(eps)", EPS)).causes
    assert (cause.name, cause.period) == ("eps", "FY2025")
    wide = "  eps:\n" + estimate("FY2025", "between -1 and 1", "2026-02-01") + fact("FY2025", 1, "2026-02-10")
    found = value(of("metric m = surprise(eps)", wide))
    assert not found.known
    assert found.undefined


def test_a_surprise_of_a_percent_is_in_points() -> None:
    rules = HEAD + "input margin : percent per year\nmetric m = surprise(margin)" + TAIL
    facts = "  margin:\n" + estimate("FY2025", "11%", "2026-02-01") + fact("FY2025", "12%", "2026-02-10")
    assert number(value(ran(rules, company(facts, ends="12-31"), DAY).evaluation)) == pytest.approx(0.01)


def test_estimates_in_another_currency_are_converted_at_the_newest_rate_and_before_a_release_at_that_of_the_day_before() -> (
    None
):
    facts = "  eps:\n" + fact("FY2025", "70 CNY", "2026-02-10") + estimate("FY2025", "8 USD", "2026-01-10")
    facts += estimate("FY2026", "10 USD", "2026-03-01")
    rates = "".join(
        f'  - {{of: USD, to: CNY, date: {day}, value: {rate}, published: {day}, source: "S"}}\n'
        for day, rate in (("2026-02-09", 7.0), ("2026-02-10", 6.0), ("2026-05-01", 7.5))
    )
    about = company(facts + "exchange_rates:\n" + rates, ends="12-31")
    rules = HEAD + "input eps : money per share per year\nmetric m = ahead(eps, 1)\nmetric s = surprise(eps)" + TAIL
    found = ran(rules, about, DAY).evaluation
    assert number(value(found)) == 75
    assert number(value(found, "s")) == pytest.approx(70 / 56 - 1)


def test_bounds_of_the_rules_hold_of_what_is_not_known_of_a_period_to_come() -> None:
    rules = HEAD + "input share : percent per year between 0% and 100%\nmetric m = ahead(share, 1)" + TAIL
    found = value(ran(rules, company("  share:\n" + fact("FY2025", "40%", "2026-02-10"), ends="12-31"), DAY).evaluation)
    assert (found.low, found.high, found.known) == (0, 1, False)


def test_an_estimate_grows_stale_by_its_own_day() -> None:
    rules = HEAD + "input eps : money per share per year stale after 500 days\nmetric m = ahead(eps, 2)" + TAIL
    facts = EPS + estimate("FY2027", 8, "2025-01-02")
    found = ran(rules, company(facts, currency="USD", ends="12-31"), dt.date(2026, 5, 18)).evaluation
    assert any("stale" in c.reason for c in value(found).causes)


def test_a_forward_multiple_has_a_past_as_it_was_known() -> None:
    facts = EPS + estimate("FY2026", 6, "2026-02-20") + estimate("FY2026", 7, "2026-05-10") + "  price:\n"
    facts += "".join(fact(day, 42, day) for day in ("2026-02-12", "2026-02-23", "2026-05-08", "2026-05-11"))
    found = of("metric m = price / ahead(eps, 1)", facts)
    points = [x for _, x in sorted(found.values["m"].points.items())]  # type: ignore[union-attr]
    assert [x.low if x.known else None for x in points] == [None, 7, 7, 6]


def test_an_estimate_decides_no_event_but_what_was_reported_against_it_does() -> None:
    rules = INPUTS.replace("rules main", 'thesis main "M" for AAA since 2026-01-01')
    rules += 'catalyst c "C" on 2025-12-31 within 60 days expects surprise(eps) > 10%\n'
    rules += 'kill k "K" when ahead(eps, 1) < 100 USD' + TAIL
    facts = EPS + estimate("FY2025", 4, "2026-01-10") + estimate("FY2026", 6, "2026-02-20")
    events = ran(rules, company(facts, currency="USD", ends="12-31"), DAY).evaluation.events
    assert (events["c"].status, events["c"].day) == (Status.MET, dt.date(2026, 2, 10))
    assert events["k"].status is Status.WATCHED


# --- against a brute-force reckoning over random tables -----------------------------------------------------------------

Row = tuple[int, float, int, bool]
"""A fiscal year, a figure, days after 2020-01-01 on which it was published, whether it was reported."""
BEGIN = dt.date(2020, 1, 1)


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Estimates and reports of a few fiscal years, in any order, revised and late."""
    made = random.Random(draw(st.integers(0, 10**9)))
    rows: list[Row] = []
    for year in range(2019, 2024):
        released = (dt.date(year + 1, 1, 20) - BEGIN).days + made.randrange(60)
        rows += [(year, made.randint(-9, 9) / 2, released + n * 90, True) for n in range(made.choice((0, 1, 1, 2)))]
        rows += [
            (year, made.randint(-9, 9) / 2, made.randrange(released + 200), False)
            for _ in range(made.choice((0, 1, 3)))
        ]
    return [row for row in rows if row[2] > -300]


def facts_of(rows: Sequence[Row]) -> list[Fact]:
    made = []
    for year, figure, day, firm in rows:
        published = BEGIN + dt.timedelta(days=day)
        kind = SourceKind.REPORTED if firm else SourceKind.ESTIMATE
        made.append(Fact(name="eps", period=f"FY{year}", value=str(figure), published=published, kind=kind, source="S",
                         rank=Rank.SECONDARY, place=PLACE, value_place=PLACE))  # fmt: skip
    return made


def about(rows: Sequence[Row]) -> Company:
    return Company(name="A", ticker="AAA", currency="USD", fiscal_year_ends=Calendar(12, 31), facts=tuple(facts_of(rows)),
                   exchange_rates=(), splits=(), reports=Reports.QUARTERS, path="facts.yaml")  # fmt: skip


RULES = INPUTS + "metric a = ahead(eps, 1)\nmetric n = ntm(eps)\nmetric s = surprise(eps)" + TAIL


def _span(figures: Sequence[float]) -> tuple[float, float] | None:
    return (min(figures), max(figures)) if figures else None


def oracle(rows: Sequence[Row], day: dt.date) -> dict[str, tuple[float, float] | None]:
    """The three by looping over a table: what is known by the day, the last of each year, the day before a release."""
    today = (day - BEGIN).days
    known = [row for row in rows if row[2] <= today]
    reported = [year for year, _, _, firm in known if firm]
    ended = day.year if (day.month, day.day) == (12, 31) else day.year - 1
    last = max(reported) if reported else ended

    def expected(year: int, before: int) -> tuple[float, float] | None:
        of_year = [(d, x) for y, x, d, firm in known if y == year and not firm and d < before]
        newest = max((d for d, _ in of_year), default=None)
        return _span([x for d, x in of_year if d == newest])

    def blend() -> tuple[float, float] | None:
        share = (dt.date(ended + 1, 12, 31) - day).days / (dt.date(ended + 1, 12, 31) - dt.date(ended, 12, 31)).days
        parts = [(expected(ended + 1, today + 1), share), (expected(ended + 2, today + 1), 1 - share)]
        if any(part is None for part, weight in parts if weight):
            return None
        ends = [(part[0] * weight, part[1] * weight) for part, weight in parts if part is not None and weight]
        return sum(low for low, _ in ends), sum(high for _, high in ends)

    return {"a": expected(last + 1, today + 1), "n": blend(), "s": _surprised(known, last, reported, expected)}


def _surprised(known: Sequence[Row], last: int, reported: list[int], expected: object) -> tuple[float, float] | None:
    if last not in reported:
        return None
    first = min(d for y, _, d, firm in known if firm and y == last)
    actual = _span([x for y, x, d, firm in known if firm and y == last and d == first])
    before = expected(last, first)  # type: ignore[operator]
    if actual is None or before is None or before[0] <= 0 <= before[1]:
        return None
    gaps = [(a - e) / abs(e) for a in actual for e in before]
    return min(gaps), max(gaps)


def _ends(single: Single) -> tuple[float, float] | None:
    assert isinstance(single, Figure)
    return (single.low, single.high) if single.known else None


@settings(max_examples=60)
@given(tables(), st.dates(dt.date(2020, 2, 1), dt.date(2024, 12, 31)))
def test_each_is_what_a_loop_over_the_table_gives(rows: list[Row], day: dt.date) -> None:
    found = ran(RULES, about(rows), day).evaluation
    for name, expected in oracle(rows, day).items():
        got = _ends(found.of(name))
        if name == "s" and got is not None and expected is not None and expected[0] != expected[1]:
            assert got[0] <= expected[0] + 1e-9  # actual and estimate are spans: each end is reached
            assert expected[1] <= got[1] + 1e-9
            continue
        assert got == (None if expected is None else pytest.approx(expected)), name


@settings(max_examples=40)
@given(tables(), st.dates(dt.date(2021, 1, 1), dt.date(2024, 12, 31)), st.integers(0, 900))
def test_no_day_knows_what_was_published_later(rows: list[Row], day: dt.date, back: int) -> None:
    """What each was on an earlier day, as a run of a later day has it, is what a run of that day gives, with its facts alone."""
    then = day - dt.timedelta(days=back)
    whole = ran(RULES, about(rows), day).evaluation
    fresh = ran(RULES, about([row for row in rows if BEGIN + dt.timedelta(days=row[2]) <= then]), then).evaluation
    for name in ("a", "n", "s"):
        step = whole.values[name]
        if isinstance(step, Step):
            assert _ends(step.known.at(then.toordinal())) == _ends(fresh.of(name)), name
