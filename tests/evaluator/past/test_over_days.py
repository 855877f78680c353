"""Kills and catalysts are judged over days of prices as if each day were evaluated alone, with nothing passed over."""

from __future__ import annotations

import datetime as dt
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.engine import graph as graphs
from evaluator.engine.evaluation import Event, Status
from evaluator.facts.model import Company
from evaluator.known.bind import bind
from evaluator.past.events import _Catalyst, _Kill, judge_events
from evaluator.past.history import History
from evaluator.past.over_days import OverDays
from tests.support.runs import checked, company, fact

RULES = """
input price   "Price"   : money per day
input volume  "Volume"  : number per day stale after 5 days
input sales   "Sales"   : money per quarter
input eps     "EPS"     : money
input rating  "Rating"  : choice of (hold, sell)
param limit   "Limit"   = 10%
  from 2026-03-01 = 30% source "Later"
metric fall   "Fall"    = drawdown(price, 10 days)
metric paid   "Paid"    = price / latest(sales)
metric many   "Many"    = price / eps meaningful when eps > 0
pillar worth  "Cheap?"
bull fallen   "Fallen"  on worth when fall > 20%
bull low      "Low"     on worth applies when rating is hold when price < 9 CNY
bull now      "Now"     on worth applies when price > 9 CNY when price < 10 CNY
"""
KILLS = (
    "fall > limit", "price < 9 CNY", "price < 9 CNY for 4 days", "streak(fallen) >= 3",
    "fall > 20% and sales < 100 CNY", "fall > 20% and rating is sell", "not (price > 9 CNY or sales > 90 CNY)",
    "paid > 10%", "many > 5", "fallen and low", "now", "latest(price) < 9 CNY", "price < average(price, 3 days) * 0.9",
    "volume > 5 and price < 9 CNY", "change(price, 3) < -1 CNY", "fallen is true or low is false", "yoy(sales) < 0%",
    "price / lag(price, 2) < 0.8 and (rating is sell or eps < 0 CNY)", "price < 1.3 USD", "fallen and price < 1.4 USD",
    "price < 1.3 USD for 3 days", "price < eps * 8", "fall > 20% and sales < 15 USD",
)  # fmt: skip
ALONE = ("now", "latest(price) < 9 CNY", "yoy(sales) < 0%", "fallen and price < 1.4 USD")
"""What is not read over days."""
FIRST, LAST = dt.date(2026, 2, 20), dt.date(2026, 3, 20)
_some = st.sampled_from


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """A month of prices with gaps and unknown ones, and a few other figures known on days among them."""
    days = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days)]
    text = ""
    for name in ("price", "volume"):
        values = {d: draw(_some([None, "8", "9", "10", "11", "12", "unknown", "7 to 9"])) for d in days}
        late = draw(_some([0, 0, 0, 1]))
        given_on = {d: x for d, x in values.items() if x is not None}
        if given_on:
            text += f"  {name}:\n"
            for d, x in given_on.items():
                text += fact(str(d), x, str(d + dt.timedelta(days=late)), key="date")
    around = st.dates(FIRST, LAST).map(str)
    for name, values_of in (("eps", ["1", "-1", "2", "1 USD"]), ("rating", ["hold", "sell"])):
        dates = sorted(draw(st.lists(around, max_size=3, unique=True)))
        if dates:
            text += f"  {name}:\n" + "".join(fact(d, draw(_some(values_of)), d, key="date") for d in dates)
    known = [(end, draw(around)) for end in ("2024-12-31", "2025-09-30", "2025-12-31") if draw(st.booleans())]
    if known:
        text += "  sales:\n" + "".join(
            fact(end, draw(_some(["80", "100", "120", "12 USD"])), day) for end, day in known
        )
    rates = [
        f"  - {{of: USD, to: CNY, value: {draw(_some(['7', '8', '6']))}, date: {day}, published: {later}, source: R}}\n"
        for day in draw(st.lists(st.dates(FIRST - dt.timedelta(days=20), LAST), max_size=8, unique=True))
        for later in [day + dt.timedelta(days=draw(_some([0, 0, 0, 2])))]
    ]
    return company(text or _NOTHING, ends="12-31", more="exchange_rates:\n" + "".join(rates) if rates else "")


_NOTHING = "  eps:\n" + fact(str(FIRST), "1", str(FIRST), key="date")


