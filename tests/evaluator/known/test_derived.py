"""Facts of long intervals give the figures of short ones: what is read, what is said of it, and since when."""

from __future__ import annotations

import datetime as dt

from evaluator.session.run import Failed, run
from evaluator.values.values import Figure
from tests.support.runs import HEAD, TAIL, checked, company, fact, ran

REVENUE = 'input revenue "Revenue" : money per quarter\nmetric year "Year" = ttm(revenue)\nkill k when year < 0 or revenue < 0\n'
YEAR = (
    "  revenue:\n"
    + fact("2025-06-30", "10bn", "2025-08-01")
    + fact("2025-09-30", "11bn", "2025-11-01")
    + fact("9M FY2026", "33bn", "2026-02-01")
    + fact("FY2026", "46bn", "2026-05-01")
)


def read(rules: str, facts: str, as_of: str, name: str) -> tuple[float, float] | None:
    """What a name is on a day: bounds, or None for unknown."""
    evaluation = ran(HEAD + rules + TAIL, company(facts), dt.date.fromisoformat(as_of)).evaluation
    value = evaluation.of(name)
    assert isinstance(value, Figure)
    return (value.low, value.high) if value.known else None


def test_a_quarter_from_the_year_to_date_and_the_fourth_from_the_year() -> None:
    run = ran(HEAD + REVENUE + TAIL, company(YEAR), dt.date(2026, 5, 14))
    derived = {x.label: (x.derivation.formula, x.derivation.figure.low) for x in run.evaluation.view.derived}
    assert derived == {
        "quarter to 2025-12-31": ("9M FY2026 − quarter to 2025-06-30 − quarter to 2025-09-30", 12e9),
        "quarter to 2026-03-31": ("FY2026 − 9M FY2026", 13e9),
    }
    assert read(REVENUE, YEAR, "2026-05-14", "revenue") == (13e9, 13e9)
    report = run.report()
    assert [(x.period, x.now) for x in report.derived] == [
        ("quarter to 2025-12-31", "12bn CNY"),
        ("quarter to 2026-03-31", "13bn CNY"),
    ]
    assert report.derived[0].detail.endswith("(facts 1, 2, 3), known since 2026-02-01")
    assert [f.status for f in report.facts] == ["not read", "not read", "used", "used"]


def test_nothing_is_derived_before_its_facts_are_known() -> None:
    assert read(REVENUE, YEAR, "2026-04-30", "revenue") == (12e9, 12e9)
    assert read(REVENUE, YEAR, "2026-01-31", "revenue") == (11e9, 11e9)


def test_a_trailing_year_from_the_year_and_two_parts() -> None:
    facts = (
        "  revenue:\n"
        + fact("H1 FY2025", "20bn", "2024-11-01")
        + fact("FY2025", "44bn", "2025-05-01")
        + fact("H1 FY2026", "26bn", "2025-11-01")
    )
    assert read(REVENUE, facts, "2025-11-02", "year") == (50e9, 50e9)
    view = ran(HEAD + REVENUE + TAIL, company(facts), dt.date(2025, 11, 2)).evaluation.view
    assert "FY2025 + H1 FY2026 − H1 FY2025" in {x.derivation.formula for x in view.derived}


def test_figures_that_do_not_add_up_are_said_and_the_source_wins() -> None:
    facts = YEAR + fact("2026-03-31", "15bn", "2026-05-01")
    report = ran(HEAD + REVENUE + TAIL, company(facts), dt.date(2026, 5, 14)).report()
    (found,) = report.unreconciled
    assert (found.period, found.was, found.now, found.change) == ("FY2026", "48bn CNY", "46bn CNY", "−2bn CNY")
    assert read(REVENUE, facts, "2026-05-14", "revenue") == (15e9, 15e9)


def test_rounding_is_no_contradiction() -> None:
    facts = YEAR.replace("46bn", "46.4bn").replace("33bn", "33.2bn") + fact("2026-03-31", "13.18bn", "2026-05-01")
    assert ran(HEAD + REVENUE + TAIL, company(facts), dt.date(2026, 5, 14)).report().unreconciled == []


