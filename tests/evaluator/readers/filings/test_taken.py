"""Which figure of a filing counts: of several concepts, of a company that changed its currency, and of what is said again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluator.readers.filings.test_filings import company, told
from tests.support.filed import NEWER, REVENUE, Filed, flow

TOTAL, NOTE = "us-gaap:DepreciationAmortizationAndAccretionNet", "us-gaap:DepreciationDepletionAndAmortization"
TEN_K = "10-K"


def year(concept: str, of: int, value: float, filed: str, unit: str = "USD", form: str = TEN_K) -> Filed:
    """A year's figure, in millions."""
    return flow(concept, f"{of}-01-01..{of}-12-31", value * 1e6, filed, form, unit)


BEFORE = [year(TOTAL, 2015, 11_257, "2016-02-01"), year(TOTAL, 2016, 10_505, "2017-02-01")]
BOTH = [
    *(year(TOTAL, of, value, "2018-02-01") for of, value in ((2015, 11_257), (2016, 10_505), (2017, 10_157))),
    *(year(NOTE, of, value, "2018-02-01") for of, value in ((2015, 9_200), (2016, 8_300), (2017, 8_200))),
]


def test_a_preferred_concept_that_means_something_else_is_passed_over_and_that_is_said() -> None:
    found = {p: v for p, v, _, _ in told([*BEFORE, *BOTH], "amortised")}
    assert found == {"FY2015": "11257m USD", "FY2016": "10505m USD", "FY2017": "10157m USD"}
    (fact,) = [f for f in company([*BEFORE, *BOTH]).facts if f.name == "amortised" and f.period == "FY2017"]
    assert f"{NOTE} is 8,200,000,000 in this filing, and means something else" in str(fact.note)


def test_a_preferred_concept_that_agrees_counts_and_so_does_one_that_nothing_contradicts() -> None:
    agrees = [year(NOTE, f, v, "2018-02-01") for f, v in ((2015, 11_257), (2016, 10_505), (2017, 9_000))]
    assert {p: v for p, v, _, _ in told([*BEFORE, *agrees, BOTH[2]], "amortised")}["FY2017"] == "9000m USD"
    assert {p: v for p, v, _, _ in told(BOTH, "amortised")}["FY2017"] == "8200m USD"


def test_a_restatement_under_a_new_concept_alone_counts() -> None:
    figures = [
        year(REVENUE, 2016, 90, "2017-02-01"),
        year(NEWER, 2016, 88, "2018-02-01"),
        year(NEWER, 2017, 95, "2018-02-01"),
    ]
    assert [(p, v) for p, v, _, _ in told(figures)] == [
        ("FY2016", "90m USD"),
        ("FY2016", "88m USD"),
        ("FY2017", "95m USD"),
    ]


@pytest.mark.parametrize("said", [None, "USD"])
def test_a_company_that_changed_its_currency_keeps_the_old_one_for_old_filings(said: str | None) -> None:
    old = [year(REVENUE, of, 700 + of, f"{of + 1}-04-01", "CNY", "20-F") for of in range(2018, 2022)]
    old += [year(REVENUE, 2020, 2_650, "2022-04-01", "CNY", "20-F")]
    old += [year(REVENUE, 2021, 105, "2022-04-01", "USD", "20-F")]  # a translation beside the figures in CNY
    new = [year(REVENUE, of, 100 + of, "2023-04-01", "USD", "20-F") for of in (2021, 2022)]
    about = company([*old, *new], said)
    assert about.currency == "USD"
    found = [(f.period, str(f.value), str(f.published)) for f in about.facts if f.name == "revenue"]
    assert found == [
        ("FY2018", "2718m CNY", "2019-04-01"),
        ("FY2019", "2719m CNY", "2020-04-01"),
        ("FY2020", "2720m CNY", "2021-04-01"),
        ("FY2020", "2650m CNY", "2022-04-01"),
        ("FY2021", "2721m CNY", "2022-04-01"),
        ("FY2021", "2121m USD", "2023-04-01"),
        ("FY2022", "2122m USD", "2023-04-01"),
    ]


def test_what_is_given_again_beside_a_restatement_that_holds_it_is_said_again() -> None:
    figures = [
        flow(REVENUE, "2024-01-01..2024-09-30", 33e6, "2024-11-01"),
        year(REVENUE, 2024, 46, "2025-02-01"),
        flow(REVENUE, "2024-01-01..2024-09-30", 33e6, "2025-02-01"),
        year(REVENUE, 2024, 66, "2025-03-01", form="10-K/A"),
        flow(REVENUE, "2024-01-01..2024-09-30", 33e6, "2025-11-01"),
        flow(REVENUE, "2023-01-01..2023-09-30", 20e6, "2024-11-01"),
        flow(REVENUE, "2023-01-01..2023-09-30", 20e6, "2025-11-01"),
    ]
    nine = [(v, day) for p, v, day, _ in told(figures) if p == "9M FY2024"]
    assert nine == [("33m USD", "2024-11-01"), ("33m USD", "2025-11-01")]
    assert [day for p, _, day, _ in told(figures) if p == "9M FY2023"] == ["2024-11-01"]


@pytest.mark.parametrize(
    ("was", "now", "restated"), [(915_970_050, 915_970_000, False), (915_970_000, 915_000_000, True)]
)
def test_the_digits_of_another_rounding_are_no_restatement(was: int, now: int, restated: bool, tmp_path: Path) -> None:
    figures = [
        flow(REVENUE, "2010-01-01..2010-12-31", was, "2011-02-01", TEN_K),
        flow(REVENUE, "2010-01-01..2010-12-31", now, "2012-02-01", TEN_K),
    ]
    (_, last) = [f for f in company(figures).facts if f.name == "revenue"]
    assert (last.restates is not None) == restated
