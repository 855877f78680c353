"""What the facts that ship say on a day: no figure before its results were out, the flagship's figures on the days that
matter, prices and rates that agree with themselves."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.program.program import Program
from dsl.text.source import SourceFile
from dsl.types.units import Frequency
from evaluator.engine.evaluation import Evaluation, Status
from evaluator.facts.model import Company, Fact, SourceKind
from evaluator.known.asof import View, view
from evaluator.known.bind import bind
from evaluator.schema.report import Report
from evaluator.session.fact_files import company_files
from evaluator.session.reading import load_facts
from evaluator.session.run import Run, run
from evaluator.values.series import Series
from evaluator.values.values import Figure, Words
from tests.paths import ROOT

RULES = ROOT / "rules"
PLACES = Library((RULES, RULES / "library"))
PRICED = ["AMZN", "BABA", "BIDU", "CRWV", "GOOGL", "MSFT", "ORCL"]


@cache
def company(ticker: str) -> Company:
    found, problems = load_facts(*company_files(RULES / "facts", ticker))
    assert found is not None, problems
    return found


@cache
def ran(rules: str, ticker: str, day: str) -> Run:
    checked = check_file(SourceFile.read(RULES / f"{rules}.thesis"), PLACES)
    found = run(checked, company(ticker), dt.date.fromisoformat(day), places=PLACES)
    assert isinstance(found, Run), found
    return found


def figure(evaluation: Evaluation, name: str) -> Figure:
    found = evaluation.read(evaluation.values[name])
    assert isinstance(found, Figure), name
    return found


# --- no figure before its day --------------------------------------------------------------------------------

RESULTS: Mapping[str, Mapping[str, str]] = {
    "BABA": {
        "2023-09-30": "2023-11-16", "2023-12-31": "2024-02-07", "2024-03-31": "2024-05-14", "2024-06-30": "2024-08-15",
        "2024-09-30": "2024-11-15", "2024-12-31": "2025-02-20", "2025-03-31": "2025-05-15", "2025-06-30": "2025-08-29",
        "2025-09-30": "2025-11-25", "2025-12-31": "2026-03-19", "2026-03-31": "2026-05-13", "2026-06-30": "2026-08-20",
    },
    "AMZN": {
        "2023-12-31": "2024-02-01", "2024-03-31": "2024-04-30", "2024-06-30": "2024-08-01", "2024-09-30": "2024-10-31",
        "2024-12-31": "2025-02-06", "2025-03-31": "2025-05-01", "2025-06-30": "2025-07-31", "2025-09-30": "2025-10-30",
        "2025-12-31": "2026-02-05", "2026-03-31": "2026-04-29", "2026-06-30": "2026-07-30",
    },
    "MSFT": {
        "2023-09-30": "2023-10-24", "2023-12-31": "2024-01-30", "2024-03-31": "2024-04-25", "2024-06-30": "2024-07-30",
        "2024-09-30": "2024-10-30", "2024-12-31": "2025-01-29", "2025-03-31": "2025-04-30", "2025-06-30": "2025-07-30",
        "2025-09-30": "2025-10-29", "2025-12-31": "2026-01-28", "2026-03-31": "2026-04-29", "2026-06-30": "2026-07-29",
    },
    "GOOGL": {
        "2024-03-31": "2024-04-26", "2024-06-30": "2024-07-24", "2024-09-30": "2024-10-30", "2024-12-31": "2025-02-05",
        "2025-03-31": "2025-04-24", "2025-06-30": "2025-07-24", "2025-09-30": "2025-10-29", "2025-12-31": "2026-02-04",
        "2026-03-31": "2026-04-29",
    },
    "ORCL": {
        "2023-08-31": "2023-09-11", "2023-11-30": "2023-12-11", "2024-02-29": "2024-03-11", "2024-05-31": "2024-06-11",
        "2024-08-31": "2024-09-09", "2024-11-30": "2024-12-09", "2025-02-28": "2025-03-10", "2025-05-31": "2025-06-11",
        "2025-08-31": "2025-09-09", "2025-11-30": "2025-12-10", "2026-02-28": "2026-03-10", "2026-05-31": "2026-06-10",
    },
    "TCEHY": {
        "2023-12-31": "2024-03-20", "2024-03-31": "2024-05-14", "2024-06-30": "2024-08-14", "2024-09-30": "2024-11-13",
        "2024-12-31": "2025-03-19", "2025-03-31": "2025-05-14", "2025-06-30": "2025-08-13", "2025-09-30": "2025-11-13",
        "2025-12-31": "2026-03-18", "2026-03-31": "2026-05-13",
    },
    "BIDU": {
        "2024-06-30": "2024-08-22", "2024-09-30": "2024-11-21", "2024-12-31": "2025-02-18", "2025-03-31": "2025-05-21",
        "2025-06-30": "2025-08-20", "2025-09-30": "2025-11-18", "2025-12-31": "2026-02-26", "2026-03-31": "2026-05-18",
    },
    "CRWV": {
        "2025-03-31": "2025-05-14", "2025-06-30": "2025-08-12", "2025-09-30": "2025-11-10", "2025-12-31": "2026-02-26",
        "2026-03-31": "2026-05-08",
    },
}  # fmt: skip
"""The days of results (where they were not seen, of filings), by the quarter's end, written down apart from the facts."""