def test_a_rounded_year_gives_a_bounded_quarter() -> None:
    facts = YEAR.replace("46bn", "about 46bn within 0.5bn")
    assert read(REVENUE, facts, "2026-05-14", "revenue") == (12.5e9, 13.5e9)


def test_percents_and_prices_are_never_derived() -> None:
    rules = 'input share "Share" : percent per quarter\nkill k when share < 0%\n'
    facts = "  share:\n" + fact("2025-12-31", "30%", "2026-02-01")
    assert ran(HEAD + rules + TAIL, company(facts), dt.date(2026, 5, 14)).evaluation.view.derived == ()


def test_a_year_from_its_quarters_where_the_rules_ask_for_years() -> None:
    rules = 'input revenue "Revenue" : money per year\nkill k when revenue < 0\n'
    facts = "  revenue:\n" + "".join(
        fact(f"Q{n} FY2026", f"{9 + n}bn", f"2026-0{n}-28" if n < 3 else "2026-05-01") for n in (3, 4)
    )
    facts += fact("H1 FY2026", "21bn", "2025-11-01")
    assert read(rules, facts, "2026-05-14", "revenue") == (46e9, 46e9)


def test_a_balance_is_no_sum_it_is_what_stands_at_the_end_of_any_interval() -> None:
    rules = 'input debt "Debt" : money per quarter balance\nkill k when debt < 0\n'
    facts = (
        "  debt:\n"
        + fact("2025-06-30", "10bn", "2025-08-01")
        + fact("9M FY2026", "12bn", "2026-02-01")
        + fact("FY2026", "14bn", "2026-05-01")
    )
    assert read(rules, facts, "2026-02-02", "debt") == (12e9, 12e9)
    assert read(rules, facts, "2026-05-14", "debt") == (14e9, 14e9)
    view = ran(HEAD + rules + TAIL, company(facts), dt.date(2026, 5, 14)).evaluation.view
    assert (view.derived, view.unreconciled) == ((), ())


def test_an_amount_per_share_is_no_sum_and_a_longer_interval_is_refused() -> None:
    """Over the year the shares are others than in its quarters."""
    rules = 'input eps "EPS" : money per share per quarter\nkill k when eps < 0\n'
    facts = "  eps:\n" + fact("9M FY2026", "3 CNY", "2026-02-01") + fact("FY2026", "4 CNY", "2026-05-01")
    found = run(checked(HEAD + rules + TAIL), company(facts), dt.date(2026, 5, 14))
    assert isinstance(found, Failed)
    assert [d.code for d in found.diagnostics] == ["F023"]


def test_a_years_amount_per_share_stands_beside_those_of_quarters() -> None:
    rules = 'input eps "EPS" : money per share per quarter\nmetric year = ttm(eps)\nkill k when eps < 0 or year < 0\n'
    facts = "  eps:\n" + "".join(fact(f"Q{n} FY2026", f"1.{n}", f"2025-{5 + 2 * n:02d}-20") for n in range(1, 4))
    facts = (
        facts.replace("2025-07-20", "2025-08-01")
        .replace("2025-09-20", "2025-11-01")
        .replace("2025-11-20", "2026-02-01")
    )
    facts += fact("FY2026", "5.02", "2026-05-01")
    assert read(rules, facts, "2026-05-14", "year") == (5.02, 5.02)
    assert read(rules, facts, "2026-05-14", "eps") is None  # no fourth quarter: the year is no sum


def test_a_fourth_quarter_per_share_is_unknown_and_says_why() -> None:
    rules = 'input eps "EPS" : money per share per quarter\nmetric same "Same" = eps\nkill k when same < 0\n'
    parts = (("Q1", "1.0"), ("Q2", "1.1"), ("Q3", "1.2"))
    quarters = "".join(fact(f"{part} FY2026", value, "2026-03-01") for part, value in parts)
    value = ran(
        HEAD + rules + TAIL, company("  eps:\n" + quarters + fact("FY2026", "4.6", "2026-05-12"))
    ).evaluation.of("same")
    assert isinstance(value, Figure)
    assert not value.known
    assert [cause.reason.split(":")[0] for cause in value.causes] == ["no figure is known"]
    assert all("the shares are others" in cause.reason for cause in value.causes)
