"""Small companies on which a sure verdict was once wrong: a past that never was, worlds laid under the past, events judged
again, figures that mean nothing. All are made up, and each stands for its kind."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.engine.evaluation import Evaluation, State
from evaluator.schema.report import Report
from evaluator.values.series import Series
from evaluator.values.values import Figure
from tests.support.runs import HEAD, TAIL, company, fact, quarters, ran


def years(name: str, values: dict[int, str]) -> str:
    """A figure a year, published in the middle of February."""
    return f"  {name}:\n" + "".join(fact(f"FY{y}", v, f"{y + 1}-02-15") for y, v in values.items())


def prices(name: str, values: dict[str, str]) -> str:
    """Prices of days, known on the day."""
    return f"  {name}:\n" + "".join(fact(day, v, day) for day, v in values.items())


def history(evaluation: Evaluation, name: str) -> list[float]:
    """What a name was at the end of each period, as far as it is one number."""
    value = evaluation.values[name]
    assert isinstance(value, Series)
    own = [value.closing.get(o, x) for o, x in value.points.items()]
    return [round(x.low, 4) for x in own if isinstance(x, Figure) and x.is_exact]


def evaluated(rules: str, facts: str, as_of: str) -> Evaluation:
    about = company(facts, currency="USD", ends="12-31")
    return ran(HEAD + rules + TAIL, about, dt.date.fromisoformat(as_of)).evaluation


def reported(rules: str, facts: str, as_of: str) -> Report:
    about = company(facts, currency="USD", ends="12-31")
    return ran(rules, about, dt.date.fromisoformat(as_of)).report()


def states(report: Report) -> dict[str, str]:
    return {c.name: c.state for c in report.conditions}


# --- a past period holds what belongs to it ----------------------------------------------------------------


MULTIPLE = (
    'input quote "Quote" : money per share per day\ninput profit "Profit" : money per share per year\n'
    'metric times "Times earnings" : multiple = latest(quote) / profit\nmetric mean : multiple = average(times, 3 years)\n'
    'pillar q "?"\nbull below "Below its own mean" on q when times < mean\n'
)
QUOTES = {"2023-12-29": "90", "2024-12-31": "84", "2025-12-31": "60"}


def test_each_year_has_the_price_of_its_own_end() -> None:
    facts = prices("quote", QUOTES) + years("profit", {2023: "3", 2024: "4", 2025: "5"})
    found = evaluated(MULTIPLE, facts, "2026-03-05")
    assert history(found, "times") == [30.0, 21.0, 12.0]
    assert history(found, "mean") == [21.0]
    assert found.judged["below"].state is State.TRUE


def test_a_market_value_follows_price_and_count() -> None:
    rules = (
        'input quote "Quote" : money per share per day\ninput stock "Shares" : count per year balance\n'
        "metric worth = latest(quote) * stock\nmetric grown = yoy(worth)\n"
    )
    facts = prices("quote", QUOTES) + years("stock", {2024: "50m", 2025: "55m"})
    found = evaluated(rules, facts, "2026-03-05")
    assert history(found, "worth") == [4200e6, 3300e6]
    assert history(found, "grown") == [round(3300 / 4200 - 1, 4)]


def test_todays_price_is_no_past_point() -> None:
    """Read today it is 5x; at the quarter's own end it was 4x, a quarter before 2x: it has not fallen."""
    rules = (
        'input quote "Quote" : money per share per day\ninput turnover "Sales" : money per share per quarter\n'
        'metric ps : multiple = latest(quote) / turnover\npillar q "?"\nbull fell on q when change(ps) < 0x\n'
    )
    facts = quarters("turnover", ["20", "25"]) + prices(
        "quote", {"2025-12-31": "40", "2026-03-31": "100", "2026-05-08": "125"}
    )
    found = evaluated(rules, facts, "2026-05-11")
    assert history(found, "ps") == [2.0, 4.0]
    assert (found.of("ps").low, found.judged["fell"].state) == (5.0, State.FALSE)  # type: ignore[union-attr]


@pytest.mark.parametrize(("as_of", "state"), [("2026-04-14", "false"), ("2026-04-22", "false"), ("2026-04-23", "true")])
def test_new_earnings_are_not_laid_under_earlier_prices(as_of: str, state: str) -> None:
    """20x until the results of the 14th, 10x from then on: below 15x for ten days on the tenth of them."""
    rules = (
        HEAD
        + 'input quote "Quote" : money per share per day\ninput profit "Profit" : money per share per year\n'
        + 'metric times : multiple = quote / latest(profit)\npillar q "?"\nbull below on q when times < 15x for 10 days\n'
    )
    days = (dt.date(2026, 3, 2) + dt.timedelta(days=n) for n in range(60))
    daily = {d.isoformat(): "80" for d in days if d.weekday() < 5 and d.isoformat() <= as_of}
    facts = (
        prices("quote", daily) + "  profit:\n" + fact("FY2024", "4", "2025-02-20") + fact("FY2025", "8", "2026-04-14")
    )
    found = reported(rules, facts, as_of)
    assert states(found) == {"below": state}
    check = found.conditions[0].checks[0]
    assert check.value.text == "10x"
    assert check.held is not None
    assert (check.held == check.periods) is (state == "true")


