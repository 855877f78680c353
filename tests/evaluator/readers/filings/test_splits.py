"""Splits as filings show them: once, from the first filing that does, whatever is mapped, and said where filings slip."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.text.diagnostics import to_text
from evaluator.facts.model import Company
from evaluator.facts.splits import ratio_of, spelled, written
from evaluator.readers.filings.splits import Observed, simplest, slip_of, split_of
from evaluator.readers.load import load
from evaluator.readers.write import company_text
from tests.evaluator.readers.filings.test_filings import company, known
from tests.support.filed import EPS, RATIO, SHARES, Filed, balance, company_facts, flow

TEN_K = "10-K"
COVER = "dei:EntityCommonStockSharesOutstanding"
HEAD = "name: Example Cloud\nticker: EXMPL\ncurrency: USD\nfiscal_year_ends: 12-31\n"


def eps(span: str, value: float, filed: str, form: str = TEN_K) -> Filed:
    """Earnings per share."""
    return flow(EPS, span, value, filed, form, "USD/shares")


def year(of: int, value: float, filed: str) -> Filed:
    """A year's earnings per share."""
    return eps(f"{of}-01-01..{of}-12-31", value, filed)


CHIPS = [
    eps("2022-05-01..2022-07-31", 0.26, "2022-08-30", "10-Q"),
    eps("2023-05-01..2023-07-30", 2.48, "2023-08-28", "10-Q"),
    balance(SHARES, "2024-01-28", 2_464_000_000, "2024-02-21"),
    eps("2022-01-31..2023-01-29", 1.74, "2023-02-24"),
    eps("2023-01-30..2024-01-28", 11.93, "2024-02-21"),
    balance(SHARES, "2024-01-28", 24_640_000_000, "2024-08-28", "10-Q"),
    eps("2023-05-01..2023-07-30", 0.25, "2024-08-28", "10-Q"),
    balance(RATIO, "2024-06-07", 10, "2024-08-28", "10-Q", "pure"),
    eps("2023-01-30..2024-01-28", 1.19, "2025-02-26"),
]
"""Invented figures in the shape of a company that split 10 for 1 in June and gave its year anew in the next February."""


def test_a_split_counts_from_the_first_quarter_that_shows_it_where_only_years_are_mapped() -> None:
    about = company(CHIPS, "USD")
    assert known(about, "earnings_per_share", "2024-08-27")["FY2024"] == 11.93
    assert known(about, "earnings_per_share", "2024-08-28") == {"FY2023": 0.174, "FY2024": 1.193}
    (split,) = about.splits
    assert (split.date, split.published, split.ratio) == (dt.date(2024, 6, 7), dt.date(2024, 8, 28), 10)


def test_a_figure_that_is_repeated_unchanged_after_a_split_is_not_split_again() -> None:
    figures = [
        balance(SHARES, "2013-09-28", 899_213_000, "2013-10-30"),
        eps("2012-09-30..2013-09-28", 39.75, "2013-10-30"),
        eps("2013-03-31..2013-06-29", 7.47, "2013-07-24", "10-Q"),
        balance(SHARES, "2013-09-28", 6_294_494_000, "2014-07-23", "10-Q"),
        eps("2013-03-31..2013-06-29", 1.07, "2014-07-23", "10-Q"),
        balance(SHARES, "2013-09-28", 6_294_494_000, "2014-10-27"),
        eps("2012-09-30..2013-09-28", 5.68, "2014-10-27"),
        balance(SHARES, "2019-09-28", 4_443_236_000, "2019-10-31"),
        eps("2018-09-30..2019-09-28", 11.89, "2019-10-31"),
        balance(SHARES, "2019-09-28", 17_772_945_000, "2020-10-30"),
        eps("2018-09-30..2019-09-28", 2.97, "2020-10-30"),
    ]
    about = company(figures, "USD")
    assert [s.ratio for s in about.splits] == [7, 4]
    assert known(about, "shares_outstanding", "2014-12-01")["FY2013"] == 6_294_494_000
    assert known(about, "shares_outstanding", "2021-01-01")["FY2013"] == 25_177_976_000
    assert known(about, "earnings_per_share", "2021-01-01")["FY2013"] == pytest.approx(1.42)


