"""No look-ahead inside a history: no past point changes when a fact about a later time is added, whenever it was published."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from evaluator.engine.evaluation import Evaluation
from evaluator.facts.model import Fact, SourceKind
from evaluator.values.series import Series
from evaluator.values.values import Figure, Single, Truth
from tests.support.runs import TAIL, ran
from tests.support.stories import NAMES, PLACE, about, facts, stories

AS_OF = dt.date(2027, 2, 28)
METRICS = """
metric m0 = latest(price) / latest(eps)
metric m1 = change(pe_year) + average(pe_year, 2 years)
metric m2 = pe - average(pe, 30 days)
metric m3 = growth * share
metric m4 = change(m3) + lag(m3, 1) * 1pp / 1%
metric m5 = average(roe, 3 quarters)
metric m6 = yoy(earned)
metric m7 = drawdown(price, 60 days)
metric m8 = equity / latest(eps)
metric m9 = latest(growth) - rival
metric m10 = latest(growth) / pe
metric m11 = streak(growth > 10%) / 4
metric m12 = growth - average(growth, 3 quarters)
metric m13 = (if_not + m3) / 2
metric if_not = max(growth, 0%) - min(share, rival)
metric m14 = max(growth, 10%) + max(sold, 50%)
metric m15 = first_known(sold, growth)
metric m16 = streak(ahead)
metric m17 = lag(sold, 1) + change(sold) * 1% / 1pp
metric m18 = average(sold, 2 quarters) - low(sold, 3 quarters)
metric m19 = count(growth > 10%, sold > 50%, earned > 1bn CNY)
metric m20 = price / average_price
metric m21 = max(price / 100 CNY, average_price / 100 CNY)
metric m22 = lag(growth * sold, 1)
metric m23 = average(m3, 2 quarters)
metric m24 = change(m23)
metric m25 = streak(m3 >= 5%)
"""
SPARSE = """
input sold "Sold ahead" : percent per quarter between 0% and 100%
input average_price "Price of the index" : money per share per day above 0
"""
"""Names about which nothing may be known at all until a late fact: what is unknown keeps its bounds."""
CONDITIONS = """
bull ahead on p when growth > 10% or sold > 50%
bull below on p when growth > 10% or lag(sold, 1) <= 100%
bull shared on p when m3 >= 5% for 2 quarters
bull lasts on p when (growth > 10% or sold > 50%) for 2 quarters
bear never on p when sold < 0% and growth < 0%
bear dear on p when price > 90 CNY or average_price > 90 CNY
bear means on p when roe < 10% or sold > 30%
bull known on p when (growth is known or sold is known) for 2 quarters
"""
RULES = f"rules main\n{NAMES}{SPARSE}{METRICS}{TAIL}{CONDITIONS}"


UNKNOWN = "unknown"
"""A period without any point is as good as one of which nothing is known."""


NOTHING = "not meaningful"


def bare(value: Single) -> object:
    """A value without the numbers of the facts on which it rests, which shift when a fact is added."""
    if isinstance(value, Figure):
        if value.nm:
            return NOTHING
        return UNKNOWN if value.wide else (value.low, value.high, value.undefined)
    return value if not isinstance(value, Truth) else UNKNOWN if value.unknown else value.possible


def past(evaluation: Evaluation, until: dt.date) -> dict[tuple[str, str], object]:
    """What each name was at the end of each period that ended before a day, but for the newest, which is read as of today."""
    found: dict[tuple[str, str], object] = {}
    for name, value in evaluation.values.items():
        if not isinstance(value, Series):
            continue
        for ordinal, point in value.points.items():
            end = dt.date.fromordinal(evaluation.clock.last_day(ordinal, value.frequency))
            if end < until:
                own = value.closing.get(ordinal, point)
                found[name, f"{end}"] = bare(own)
    return found


def nothing_earlier_changes(story: list[Fact], later: Fact) -> None:
    end = dt.date(int(later.period[2:]), 12, 31) if later.name == "eps" and later.period else None
    end = end or (dt.date.fromisoformat(later.period) if later.period else later.date)
    assert end is not None
    before, after = (past(ran(RULES, about(s), AS_OF).evaluation, end) for s in (story, [*story, later]))
    assert not {key: (was, now) for key, was in before.items() if (now := after.get(key, UNKNOWN)) != was}


def _fact(name: str, value: str, day: dt.date, dated: bool = False, kind: SourceKind = SourceKind.REPORTED) -> Fact:
    when = {"date": day} if dated else {"period": day.isoformat()}
    return Fact(name=name, value=value, published=day, kind=kind, source="S", place=PLACE, value_place=PLACE, **when)


def test_what_comes_after_the_period_that_is_read_sees_it_as_it_was_at_its_own_end() -> None:
    """A claim about the next quarter is read by nothing; it looks back at the period that is read, of which a share of
    today is no part then. By change, lag, window, streak and `for`, each among METRICS and CONDITIONS."""
    read, claimed = dt.date(2025, 12, 31), dt.date(2026, 3, 31)
    story = [
        _fact("growth", "0%", dt.date(2025, 9, 30)),
        _fact("growth", "30%", read),
        _fact("growth", "20%", claimed, kind=SourceKind.CLAIM),
        _fact("share", "unknown", dt.date(2025, 1, 6), dated=True),
    ]
    for share in ("0%", "100%"):
        nothing_earlier_changes(story, _fact("share", share, dt.date(2026, 4, 1), dated=True))


LATER = st.sampled_from(
    ["growth", "equity", "earned", "eps", "price", "share", "rival", "sold", "average_price"]
).flatmap(facts)


@settings(max_examples=30)
@given(stories(), LATER)
def test_no_past_point_changes_when_a_fact_about_a_later_time_is_added(story: list[Fact], later: Fact) -> None:
    note(f"{later.name} {later.period or later.date} {later.value} {later.published}")
    nothing_earlier_changes(story, later)


@pytest.mark.soak
@settings(max_examples=3000)
@given(stories(30), LATER)
def test_no_past_point_changes_soak(story: list[Fact], later: Fact) -> None:
    note(f"{later.name} {later.period or later.date} {later.value} {later.published}")
    nothing_earlier_changes(story, later)
