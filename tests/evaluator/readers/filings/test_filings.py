"""Facts from filings: first filed is when known, restatements, splits, concepts that change, and no look-ahead."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.text.diagnostics import to_text
from dsl.text.source import SourceFile
from evaluator.facts.model import Company, Fact
from evaluator.readers.assemble import assemble
from evaluator.readers.filings import filings
from evaluator.readers.filings.companyfacts import SHIPPED, read_mapping
from evaluator.readers.load import load
from evaluator.readers.rows import Settings
from evaluator.values.series import Series
from tests.support.filed import CASH, EPS, NEWER, RATIO, REVENUE, SHARES, Filed, balance, company_facts, flow, known_by
from tests.support.runs import HEAD, number, ran

YEAR = "2025-01-01..2025-12-31"
ASKED = {
    "earnings_per_share": "money per share per year",
    "dividends_per_share": "money per share per year",
    "shares_outstanding": "count per year balance",
}
TEN_K = "10-K"


def company(figures: Sequence[Filed], currency: str | None = None, mapping: Path | None = None) -> Company:
    """A company that filed these figures; its fiscal year is what most of its years suggest."""
    source = SourceFile("companyfacts.json", company_facts(figures))
    reading = filings.read(source, Settings(ticker="EXMPL", currency=currency, mapping=mapping))
    found, problems = assemble([reading], "companyfacts.json")
    assert found is not None, "\n".join(to_text(d) for d in problems)
    return found


def told(figures: Sequence[Filed], name: str = "revenue") -> list[tuple[str | None, str, str, str]]:
    """Period, value, day and kind of each fact of a name."""
    anchor = flow("us-gaap:OperatingIncomeLoss", "2020-01-01..2020-12-31", 1, "2021-02-01", TEN_K)
    facts = company([anchor, *figures]).facts
    return [(f.period, str(f.value), f.published.isoformat(), f.kind.value) for f in facts if f.name == name]


def known(about: Company, name: str, day: str) -> dict[str, float]:
    """What was known of a yearly name on a day, by period."""
    rules = f'{HEAD}input {name} : {ASKED[name]}\nbull b on p when {name} > 0\npillar p "?"\n'
    seen = ran(rules, about.model_copy(update={"facts": tuple(f for f in about.facts if f.name == name)}), day_of(day))
    series = seen.evaluation.view.values[name]
    assert isinstance(series, Series)
    label = seen.evaluation.clock.label
    return {label(o, series.frequency): number(value) for o, value in sorted(series.points.items()) if value.known}


day_of = dt.date.fromisoformat


def test_a_figure_is_known_from_its_first_filing() -> None:
    again = [flow(REVENUE, YEAR, 5_000_000, f"{year}-02-12", TEN_K) for year in (2026, 2027, 2028)]
    assert told(again) == [("FY2025", "5m USD", "2026-02-12", "reported")]


def test_another_figure_for_the_same_period_is_a_restatement() -> None:
    figures = [flow(REVENUE, YEAR, 5_000_000, "2026-02-12", TEN_K), flow(REVENUE, YEAR, 4_900_000, "2027-02-12", TEN_K)]
    assert told(figures) == [
        ("FY2025", "5m USD", "2026-02-12", "reported"),
        ("FY2025", "4900k USD", "2027-02-12", "reported"),
    ]
    (_, second) = [f for f in company(figures).facts if f.name == "revenue"]
    assert second.restates == "5m USD of Form 10-K filed 2026-02-12"


def test_intervals_keep_their_length() -> None:
    ends = ("03-31", "06-30", "09-30", "12-31")
    figures = [flow(CASH, f"2025-01-01..2025-{end}", n, "2026-02-12") for n, end in enumerate(ends, 1)]
    figures.append(flow(CASH, "2025-04-01..2025-06-30", 9, "2026-02-12"))
    figures.append(flow(CASH, "2025-07-01..2025-12-31", 8, "2026-02-12"))
    labels = {(period, value) for period, value, _, _ in told(figures, "operating_cash")}
    assert labels == {
        ("Q1 FY2025", "1 USD"), ("H1 FY2025", "2 USD"), ("9M FY2025", "3 USD"), ("FY2025", "4 USD"),
        ("Q2 FY2025", "9 USD"), ("H2 FY2025", "8 USD"),
    }  # fmt: skip


def test_intervals_that_end_no_part_of_a_year_are_named_by_their_length_and_others_are_not_taken() -> None:
    figures = [
        flow(REVENUE, YEAR, 12, "2026-02-12", TEN_K),
        flow(REVENUE, "2025-03-01..2025-08-31", 6, "2026-02-12"),
        flow(REVENUE, "2025-01-01..2025-01-31", 1, "2026-02-12"),
    ]
    assert {(p, v) for p, v, _, _ in told(figures)} == {("FY2025", "12 USD"), ("6M 2025-08-31", "6 USD")}


@pytest.mark.parametrize("form", ["DEF 14A", "424B5", "S-1"])
def test_repeats_in_other_forms_are_not_taken(form: str) -> None:
    figures = [flow(REVENUE, YEAR, 6, "2026-01-30", form), flow(REVENUE, YEAR, 5, "2026-02-12", TEN_K)]
    assert told(figures) == [("FY2025", "5 USD", "2026-02-12", "reported")]


@pytest.mark.parametrize("form", ["10-K/A", "10-Q", "20-F", "20-F/A", "40-F", "6-K", "6-K/A", "8-K", "10-KT"])
def test_reports_and_their_amendments_are(form: str) -> None:
    assert told([flow(REVENUE, YEAR, 5, "2026-02-12", form)])[0][2] == "2026-02-12"


def test_a_concept_that_took_the_place_of_another() -> None:
    figures = [
        flow(REVENUE, "2023-01-01..2023-12-31", 3, "2024-02-12", TEN_K),
        flow(REVENUE, "2024-01-01..2024-12-31", 4, "2025-02-12", TEN_K),
        flow(NEWER, "2024-01-01..2024-12-31", 4, "2026-02-12", TEN_K),
        flow(NEWER, YEAR, 5, "2026-02-12", TEN_K),
        flow(REVENUE, YEAR, 7, "2026-02-12", TEN_K),  # with other income: the preferred concept of a filing counts
        flow(REVENUE, YEAR, 7, "2027-02-12", TEN_K),  # and a less preferred one later replaces nothing
    ]
    assert [(p, v) for p, v, _, _ in told(figures)] == [("FY2023", "3 USD"), ("FY2024", "4 USD"), ("FY2025", "5 USD")]


def test_translations_for_convenience_are_not_mixed_in() -> None:
    figures = [flow(REVENUE, f"{y}-04-01..{y + 1}-03-31", 7 * y, f"{y + 1}-06-01", "20-F", "CNY") for y in (2023, 2024)]
    figures.append(flow(REVENUE, "2024-04-01..2025-03-31", 2024, "2025-06-01", "20-F", "USD"))
    found = company(figures)
    assert (found.currency, found.fiscal_year_ends.month) == ("CNY", 3)
    assert {str(f.value) for f in found.facts} == {"14161 CNY", "14168 CNY"}
    other = company(figures, currency="USD")
    assert {str(f.value) for f in other.facts} == {"14161 CNY", "2024 USD"}  # in 2024 it filed nothing in USD


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (("2023-09-30", "2024-09-28", "2025-09-27"), (9, 30)),
        (("2023-01-29", "2024-01-28", "2025-02-02"), (1, 31)),
        (("2023-05-31", "2024-05-31", "2025-05-31"), (5, 31)),
        (("2023-06-15", "2024-06-15"), (6, 15)),
        (("2024-02-29", "2025-02-28"), (2, 28)),
    ],
)
def test_the_fiscal_year_that_the_filings_suggest(ends: tuple[str, ...], said: tuple[int, int]) -> None:
    figures = []
    for end in ends:
        start = dt.date.fromisoformat(end) - dt.timedelta(days=363)
        figures.append(flow(REVENUE, f"{start}..{end}", 5, "2026-02-12", TEN_K))
    year = company(figures).fiscal_year_ends
    assert (year.month, year.day) == said


SPLIT = [
    flow(EPS, "2020-01-01..2020-12-31", 58.61, "2021-02-03", TEN_K, "USD/shares"),
    flow(EPS, "2021-01-01..2021-12-31", 112.2, "2022-02-02", TEN_K, "USD/shares"),
    balance(SHARES, "2020-12-31", 675_222_000, "2021-02-03"),
    balance(SHARES, "2021-12-31", 662_121_000, "2022-02-02"),
    balance(RATIO, "2022-02-01", 20, "2022-04-27", "10-Q", "pure"),
    balance(SHARES, "2021-12-31", 13_242_000_000, "2022-07-27", "10-Q"),
    flow(EPS, "2021-01-01..2021-12-31", 5.61, "2023-02-03", TEN_K, "USD/shares"),
    flow(EPS, "2022-01-01..2022-12-31", 4.56, "2023-02-03", TEN_K, "USD/shares"),
]


def test_a_split_brings_every_old_figure_to_the_new_basis_at_once() -> None:
    about = company(SPLIT)
    assert known(about, "earnings_per_share", "2022-07-26") == {"FY2020": 58.61, "FY2021": 112.2}
    assert known(about, "earnings_per_share", "2022-07-27") == {"FY2020": 2.9305, "FY2021": 5.61}
    assert known(about, "earnings_per_share", "2023-02-03") == {"FY2020": 2.9305, "FY2021": 5.61, "FY2022": 4.56}
    assert known(about, "shares_outstanding", "2022-07-27") == {"FY2020": 13_504_440_000, "FY2021": 13_242_000_000}
    (split,) = about.splits
    assert (split.words, split.published, split.after) == (
        "20-for-1 split of 2022-07-27",
        dt.date(2022, 7, 27),
        dt.date(2022, 2, 2),
    )
    given = [str(f.value) for f in about.facts if f.name == "earnings_per_share"]
    assert given == ["58.61 USD", "112.20 USD", "5.61 USD", "4.56 USD"]


@pytest.mark.parametrize("factor", [2, 3, 4, 7, 10, 20, 50, 1.5, 5.8, 0.1, 0.02])
def test_splits_are_told_without_an_announcement_by_two_figures(factor: float) -> None:
    was = {2020: 60.12, 2021: 90.36}

    def filed(year: int, value: float, day: str) -> Filed:
        return flow(EPS, f"{year}-01-01..{year}-12-31", value, day, TEN_K, "USD/shares")

    old = [filed(year, value, f"{year + 1}-02-03") for year, value in was.items()]
    anew = [filed(year, round(value / factor, 2), "2023-02-03") for year, value in was.items()]
    older = flow(EPS, "2019-01-01..2019-12-31", 30.06, "2020-02-03", TEN_K, "USD/shares")
    seen = known(company([older, *old, *anew]), "earnings_per_share", "2023-02-03")
    assert seen["FY2019"] == pytest.approx(30.06 / factor)


def test_a_restatement_is_no_split() -> None:
    figures = [
        flow(EPS, "2020-01-01..2020-12-31", 5.00, "2021-02-03", TEN_K, "USD/shares"),
        flow(EPS, "2021-01-01..2021-12-31", 6.00, "2022-02-03", TEN_K, "USD/shares"),
        flow(EPS, "2021-01-01..2021-12-31", 3.00, "2022-08-03", "10-K/A", "USD/shares"),
    ]
    about = company(figures)
    assert about.splits == ()
    assert known(about, "earnings_per_share", "2023-01-01") == {"FY2020": 5, "FY2021": 3}


def test_a_split_that_is_announced_later_explains_nothing_before() -> None:
    figures = [
        flow(EPS, "2020-01-01..2020-12-31", 5.00, "2021-02-03", TEN_K, "USD/shares"),
        flow(EPS, "2021-01-01..2021-12-31", 60.00, "2022-02-03", TEN_K, "USD/shares"),
        flow(EPS, "2021-01-01..2021-12-31", 30.00, "2022-08-03", "10-K/A", "USD/shares"),
        balance(RATIO, "2023-01-01", 2, "2023-02-03", unit="pure"),
    ]
    assert known(company(figures), "earnings_per_share", "2024-01-01") == {"FY2020": 5, "FY2021": 30}
    said = [f for f in figures if f.concept != RATIO] + [balance(RATIO, "2022-01-01", 2, "2022-02-03", unit="pure")]
    assert known(company(said), "earnings_per_share", "2024-01-01") == {"FY2020": 2.5, "FY2021": 30}


def test_a_mapping_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "net_income:\n  concepts: [us-gaap:NetIncomeLoss]\n  defined: not adjusted\nrevenue:\n  concepts: []\n", "utf-8"
    )
    figures = [flow("us-gaap:NetIncomeLoss", YEAR, 5, "2026-02-12", TEN_K), flow(REVENUE, YEAR, 9, "2026-02-12", TEN_K)]
    facts = company(figures, mapping=own).facts
    assert {f.name for f in facts} == {"net_income", "earnings", "sales"}
    assert any("not adjusted" in str(f.note) for f in facts)


def test_the_mapping_that_ships_is_read_and_every_source_leads_to_the_filing() -> None:
    entries, problems = read_mapping(SourceFile.read(SHIPPED))
    assert problems == []
    assert len(entries) > 25
    (fact,) = company([flow(REVENUE, YEAR, 5, "2026-02-12", TEN_K)], "USD").facts[:1]
    assert fact.source == "Example Cloud Inc.: Form 10-K filed 2026-02-12 (SEC, accession 0001234567-26-021200)"
    assert (
        fact.url == "https://www.sec.gov/Archives/edgar/data/1234567/000123456726021200/0001234567-26-021200-index.htm"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1]", "the entry `a` should be keys and values"),
        ("a: {concepts: [Revenues]}", "`Revenues` is not a concept"),
        ("a: {concepts: [us-gaap:X], unit: euro}", "`unit` of the entry `a`"),
        ("a: {concept: [us-gaap:X]}", "means nothing"),
        ("- a", "the mapping should be a name for each input"),
    ],
)
def test_a_mapping_that_cannot_be_taken(text: str, words: str) -> None:
    _, problems = read_mapping(SourceFile("own.yaml", text))
    assert words in "\n".join(to_text(d) for d in problems)


GOOD = json.loads(company_facts([flow(REVENUE, YEAR, 5, "2026-02-12", TEN_K)]))


def broken(**change: object) -> str:
    """The good file with its one figure changed; None takes a key away."""
    found = json.loads(json.dumps(GOOD))
    item = found["facts"]["us-gaap"]["Revenues"]["units"]["USD"][0]
    item |= change
    for key in [k for k, v in item.items() if v is None]:
        del item[key]
    return json.dumps(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (company_facts([])[:40], "it ends in the middle"),
        (json.dumps(GOOD)[:-30], "it ends in the middle"),
        ("[]", "it is a list or a single value"),
        ('{"cik": 1, "entityName": "A"}', "it has no `facts`"),
        ('{"cik": 1, "facts": {}}', "it has no `entityName`"),
        ('{"entityName": "A", "facts": {}}', "it has no `cik`"),
        ('{"cik": 1, "entityName": "A", "facts": {"us-gaap": []}}', "it has no `facts` by taxonomy"),
        ('{"cik": 1, "entityName": "A", "facts": {"us-gaap": {"Revenues": {}}}}', "us-gaap:Revenues, units is missing"),
        (broken(filed=None), "us-gaap:Revenues, units, USD, 0, filed is missing"),
        (broken(filed="12/02/2026"), "filed is wrong"),
        (broken(val="5"), "val"),
        (broken(val=None), "val is missing"),
        (json.dumps(GOOD).replace('"val": 5', '"val": 1e999'), "val"),
        (json.dumps(GOOD).replace('"val": 5', '"val": NaN'), "it is not JSON that can be read"),
        ("[" * 100_000, "JSON"),
        ("{,}", "it is not JSON"),
    ],
)
def test_a_json_that_is_cut_or_changed(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "companyfacts.json"
    path.write_text(text, "utf-8")
    found, problems = load([path], "EXMPL")
    assert found is None
    assert words in "\n".join(to_text(d) for d in problems)
    assert {d.code for d in problems} <= {"F003", "F046"}


DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2024, 12, 31))
VALUES = st.sampled_from([1.0, 2.0, 2.5, 20.0, 40.0, 50.0, 100.0, 1_000_000.0, 3_000_000.0])


@st.composite
def figure(draw: st.DrawFn) -> Filed:
    year = draw(st.integers(2017, 2019))
    concept = draw(st.sampled_from([REVENUE, NEWER, EPS, EPS, SHARES, RATIO]))
    unit = {EPS: "USD/shares", SHARES: "shares"}.get(concept, draw(st.sampled_from(["USD", "USD", "USD", "CNY"])))
    filed = draw(DAYS).isoformat()
    form = draw(st.sampled_from(["10-K", "10-Q", "10-K/A", "8-K"]))
    if concept == RATIO:
        return balance(RATIO, f"{year}-12-31", draw(st.sampled_from([2, 20, 50])), filed, form, "pure")
    if concept == SHARES:
        return balance(concept, f"{year}-12-31", draw(VALUES), filed, form)
    return flow(concept, f"{year}-01-01..{year}-12-31", draw(VALUES), filed, form, unit)


@given(st.lists(figure(), max_size=25), DAYS)
def test_what_was_known_on_a_day_does_not_depend_on_later_filings(figures: list[Filed], day: dt.date) -> None:
    """The law of no look-ahead: dropping every filing after a day leaves the facts of that day as they are."""
    anchor = flow("us-gaap:Assets", "2016-01-01..2016-12-31", 1, "2017-01-01")
    now = [f for f in company([anchor, *figures], "USD").facts if f.published <= day]
    then = list(company([anchor, *known_by(figures, day)], "USD").facts)
    assert [bare(f) for f in now] == [bare(f) for f in then]


def bare(fact: Fact) -> dict[str, object]:
    return fact.model_dump()