def test_shares_that_one_filing_gives_in_thousands_are_no_split_and_no_restatement() -> None:
    figures = [
        balance(SHARES, "2013-12-31", 899_213_000, "2014-02-01"),
        year(2013, 39.75, "2014-02-01"),
        balance(SHARES, "2013-12-31", 899_213, "2015-02-01"),
        balance(SHARES, "2014-12-31", 861_745, "2015-02-01"),
        year(2013, 39.75, "2015-02-01"),
    ]
    about = company(figures, "USD")
    assert about.splits == ()
    assert known(about, "shares_outstanding", "2015-03-01") == {"FY2013": 899_213_000, "FY2014": 861_745_000}
    (last,) = [f for f in about.facts if f.name == "shares_outstanding" and f.period == "2014-12-31"]
    assert last.kind == "derived"
    assert "multiplied by 1000" in str(last.note)


def test_an_amendment_on_the_old_basis_splits_nothing_back() -> None:
    figures = [
        year(2020, 50.10, "2021-02-01"), year(2021, 60.30, "2022-02-01"),
        balance(SHARES, "2021-12-31", 100_000_000, "2022-02-01"),
        balance(SHARES, "2021-12-31", 1_000_000_000, "2022-08-01", "10-Q"),
        year(2020, 5.01, "2022-08-01"), year(2021, 6.03, "2022-08-01"),
        eps("2020-01-01..2020-12-31", 50.10, "2022-09-01", "10-K/A"),
        eps("2021-01-01..2021-12-31", 60.30, "2022-09-01", "10-K/A"),
        balance(SHARES, "2021-12-31", 100_000_000, "2022-09-01", "10-K/A"),
    ]  # fmt: skip
    about = company(figures, "USD")
    assert [s.ratio for s in about.splits] == [10]
    assert known(about, "earnings_per_share", "2022-10-01") == {"FY2020": 5.01, "FY2021": 6.03}


def test_an_announced_split_is_seen_in_the_shares_on_the_cover() -> None:
    """Nothing is given anew, but its day has come and there are about ten times as many shares."""
    figures = [
        year(2023, 11.93, "2024-02-21"),
        balance(COVER, "2024-02-16", 2_500_000_000, "2024-02-21"),
        balance(RATIO, "2024-06-07", 10, "2024-08-28", "10-Q", "pure"),
        balance(COVER, "2024-08-23", 24_530_000_000, "2024-08-28", "10-Q"),
    ]
    about = company(figures, "USD")
    assert known(about, "earnings_per_share", "2024-08-28") == {"FY2023": 1.193}
    early = [*figures[:2], balance(RATIO, "2024-06-07", 10, "2024-05-29", "10-Q", "pure"),
             balance(COVER, "2024-05-24", 24_530_000_000, "2024-05-29", "10-Q")]  # fmt: skip
    assert company(early, "USD").splits == ()  # its day is still to come


def test_a_split_that_filings_speak_of_and_no_figure_shows_is_said(tmp_path: Path) -> None:
    figures = [year(2023, 11.93, "2024-02-21"), balance(COVER, "2024-02-16", 2_500_000_000, "2024-02-21")]
    figures += [balance(RATIO, day, 10, "2024-05-29", "10-Q", "pure") for day in ("2024-05-22", "2024-06-07")]
    old = [*figures, balance(RATIO, "2021-07-19", 4, "2024-02-21", "10-K", "pure")]

    def said(figures: list[Filed], splits: str = "") -> list[str]:
        (tmp_path / "companyfacts.json").write_text(company_facts(figures), "utf-8")
        (tmp_path / "head.yaml").write_text(HEAD + splits, "utf-8")
        return [d.message for d in load([tmp_path / "head.yaml", tmp_path / "companyfacts.json"])[1]]

    (one,) = said(old)
    assert one.startswith("left out: a 10-for-1 split of 2024-06-07 that filings speak of")
    assert said(old, 'splits:\n  - {date: 2024-06-10, ratio: 10, source: "Press release"}\n') == []
    seen = [*figures, balance(COVER, "2024-08-23", 24_530_000_000, "2024-08-28", "10-Q")]
    assert said(seen) == []