@pytest.mark.parametrize("ticker", RESULTS)
def test_nothing_of_a_quarter_is_known_before_its_results(ticker: str) -> None:
    found = company(ticker)
    first: dict[str, dt.date] = {}
    for fact in found.facts:
        if fact.period is None or fact.kind in (SourceKind.GUIDANCE, SourceKind.ESTIMATE):
            continue
        period = found.fiscal_year_ends.parse(fact.period)
        end = getattr(period, "end", None)
        assert isinstance(end, dt.date), fact
        first[str(end)] = min(first.get(str(end), fact.published), fact.published)
    for end, day in RESULTS[ticker].items():
        assert str(first[end]) == day, f"the quarter to {end}"
    assert max(first) == max(RESULTS[ticker]), "a later quarter is in the facts, and its day is not on the list"


@pytest.mark.parametrize("end", list(RESULTS["BABA"])[1:])
def test_a_quarter_is_read_from_the_day_of_its_results_on(end: str) -> None:
    """The day before, the quarter before it is read."""
    day = dt.date.fromisoformat(RESULTS["BABA"][end])
    before = max(e for e in RESULTS["BABA"] if e < end)
    for as_of, wanted in ((day, end), (day - dt.timedelta(days=1), before)):
        clock = ran("alibaba", "BABA", as_of.isoformat()).evaluation.clock
        assert str(clock.calendar.end(clock.reads[Frequency.QUARTER], Frequency.QUARTER)) == wanted, as_of


# --- the flagship on the days that matter -----------------------------------------------------------------------

M = 1e6
KNOWN: Mapping[str, Mapping[str, float]] = {
    "2024-05-15": {
        "cloud_growth": 0.03, "growth_change": 0.0, "cloud_margin": 1432 / 25595,
        "margin_change": 1432 / 25595 - 987 / 24742, "net_margin": 24418 / 221874,
        "capex_intensity": 32087 / 941168, "free_cash": (182593 - 32087) * M,
        "conversion": (106374 - 103497) / 34330, "results_move": -0.0602,
    },
    "2025-05-16": {
        "cloud_growth": 0.18, "growth_change": 0.05, "margin_change": 2420 / 30127 - 1432 / 25595,
        "net_margin": 29847 / 236454, "capex_intensity": 85972 / 996347, "free_cash": 73870 * M,
        "conversion": (118028 - 106374) / 32087, "results_move": -0.0757,
    },
    "2026-02-20": {
        "cloud_growth": 0.34, "growth_change": 0.08, "margin_change": 3604 / 39824 - 2661 / 29610,
        "net_margin": 10352 / 247795, "capex_intensity": (31775 + 24612 + 38676 + 31501)
        / (280154 + 236454 + 247652 + 247795),
        "conversion": (31742 + 30127 + 33398 + 39824 - 28066 - 25595 - 26549 - 29610)
        / (8857 + 11153 + 12094 + 17491),
    },
    "2026-05-12": {"cloud_growth": 0.36, "growth_change": 0.02, "margin_change": 3911 / 43284 - 3138 / 31742,
                   "net_margin": 16710 / 284843},
    "2026-05-13": {"cloud_growth": 0.38, "results_move": 0.0818, "pullback": 0.0, "free_cash": -46609 * M},
    "2026-05-14": {
        "cloud_growth": 0.38, "growth_change": 0.02, "cloud_margin": 3796 / 41626,
        "margin_change": 3796 / 41626 - 2420 / 30127, "net_margin": 86 / 243380, "capex_intensity": 126063 / 1023670,
        "free_cash": -46609 * M, "conversion": (158132 - 118028) / 85972, "depreciation": 126063 * M / 5,
        "pullback": 1 - 141.12 / 145.81, "results_move": 0.0818, "forward_pe": 21.98,
    },
}  # fmt: skip
"""By hand from the releases, in millions of CNY; `approx` to six digits."""


@pytest.mark.parametrize("day", KNOWN)
def test_what_was_known_of_the_flagship(day: str) -> None:
    found = ran("alibaba", "BABA", day).evaluation
    for name, wanted in KNOWN[day].items():
        value = figure(found, name)
        assert value.is_exact, f"{name} is {value}"
        assert value.low == pytest.approx(wanted, rel=1e-6, abs=1e-9), name