# --- what is assumed, is assumed from now on --------------------------------------------------------------------


BANK = (
    'rules main since 2026-01-01\ninput spread "Spread" : percent per quarter\npillar q "?"\n'
    'bull steady "Steady" on q when change(spread) >= -20bps\nkill thin "Thin" by 2027-06-30 when spread < 1%\n'
    'verdict v "V" when steady then "Hold" neutral otherwise "Sell" bearish\n'
    'scenario squeeze "Squeeze" probability 40% assume spread = 0.8%\n'
    'scenario worse "Worse" on squeeze assume spread = 0.4%\nscenario calm "Calm" assume spread = 2.1%\n'
)


def test_a_crash_is_a_fall_from_the_quarter_before() -> None:
    facts = quarters("spread", ["2.4%", "2.1%"])
    found = reported(BANK, facts, "2026-05-11")
    assert [v.outcomes for v in found.verdicts] == [["Sell"]]
    assert {s.name: s.outcomes for s in found.scenarios} == {n: {"v": ["Sell"]} for n in ("squeeze", "worse", "calm")}
    assert [k.status for k in found.kills] == ["watched"]
    turned = {s.name: s.turned for s in found.scenarios}
    assert turned == {n: ["Thin: happens in this world"] for n in ("squeeze", "worse")} | {"calm": []}


# --- events are judged once ----------------------------------------------------------------------------------------


EVENTS = (
    'rules main since 2025-09-01\ninput orders "Orders, y/y" : percent per quarter\npillar q "?"\n'
    'bull up on q when orders > 0%\nverdict v "V" when up then "Buy" bullish otherwise "Sell" bearish\n'
    'kill stall "Orders stall" by 2026-02-28 when orders < 4%\n'
    'catalyst ramp "Orders ramp" on 2026-02-10 expects orders >= 15%\n'
)
ORDERS = quarters("orders", ["9%", "3%", "22%", "2%"], last="2026-06-30")


@pytest.mark.parametrize("as_of", ["2026-02-20", "2026-05-04", "2026-08-03", "2029-01-01"])
def test_a_kill_that_happened_and_a_catalyst_that_was_missed_stay_so(as_of: str) -> None:
    found = reported(EVENTS, ORDERS, as_of)
    (kill,), (catalyst,) = found.kills, found.catalysts
    assert (kill.status, str(kill.day)) == ("has happened", "2026-01-30")
    assert (catalyst.status, str(catalyst.judged)) == ("missed", "2026-02-10")
    assert [c.value.text for c in (*kill.then, *catalyst.then)] == ["3%", "3%"]
    assert [a.name for a in found.alarms] == ["stall", "ramp"]


UNBEGUN = (
    'rules main\ninput orders "Orders, y/y" : percent per quarter\nkill stall "Orders stall" by 2026-02-28 when orders < 4%\n'
    'verdict v "V"\n  when stall has happened then "Out" bearish\n  when stall has not happened then "In" bullish\n'
    '  otherwise "?"\n'
)
ONE = {n: "  orders:\n" + fact("2025-12-31", n, "2026-05-02") for n in ("3%", "5%")}


@pytest.mark.parametrize(
    ("facts", "as_of", "status", "outcomes"),
    [
        ("  {}\n", "2026-05-11", "pending", ["Out", "In", "?"]),
        ("  {}\n", "2026-02-11", "watched", ["Out", "In", "?"]),
        (ONE["3%"], "2026-05-01", "pending", ["Out", "In", "?"]),  # it is not known yet
        (ONE["3%"], "2026-05-02", "has happened", ["Out"]),
        (ONE["5%"], "2026-05-02", "has not happened", ["In"]),
    ],
)
def test_a_kill_of_whose_time_nothing_was_known_by_its_deadline_is_open(
    facts: str, as_of: str, status: str, outcomes: list[str]
) -> None:
    found = reported(UNBEGUN, facts, as_of)
    assert ([k.status for k in found.kills], found.verdicts[0].outcomes) == ([status], outcomes)


ASKED = (
    'rules main since 2026-01-01\ninput orders "Orders, y/y" : percent per quarter\n'
    'kill stall "Orders stall" by 2026-12-31 when orders < 4%\nkill early "Early" by 2026-03-31 when orders < 4%\n'
    'verdict v "V"\n  when stall has happened then "Out" bearish\n  when stall has not happened then "In" bullish\n'
    '  otherwise "?"\nscenario slump "Slump" assume orders = 1%\nscenario boom "Boom" assume orders = 30%\n'
)
REPORTED = "  orders:\n" + fact("2025-12-31", "9%", "2026-02-02")