def test_a_table_and_filings_that_give_one_split_apply_it_once(tmp_path: Path) -> None:
    def loaded(table: str) -> tuple[Company | None, str]:
        (tmp_path / "companyfacts.json").write_text(company_facts(CHIPS), "utf-8")
        (tmp_path / "head.yaml").write_text(HEAD.replace("12-31", "01-31") + table, "utf-8")
        found, problems = load([tmp_path / "head.yaml", tmp_path / "companyfacts.json"])
        return found, "\n".join(to_text(d) for d in problems)

    own = 'splits:\n  - {date: 2024-06-10, ratio: 10, source: "Press release of 2024-05-22"}\n'
    about, _ = loaded(own)
    assert about is not None
    (split,) = about.splits
    assert split.source == "Press release of 2024-05-22"
    assert known(about, "earnings_per_share", "2024-06-09")["FY2024"] == 11.93
    assert known(about, "earnings_per_share", "2024-06-10")["FY2024"] == 1.193
    assert known(about, "earnings_per_share", "2025-03-01")["FY2024"] == 1.19
    nothing, words = loaded(own.replace("ratio: 10", "ratio: 5"))
    assert nothing is None
    assert "error[F045]" in words
    assert "5-for-1" in words
    assert "10-for-1" in words


def test_what_is_imported_keeps_its_basis_and_every_rule_file_can_use_it(tmp_path: Path) -> None:
    about = company(CHIPS, "USD")
    path = tmp_path / "EXMPL.yaml"
    path.write_text(company_text(about), "utf-8")
    again, problems = load([path])
    assert problems == []
    assert again is not None
    assert again.splits == about.splits
    assert all(f.offered for f in again.facts)
    for day in ("2024-08-27", "2024-08-28", "2025-03-01"):
        assert known(again, "earnings_per_share", day) == known(about, "earnings_per_share", day)
    assert company_text(again) == company_text(about)


BAD = ["0", "-2", "0:1", "1", "2:2", "ten", "1:0", "1e-9", "nan", "inf", "", "2 to 1", "1000000"]