def test_on_the_day_after_the_results_every_condition_of_the_flagship_is_decided() -> None:
    found = ran("alibaba", "BABA", "2026-05-14")
    report = found.report()
    assert {c.name: c.state for c in report.conditions if c.state == "unknown"} == {}
    assert all(v.decided for v in report.verdicts)
    assert report.unknowns == []
    assert report.score is not None
    assert report.score.text == "+25%"
    start, *_, last = found.evaluation.paths["cloud_path"]
    assert start.low == pytest.approx(158.132e9)
    assert last.low == pytest.approx(306.2e9, rel=1e-3)
    cover = figure(found.evaluation, "plan_cover")
    assert cover.low == pytest.approx(380e9 / (20.7e9 + 10.099e9 + 37.663e9 + 9.41e9)), "two sources, neither chosen"
    assert [d.name for d in report.disputed] == ["operating_cash"]


def test_a_quarter_that_follows_from_others_is_known_from_the_day_of_the_last_of_them() -> None:
    """Operating cash of the March quarter 2025 is the year's less three quarters, of which that to September 2024 was
    seen in the release of a year later alone."""
    for day, known in {"2025-11-24": False, "2025-11-25": True}.items():
        found = seen("alibaba", "BABA", day)
        series = found.values["operating_cash"]
        assert isinstance(series, Series)
        ordinal = found.clock.calendar.ordinal(dt.date(2025, 3, 31), Frequency.QUARTER)
        assert ordinal is not None
        point = series.points[ordinal]
        assert isinstance(point, Figure)
        assert point.known == known, day
        assert not known or point.low == pytest.approx(163.509e9 - 33.636e9 - 31.438e9 - 70.915e9)


# --- the segment of June 2026 -----------------------------------------------------------------------------------


def test_a_report_after_the_change_of_segments_says_that_they_changed() -> None:
    report: Report = ran("alibaba", "BABA", "2026-08-21").report()
    for name in (
        "cloud_demand",
        "decelerating",
        "margin_holds",
        "margin_falls",
        "price_war",
        "earns_back",
        "slow_conversion",
    ):
        condition = next(c for c in report.conditions if c.name == name)
        assert condition.state == "unknown", name
        assert any("the segment changed" in r.reason for r in condition.reasons), name
    for name in ("growth_gone", "slows"):
        kill = next(k for k in report.kills if k.name == name)
        assert kill.state == "unknown"
        assert any("AI Cloud and Compute Services" in r.reason for r in kill.reasons), name
    assert not any(v.decided for v in report.verdicts)
    assert {"compute_revenue", "compute_growth"} <= set(report.ignored)


def test_results_that_no_longer_tell_the_cloud_keep_their_catalyst_pending_and_say_why() -> None:
    event = ran("alibaba", "BABA", "2026-08-21").evaluation.events["next_results"]
    assert event.status is Status.PENDING
    assert any("the segment changed" in str(cause) for cause in event.missing)


def test_no_figure_of_another_segment_is_in_the_series_of_the_cloud() -> None:
    facts = company("BABA").facts
    assert {f.period for f in facts if f.name == "compute_revenue"} == {"2026-06-30"}
    later = [
        f
        for f in facts
        if f.name.startswith("cloud_") and (f.period or "") > "2026-03-31" and "FY" not in str(f.period)
    ]
    assert {f.value for f in later} == {"unknown"}
    earlier = {f.period for f in facts if f.name == "earlier_cloud_revenue"}
    assert max(str(p) for p in earlier) < min(str(f.period) for f in facts if f.name == "cloud_revenue")


def test_a_change_of_definition_is_no_change_of_growth() -> None:
    """Azure was defined anew in August 2024: its growth in the first quarter after that has no quarter before it."""
    found = ran("microsoft", "MSFT", "2024-11-01").evaluation
    assert figure(found, "cloud_growth").low == pytest.approx(0.33)
    assert not figure(found, "growth_change").known


# --- the other names ------------------------------------------------------------------------------------------


def possible(rules: str, ticker: str, day: str, verdict: str) -> set[str]:
    found = ran(rules, ticker, day).evaluation
    value = found.read(found.values[verdict])
    assert isinstance(value, Words)
    return set(value.possible or ())


@pytest.mark.parametrize(
    ("rules", "ticker", "outcomes"),
    [
        ("microsoft", "MSFT", {"Convincing"}),
        ("oracle", "ORCL", {"Plausible", "Unproven"}),
        ("coreweave", "CRWV", {"Plausible"}),
        ("baidu", "BIDU", {"Convincing", "Plausible", "Unproven"}),
        ("ai_infrastructure", "AMZN", {"Convincing", "Plausible", "Unproven"}),
        ("ai_infrastructure", "GOOGL", {"Convincing", "Plausible", "Unproven"}),
        ("ai_infrastructure", "TCEHY", {"Broken", "Convincing", "Plausible", "Unproven"}),
    ],
)
def test_what_the_facts_allow_to_decide(rules: str, ticker: str, outcomes: set[str]) -> None:
    assert possible(rules, ticker, "2026-05-20", "long_term") == outcomes