def judged(rules: str, about: Company, as_of: dt.date) -> dict[str, Event]:
    """What became of each kill and catalyst."""
    program = checked("rules main\n" + rules).program
    assert program is not None
    order = graphs.order(graphs.build(program))
    facts = bind(program, about).facts
    return dict(judge_events(History(program, order, facts, about, decided=True), as_of))


def told(events: dict[str, Event]) -> dict[str, object]:
    """All that is said of events, with what they came to on their day."""
    return {
        name: (e.status, e.day, e.missing, e.evaluation and (e.evaluation.values[name], e.evaluation.view.facts))
        for name, e in events.items()
    }


@settings(max_examples=30, deadline=None)
@given(companies(), st.sampled_from(KILLS), st.booleans(), st.sampled_from(["", " by 2026-03-10"]))
def test_what_is_read_over_days_is_what_each_day_comes_to(about: Company, when: str, since: bool, by: str) -> None:
    rules = RULES + f'kill gone "Gone"{by} when {when}\n'
    catalyst = f'catalyst shown "Shown" on 2026-03-05 within 4 days expects {when}\n'
    rules = ("  since 2026-02-26\n" if since else "") + rules + (catalyst if since else "")
    together = told(judged(rules, about, LAST))
    with (
        patch.object(OverDays, "truth", lambda self, day: None),
        patch.object(_Kill, "_first_touched", lambda self, day: dt.date.min),
        patch.object(_Catalyst, "_counts", lambda self, at: True),
    ):
        assert told(judged(rules, about, LAST)) == together


@pytest.mark.parametrize("when", KILLS)
def test_which_conditions_are_read_over_days(when: str) -> None:
    """All but those that read a daily series at its last day within something else."""
    text = "  price:\n" + "".join(
        fact(str(FIRST + dt.timedelta(days=n)), 10, str(FIRST + dt.timedelta(days=n)), key="date") for n in range(9)
    )
    text += "  volume:\n" + fact(str(FIRST), 10, str(FIRST), key="date")
    program = checked("rules main\n" + RULES + f'kill gone "Gone" when {when}\n').program
    assert program is not None
    about = company(text)
    history = History(program, graphs.order(graphs.build(program)), bind(program, about).facts, about, decided=True)
    assert OverDays(history, "gone").able is (when not in ALONE)


def test_few_evaluations_are_made_for_many_days() -> None:
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(500)]
    text = "  price:\n" + "".join(fact(str(d), 10 + n % 7, str(d), key="date") for n, d in enumerate(days))
    with patch.object(History, "evaluation", autospec=True, side_effect=History.evaluation) as evaluated:
        found = judged(RULES + 'kill gone "Gone" when drawdown(price, 100 days) > 90%\n', company(text), days[-1])
    assert found["gone"].status is Status.WATCHED
    assert evaluated.call_count < 10


@pytest.mark.parametrize(
    "when", ["price < 1 CNY", "price < 0.1 USD", "drawdown(price, 100 days) > 90% and price < 1 CNY"]
)
def test_rates_of_each_day_cost_no_evaluation_a_day(when: str) -> None:
    """Neither where nothing is converted, nor where a threshold is."""
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(500)]
    text = "  price:\n" + "".join(fact(str(d), 10 + n % 7, str(d), key="date") for n, d in enumerate(days))
    rates = "".join(
        f"  - {{of: USD, to: CNY, value: {7 + n % 3}, date: {d}, published: {d}, source: R}}\n"
        for n, d in enumerate(days)
    )
    with patch.object(History, "evaluation", autospec=True, side_effect=History.evaluation) as evaluated:
        found = judged(
            RULES + f'kill gone "Gone" when {when}\n', company(text, more="exchange_rates:\n" + rates), days[-1]
        )
    assert found["gone"].status is Status.WATCHED
    assert evaluated.call_count < 10


def test_a_figure_of_a_day_without_a_price_counts_from_that_day() -> None:
    """A price of Friday, earnings that become known on Saturday: it happened on Saturday, whatever price comes on Monday."""
    text = "  price:\n" + "".join(fact(d, 10, d, key="date") for d in ("2026-03-05", "2026-03-06", "2026-03-09"))
    text += (
        "  eps:\n" + fact("2026-03-01", 1, "2026-03-01", key="date") + fact("2026-03-07", 3, "2026-03-07", key="date")
    )
    found = judged(RULES + 'kill gone "Gone" when price < eps * 8\n', company(text), LAST)
    assert (found["gone"].status, found["gone"].day) == (Status.HAPPENED, dt.date(2026, 3, 7))