@pytest.mark.parametrize("ratio", BAD)
def test_a_ratio_that_is_none_is_refused_where_it_stands(ratio: str, tmp_path: Path) -> None:
    path = tmp_path / "EXMPL.yaml"
    path.write_text(HEAD + f'splits:\n  - {{date: 2024-06-10, ratio: "{ratio}", source: "S"}}\n', "utf-8")
    found, problems = load([path])
    assert found is None
    (problem,) = [to_text(d) for d in problems]
    assert "error[F012]" in problem
    assert "`ratio` of share split 1" in problem
    assert f"{path}:6:" in problem


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('{ratio: 10, source: "S"}', "has no `date`"),
        ("{date: 2024-06-10, ratio: 10}", "has no `source`"),
        ('{date: 2024-06-31, ratio: 10, source: "S"}', "there is no day 2024-06-31"),
        ('{date: 2024-06-10, ratio: 10, factor: 10, source: "S"}', "`factor` that means nothing"),
        ("10", "should be keys and values"),
    ],
)
def test_an_entry_of_a_table_that_is_none(entry: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "EXMPL.yaml"
    path.write_text(f"{HEAD}splits:\n  - {entry}\n", "utf-8")
    found, problems = load([path])
    assert found is None
    assert words in "\n".join(to_text(d) for d in problems)


@pytest.mark.parametrize(
    ("text", "ratio", "words", "file"),
    [
        ("20", Fraction(20), "20-for-1", "20"),
        ("5.8", Fraction(29, 5), "5.8-for-1", "5.8"),
        ("1:10", Fraction(1, 10), "1-for-10", "1:10"),
        ("3-for-2", Fraction(3, 2), "3-for-2", "1.5"),
        ("1 for 25", Fraction(1, 25), "1-for-25", "1:25"),
        ("1.05", Fraction(21, 20), "1.05-for-1", "1.05"),
        ("10:3", Fraction(10, 3), "10-for-3", "10:3"),
    ],
)
def test_how_ratios_are_written(text: str, ratio: Fraction, words: str, file: str) -> None:
    assert ratio_of(text) == ratio
    assert (spelled(ratio), written(ratio)) == (words, file)


@given(st.fractions(min_value=Fraction(1, 50), max_value=99, max_denominator=50))
def test_a_ratio_is_read_back_as_it_was_written(ratio: Fraction) -> None:
    if ratio != 1:
        assert ratio_of(written(ratio)) == ratio


@given(st.fractions(Fraction(1, 50), 50, max_denominator=300), st.fractions(0, Fraction(1, 3), max_denominator=300))
def test_the_simplest_fraction_between_two(low: Fraction, width: Fraction) -> None:
    found = simplest(low, low + width)
    assert low <= found <= low + width
    simpler = (Fraction(p, q) for q in range(1, found.denominator) for p in (int(low * q), int(low * q) + 1))
    assert not any(low <= other <= low + width for other in simpler)


def observed(was: str, now: str, shares: bool = False) -> Observed:
    """A figure that is given anew."""
    return Observed(Decimal(was), Decimal(now), shares)


def test_figures_that_stay_as_they_were_outvote_those_that_agree_by_chance() -> None:
    halves = [observed("5.02", "2.51"), observed("6.06", "3.03")]
    assert split_of(halves, ()) == 2
    still = [observed(v, v) for v in ("7.11", "8.20")]
    assert split_of([*halves, *still], ()) is None
    assert split_of([*halves, observed("123456000", "246912000", True), *still], ()) == 2


def test_a_change_of_a_few_percent_is_a_split_only_where_shares_and_earnings_say_so() -> None:
    lower = [observed("10.50", "10.00"), observed("21.00", "20.00")]
    assert split_of(lower, ()) is None
    assert split_of([*lower, observed("123456000", "129628800", True)], ()) == Fraction(21, 20)


def test_a_slip_of_thousands_needs_all_figures_of_a_concept() -> None:
    thousands = [observed("899213000", "899213", True), observed("888325000", "888325", True)]
    assert slip_of(thousands, Fraction(1)) == 1000
    assert slip_of([*thousands, observed("5000", "5000", True)], Fraction(1)) is None
    assert slip_of([], Fraction(1)) is None


def test_an_unchanged_value_that_a_later_filing_repeats_says_on_which_basis_it_is() -> None:
    """The shares came first, in a filing that says nothing else, so that they seem restated; then earnings show the split,
    and the filing repeats the shares as they were."""
    figures = [
        balance(SHARES, "2021-12-31", 100_123_000, "2022-02-01"),
        year(2020, 50.10, "2021-02-01"), year(2021, 60.30, "2022-02-01"),
        balance(SHARES, "2021-12-31", 700_861_000, "2022-08-01", "10-Q"),
        balance(SHARES, "2021-12-31", 700_861_000, "2022-11-01", "10-Q"),
        eps("2020-01-01..2020-12-31", 7.16, "2022-11-01", "10-Q"),
        eps("2021-01-01..2021-12-31", 8.61, "2022-11-01", "10-Q"),
    ]  # fmt: skip
    about = company(figures, "USD")
    assert [s.ratio for s in about.splits] == [7]
    assert known(about, "shares_outstanding", "2022-12-01") == {"FY2021": 700_861_000}
    (last,) = [f for f in about.facts if f.name == "shares_outstanding" and str(f.published) == "2022-11-01"]
    assert "on the basis after a split" in str(last.note)