# --- prices, moves, rates ---------------------------------------------------------------------------------------


def closes(ticker: str) -> dict[dt.date, Fact]:
    prices = [f for f in company(ticker).facts if f.name == "price"]
    by_day = {f.date: f for f in prices if f.date is not None}
    assert len(by_day) == len(prices), "one close a day"
    return dict(sorted(by_day.items()))


def dollars(fact: Fact) -> float:
    value, _, written = str(fact.value).partition(" ")
    assert "USD" in {written, fact.currency}, fact
    return float(value)


@pytest.mark.parametrize("ticker", PRICED)
def test_closes_are_of_trading_days_and_known_on_them(ticker: str) -> None:
    found = closes(ticker)
    assert all(day.weekday() < 5 and f.published == day for day, f in found.items())
    assert max((b - a).days for a, b in pairwise(found)) <= 4, "a long week-end at most"
    assert all(2 / 3 < dollars(b) / dollars(a) < 3 / 2 for a, b in pairwise(found.values())), "no split in them"
    assert set(found) <= set(closes("MSFT")) | {d for d in found if d < min(closes("MSFT"))}
    assert {d for d in closes("MSFT") if d >= min(found)} == set(found), "no day is missing"


@pytest.mark.parametrize("ticker", PRICED)
def test_moves_on_results_are_those_of_the_closes(ticker: str) -> None:
    found = closes(ticker)
    days = list(found)
    moves = [f for f in company(ticker).facts if f.name == "results_move"]
    assert len(moves) >= 4
    for move in moves:
        at = days.index(move.date) if move.date in found else 0
        if at:
            change = dollars(found[days[at]]) / dollars(found[days[at - 1]]) - 1
            assert float(str(move.value).removesuffix("%")) / 100 == pytest.approx(change, abs=0.6e-4), move.date


@pytest.mark.parametrize("ticker", ["BABA", "BIDU"])
def test_rates_are_those_of_the_statements(ticker: str) -> None:
    rates = company(ticker).exchange_rates
    assert len(rates) == 7
    for rate in rates:
        amounts = re.fullmatch(r"([0-9,]+)m CNY are ([0-9,]+)m USD there", rate.note or "")
        assert amounts, rate
        yuan, usd = (int(a.replace(",", "")) for a in amounts.groups())
        assert rate.value == pytest.approx(yuan / usd, abs=0.6e-4)
        assert rate.date is not None
        assert rate.date < rate.published


# --- definitions --------------------------------------------------------------------------------------------------


@cache
def program(rules: str) -> Program:
    found = check_file(SourceFile.read(RULES / f"{rules}.thesis"), PLACES).program
    assert found is not None
    return found


def seen(rules: str, ticker: str, day: str) -> View:
    about, asked, as_of = company(ticker), program(rules), dt.date.fromisoformat(day)
    bound = bind(asked, about, lambda: {f.name for f in about.facts}, about.fiscal_year_ends.on(as_of))
    return view(asked, bound.facts, about, as_of)


@pytest.mark.parametrize("ticker", RESULTS)
def test_figures_of_another_definition_are_not_those_of_the_series(ticker: str) -> None:
    """Under their own name they differ from what stands under the rules' name for the same quarter."""
    mine, other = seen("ai_infrastructure", ticker, "2026-08-22"), seen("disclosures", ticker, "2026-08-22")
    pairs = {
        "capex_with_leases": "capex", "net_capex": "capex", "accrued_capex": "capex",
        "gaap_net_income": "net_income", "wider_cloud_revenue": "cloud_revenue",
        "earlier_cloud_revenue": "cloud_revenue", "compute_revenue": "cloud_revenue",
    }  # fmt: skip
    shared: dict[str, int] = defaultdict(int)
    for apart, name in pairs.items():
        a, b = other.values.get(apart), mine.values.get(name)
        if isinstance(a, Series) and isinstance(b, Series):
            for ordinal, point in a.points.items():
                twin = b.points.get(ordinal)
                if isinstance(point, Figure) and isinstance(twin, Figure) and point.known and twin.known:
                    shared[apart] += 1
                    assert (point.low, point.high) != (twin.low, twin.high), (
                        f"{apart} of {mine.clock.label(ordinal, Frequency.QUARTER)}"
                    )
    if ticker in ("AMZN", "MSFT", "ORCL"):
        assert shared, "the same quarters are there under both names"
