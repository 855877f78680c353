"""What was known when: restatements, contradictions, staleness, the period that is read, gaps, exchange rates."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.engine.evaluation import Evaluation
from evaluator.report.checks import reasons
from evaluator.values.values import Figure, Words
from tests.support.runs import HEAD, TAIL, company, evaluation, fact, number, quarters, ran, read

R = 'input r "R" : money per quarter\nmetric m "M" = r\n'
MORE = 'metric with_more "With more" = r + 1bn CNY\n'


def causes(found: Evaluation, name: str) -> list[str]:
    return [f"{c.name} {c.period} {c.reason}" for c in reasons(found.program, found.read(found.values[name]).causes)]


def test_the_latest_published_counts_and_is_named() -> None:
    facts = "  r:\n" + fact("2026-03-31", "10bn", "2026-04-20") + fact("2026-03-31", "11bn", "2026-05-10")
    found = evaluation(R, facts)
    assert number(read(found, "r")) == 11e9
    assert [(x.was.fact.value, x.now.fact.value) for x in found.view.restated] == [("10bn", "11bn")]
    before = evaluation(R, facts, as_of=dt.date(2026, 5, 9))
    assert number(read(before, "r")) == 10e9
    assert before.view.restated == ()


def test_a_late_correction_of_an_old_period_replaces_no_newer_one() -> None:
    facts = quarters("r", ["1bn", "2bn"]) + fact("2025-12-31", "5bn", "2026-05-13")
    assert number(read(evaluation(R, facts), "r")) == 2e9


def test_of_one_day_the_firmest_kind_counts_and_equal_kinds_span() -> None:
    one = fact("2026-03-31", "10bn", "2026-05-10", "claim")
    other = fact("2026-03-31", "12bn", "2026-05-10")
    found = evaluation(R, "  r:\n" + one + other)
    assert number(read(found, "r")) == 12e9
    assert len(found.view.disputed) == 1
    spanned = read(evaluation(R, "  r:\n" + other + fact("2026-03-31", "9bn", "2026-05-10")), "r")
    assert isinstance(spanned, Figure)
    assert (spanned.low, spanned.high) == (9e9, 12e9)


def test_words_that_differ_are_unknown() -> None:
    facts = (
        "  c:\n" + fact("2026-05-01", "x", "2026-05-10", key="date") + fact("2026-05-01", "y", "2026-05-10", key="date")
    )
    evaluated = evaluation('input c "C" : choice of (x, y)\n', facts)
    found = evaluated.of("c")
    assert isinstance(found, Words)
    assert found.possible is None


@pytest.mark.parametrize(("as_of", "known"), [("2026-05-11", True), ("2026-05-12", False)])
def test_stale_after_so_many_days_of_what_it_describes(as_of: str, known: bool) -> None:
    facts = "  g:\n" + fact("2026-05-01", "38%", "2026-05-09", key="date")
    found = evaluation('input g "G" : percent stale after 10 days\n', facts, as_of=dt.date.fromisoformat(as_of))
    assert found.read(found.values["g"]).known is known
    assert (found.view.stale == {}) is known


@pytest.mark.parametrize(("as_of", "known"), [("2026-05-31", True), ("2026-06-01", False)])
def test_stale_after_a_quarter_of_the_calendar(as_of: str, known: bool) -> None:
    """A quarter back from 2026-05-31 is the last day of February, 92 days before; it says so in its own words."""
    facts = "  g:\n" + fact("2026-02-28", "38%", "2026-03-09", key="date")
    found = evaluation('input g "G" : percent stale after 1 quarter\n', facts, as_of=dt.date.fromisoformat(as_of))
    value = found.read(found.values["g"])
    assert value.known is known
    assert [c.reason for c in value.causes] == ([] if known else ["stale: 93 days old, and it counts for 1 quarter"])


def test_what_is_missing_for_the_period_that_is_read_is_unknown() -> None:
    rules = R + 'input n "N" : money per quarter\nmetric margin "X" = n / r\nmetric old "O" = latest(n)\n'
    found = evaluation(rules, quarters("r", ["1bn", "2bn"]) + quarters("n", ["5m"], last="2025-12-31"))
    assert not read(found, "margin").known
    assert causes(found, "margin") == ["n quarter to 2026-03-31 no figure is known"]
    assert number(read(found, "old")) == 5e6


@pytest.mark.parametrize("kind", ["estimate", "guidance", "claim"])
def test_only_firm_figures_move_the_period_that_is_read(kind: str) -> None:
    facts = quarters("r", ["1bn"], last="2025-12-31") + fact("2026-03-31", "9bn", "2026-05-10", kind)
    assert number(read(evaluation(R, facts), "r")) == 1e9


def test_periods_to_come_are_not_read() -> None:
    facts = quarters("r", ["1bn"]) + fact("2026-06-30", "9bn", "2026-05-10", "guidance")
    assert number(read(evaluation(R, facts), "r")) == 1e9


def test_said_to_be_unknown_stands_for_its_period() -> None:
    found = evaluation(R, quarters("r", ["1bn", "unknown"]))
    assert not read(found, "r").known


def test_a_gap_makes_for_n_quarters_unknown_unless_one_is_false() -> None:
    rules = R + "kill k when r > 1bn CNY for 3 quarters\n"
    assert read(evaluation(rules, quarters("r", ["2bn", None, "2bn"])), "k").value is None  # type: ignore[union-attr]
    assert read(evaluation(rules, quarters("r", ["2bn", None, "0bn"])), "k").value is False  # type: ignore[union-attr]
    assert read(evaluation(rules, quarters("r", ["2bn", "2bn", "2bn"])), "k").value is True  # type: ignore[union-attr]
    assert read(evaluation(rules, quarters("r", ["2bn", "2bn"])), "k").value is None  # type: ignore[union-attr]


def test_a_source_wins_over_the_formula_period_by_period() -> None:
    rules = 'input r "R" : money per quarter\nmetric g "G" = yoy(r)\n'
    facts = (
        quarters("r", ["100m", "100m", "100m", "100m", "110m", "120m"])
        + "  g:\n"
        + fact("2026-03-31", "30%", "2026-05-10")
    )
    found = evaluation(rules, facts)
    series = found.values["g"]
    assert number(read(found, "g")) == 0.3
    points = [p for p in series.points.values() if p.known]  # type: ignore[union-attr]
    assert [round(number(p), 9) for p in points] == [0.1, 0.3]
    assert [(d.name, d.label) for d in found.disagreements] == [("g", "quarter to 2026-03-31")]
    near = evaluation(rules, facts.replace("30%", "20.4%"))
    assert near.disagreements == ()


RATE = "exchange_rates:\n  - {of: USD, to: CNY, date: 2026-05-01, value: 7, published: 2026-05-01, source: S}\n"


def test_money_is_converted_at_the_rate_known_and_left_as_it_is_without_one() -> None:
    """What meets money in another currency is unknown without a rate; by itself it stays what the source says."""
    facts = quarters("r", ["1bn USD"])
    assert number(read(evaluation(R, facts, more=RATE), "r")) == 7e9
    inverse = RATE.replace("of: USD, to: CNY", "of: CNY, to: USD").replace("value: 7", "value: 0.125")
    assert number(read(evaluation(R, facts, more=inverse), "r")) == 8e9
    later = RATE.replace("published: 2026-05-01", "published: 2026-06-01")
    for without in (evaluation(R + MORE, facts, more=later), evaluation(R + MORE, facts)):
        assert causes(without, "with_more") == ["USD  no exchange rate USD/CNY is known"]
        assert number(read(without, "r")) == 1e9
        assert without.currencies["r"] == "USD"


def test_the_param_in_force_on_the_day_counts() -> None:
    rules = "param t = 5% from 2026-01-01 = 7% from 2027-01-01 = 9%\nmetric m = t\n"
    values = [number(read(evaluation(rules, as_of=dt.date(y, 6, 1)), "m")) for y in (2025, 2026, 2027)]
    assert values == [0.05, 0.07, 0.09]


def test_what_does_not_apply_leaves_the_score() -> None:
    rules = (
        HEAD + R + 'pillar p "?"\nbull a on p weight 3 applies when r > 5bn CNY when r > 0\nbear b on p when r > 0\n'
    )
    found = ran(rules, company(quarters("r", ["1bn"])))
    report = found.report()
    assert {c.name: c.state for c in report.conditions} == {"a": "not applicable", "b": "true"}
    assert report.score is not None
    assert (report.score.low, report.score.high) == (-1.0, -1.0)


@pytest.mark.parametrize(
    ("as_of", "newer", "status"),
    [
        ("2026-05-14", "", "upcoming"),
        ("2026-07-01", "", "pending"),
        ("2026-07-30", "", "pending"),
        ("2026-07-30", "2bn 2026-07-20", "met"),
        ("2026-07-30", "0.5bn 2026-07-20", "missed"),
        ("2026-12-01", "2bn 2026-11-20", "met"),
        ("2026-07-25", "unknown 2026-07-20", "pending"),
        ("2026-12-01", "unknown 2026-07-20", "missed"),
        ("2026-12-01", "unknown 2026-11-20", "missed"),
    ],
)
def test_a_catalyst_waits_for_the_figure_of_its_own_period(as_of: str, newer: str, status: str) -> None:
    """The figure of March, known long before, says nothing about the quarter that ends on the day of the catalyst."""
    rules = HEAD + R + 'catalyst c "C" on 2026-06-30 expects r > 1bn CNY\n' + TAIL
    facts = quarters("r", ["2bn"])
    if newer:
        value, published = newer.split()
        facts += fact("2026-06-30", value, published)
    found = ran(rules, company(facts), dt.date.fromisoformat(as_of)).report()
    assert found.catalysts[0].status == status


def test_a_catalyst_met_on_newer_figures() -> None:
    rules = HEAD + R + 'catalyst c "C" on 2026-06-30 expects r > 1bn CNY\n' + TAIL
    facts = "  r:\n" + fact("2026-06-30", "2bn", "2026-07-20")
    assert ran(rules, company(facts), dt.date(2026, 8, 1)).report().catalysts[0].status == "met"


def test_old_results_are_pointed_out() -> None:
    found = ran(HEAD + R + TAIL, company(quarters("r", ["1bn"])), dt.date(2026, 11, 24))
    assert any("newer results are not in them" in w for w in found.report().warnings)
