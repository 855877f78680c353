"""What scores were in earlier years: each by the market value and the price of its time."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.engine.evaluation import Evaluation
from evaluator.facts.model import Company
from evaluator.values.series import Series
from evaluator.values.values import Figure
from tests.rules import oracle
from tests.rules.statements import LINES, checked, ran
from tests.support.runs import company, fact

AS_OF = dt.date(2026, 2, 28)
YEARS = (2022, 2023, 2024, 2025)
MARKET = {2022: 4800.0, 2023: 3600.0, 2024: 2400.0, 2025: 1200.0}
"""Market values at the ends of the years, in millions: they fall, while the statements stay as they are."""
LATER = 1260.0
"""What is known on the day that is read."""
BALANCE = {name: figures[-1] for name, figures in LINES.items() if len(figures) == 3}
ASKED = ("total_assets", "current_assets", "current_liabilities", "retained_earnings", "ebit", "total_liabilities", "sales",
         "equity")  # fmt: skip


def statements(names: tuple[str, ...]) -> str:
    """The same statements each year, published in the middle of February."""
    return "".join(
        f"  {name}:\n" + "".join(fact(f"FY{year}", f"{BALANCE[name]:.0f}", f"{year + 1}-02-15") for year in YEARS)
        for name in names
    )


def about(market: str) -> Company:
    return company(statements(ASKED) + market, currency="USD", ends="12-31")


def by_date() -> str:
    days = "".join(fact(f"{year}-12-30", f"{value}m", f"{year}-12-30", key="date") for year, value in MARKET.items())
    return f"  market_value:\n{days}" + fact("2026-02-20", f"{LATER}m", "2026-02-20", key="date")


def by_year() -> str:
    return "  market_value:\n" + "".join(
        fact(f"FY{year}", f"{value}m", f"{year + 1}-01-05") for year, value in MARKET.items()
    )


def history(evaluation: Evaluation, name: str) -> dict[int, float]:
    """A score by year, as far as it is one number."""
    found = evaluation.values[name]
    assert isinstance(found, Series)
    points = {evaluation.clock.label(o, found.frequency): x for o, x in found.points.items()}
    return {int(label.removeprefix("FY")): x.low for label, x in points.items() if isinstance(x, Figure) and x.is_exact}


def altman(market_value: float) -> float:
    lines = {name: [figure] * 3 for name, figure in BALANCE.items()}
    found = oracle.altman(lines, market_value * 1e6)["z_score"]
    assert isinstance(found, float)
    return found


@pytest.mark.parametrize(
    ("market", "newest"), [(by_date(), LATER), (by_year(), MARKET[2025])], ids=["by date", "by year"]
)
def test_the_z_score_of_a_year_is_by_the_market_value_of_its_end(market: str, newest: float) -> None:
    found = history(ran(checked("altman_z"), about(market), AS_OF).evaluation, "z_score")
    wanted = {year: altman(value) for year, value in MARKET.items()} | {2025: altman(newest)}
    assert found == pytest.approx(wanted)
    assert len(set(found.values())) == 4


def test_without_a_market_value_of_its_time_a_year_has_no_score() -> None:
    """One of two years ago is stale: the years between have none, and none is carried over."""
    market = "  market_value:\n" + "".join(
        fact(day, f"{value}m", day, key="date") for day, value in {"2022-12-30": 4800, "2026-02-20": 1260}.items()
    )
    found = history(ran(checked("altman_z"), about(market), AS_OF).evaluation, "z_score")
    assert found == pytest.approx({2022: altman(4800), 2025: altman(1260)})


def test_no_later_market_value_changes_an_earlier_score() -> None:
    early = history(ran(checked("altman_z"), about(by_date()), dt.date(2025, 3, 1)).evaluation, "z_score")
    late = history(ran(checked("altman_z"), about(by_date()), AS_OF).evaluation, "z_score")
    assert set(early) == {2022, 2023, 2024}
    for year in (2022, 2023):
        assert late[year] == pytest.approx(early[year])


def test_the_multiple_of_a_year_is_by_the_price_of_its_end() -> None:
    prices = {2023: 80.0, 2024: 40.0, 2025: 20.0}
    facts = "  share_price:\n" + "".join(
        fact(f"{year}-12-30", price, f"{year}-12-30", key="date") for year, price in prices.items()
    )
    facts += fact("2026-02-20", 22.0, "2026-02-20", key="date") + "  earnings_per_share:\n"
    facts += "".join(fact(f"FY{year}", 2, f"{year + 1}-02-15") for year in range(2021, 2026))
    rules = checked("graham_defensive")
    found = history(ran(rules, company(facts, currency="USD", ends="12-31"), AS_OF).evaluation, "graham_pe")
    assert found == pytest.approx({2023: 40.0, 2024: 20.0, 2025: 11.0})