@pytest.mark.parametrize(
    ("facts", "outcomes", "near"),
    [
        (REPORTED, ["In"], False),
        (REPORTED + fact("2026-03-31", "3%", "2026-04-20"), ["Out"], False),
        ("  orders:\n" + fact("2026-03-31", "3%", "2026-04-20", "estimate"), ["Out", "In", "?"], True),
        ("  orders:\n" + fact("2026-03-31", "8%", "2026-04-20", "estimate"), ["Out", "In", "?"], False),
    ],
)
def test_what_is_only_expected_makes_no_rule_say_that_a_kill_has_happened(
    facts: str, outcomes: list[str], near: bool
) -> None:
    found = reported(ASKED, facts, "2026-05-11")
    assert (found.verdicts[0].outcomes, found.kills[0].near) == (outcomes, near)


def test_in_a_world_a_kill_happens_only_while_it_is_judged() -> None:
    slump, boom = reported(ASKED, REPORTED, "2026-05-11").scenarios
    assert (slump.outcomes, slump.turned, slump.kills) == (
        {"v": ["Out"]},
        ["Orders stall: happens in this world"],
        ["stall"],
    )
    assert (boom.outcomes, boom.turned, boom.kills) == ({"v": ["In"]}, [], [])
    (_, boom) = reported(ASKED, REPORTED + fact("2026-03-31", "3%", "2026-04-20"), "2026-05-11").scenarios
    assert (boom.outcomes, boom.turned, boom.kills) == ({"v": ["Out"]}, [], ["stall", "early"])


def test_what_is_assumed_for_several_periods_says_so() -> None:
    """Its newest figure may be today's, and the ones before are not."""
    rules = ASKED.replace("assume orders = 1%", "assume orders for 2 quarters = 9%")
    facts = "  orders:\n" + fact("2025-09-30", "2%", "2025-11-02") + fact("2025-12-31", "9%", "2026-02-02")
    about = company(facts, currency="USD", ends="12-31")
    found = ran(rules, about, dt.date(2026, 5, 11)).report()
    assert [(a.value.text, a.lasting) for s in found.scenarios for a in s.assumes] == [
        ("9%", "for 2 quarters"),
        ("30%", ""),
    ]


# --- what means nothing does not hold -------------------------------------------------------------------------------


SCREEN = HEAD + (
    'input quote "Quote" : money per share per day\ninput profit "Profit a share" : money per share per year\n'
    'input income "Income" : money per year\ninput own "Own funds" : money per year balance\n'
    'metric times "Times earnings" : multiple = latest(quote) / latest(profit) meaningful when latest(profit) > 0\n'
    'metric return_on "Return" : percent = income / own meaningful when own > 0\n'
    'metric grown "Growth" = yoy(income)\npillar q "?"\n'
    "bull cheap on q when times < 15x\nbull earns on q when return_on > 15%\nbull grows on q when grown > 10%\n"
    'verdict v "V" when q is supported then "Buy" bullish when q is undermined then "Avoid" bearish otherwise "Wait" neutral\n'
)


def test_a_loss_maker_with_negative_funds_is_no_bargain() -> None:
    facts = prices("quote", {"2026-03-03": "12"}) + years("profit", {2024: "-1", 2025: "-3"})
    facts += years("income", {2024: "-50m", 2025: "-150m"}) + years("own", {2025: "-300m"})
    found = reported(SCREEN, facts, "2026-03-05")
    assert set(states(found).values()) == {"not meaningful"}
    assert [v.outcomes for v in found.verdicts] == [["Wait"]]
    reasons = {c.name: [f"{r.title}: {r.reason}" for r in c.reasons] for c in found.conditions}
    assert reasons["cheap"] == ["Times earnings: it means something only where latest(profit) > 0"]
    assert reasons["earns"] == ["Return: it means something only where own > 0"]
    assert all(r.name and r.title for c in found.conditions for r in c.reasons)


def test_a_sum_that_is_the_same_has_not_fallen() -> None:
    """21% and 11% less 12% and 20%: the sums agree, to the last bit or not."""
    rules = HEAD + (
        "input a : percent per quarter\ninput b : percent per quarter\nmetric both = a + b\n"
        'pillar q "?"\nbear fell on q when change(both) < 0pp\nbull kept on q when both >= lag(both, 1)\n'
    )
    facts = quarters("a", ["12%", "21%"]) + quarters("b", ["20%", "11%"])
    assert states(reported(rules, facts, "2026-05-11")) == {"fell": "false", "kept": "true"}


@pytest.mark.parametrize(
    "written", ["on and unknown", "unknown", "year(unknown) > 2020", "days_between(day, unknown) > 3"]
)
def test_the_word_unknown_is_unknown_of_any_type(written: str) -> None:
    rules = HEAD + f'input on "On" : flag\ninput day "Day" : date\npillar q "?"\nbull b on q when {written}\n'
    assert states(reported(rules, "  on: []\n", "2026-05-11")) == {"b": "unknown"}
