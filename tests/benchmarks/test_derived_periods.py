"""The comparison of derived with reported periods sees what agrees, and what a later filing changed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.facts.derived_periods import compared, flows, read, trailing
from tests.support.filed import CASH, REVENUE, Filed, company_facts, flow

ENDS = ("03-31", "06-30", "09-30", "12-31")
FILED = ("05-01", "08-01", "11-01", "02-01")


def filed(concept: str, off: float = 0.0) -> list[Filed]:
    """Three years of quarters and year-to-date figures; the first half of 2024 off by so much."""
    found = []
    for year in (2023, 2024, 2025):
        total = 0.0
        for quarter in range(4):
            value = 1e9 * (year - 2020) + 1e7 * quarter
            total += value
            day = f"{year + quarter // 3}-{FILED[quarter]}"
            begun = f"{year}-{('01', '04', '07', '10')[quarter]}-01"
            if quarter < 3:
                found.append(flow(concept, f"{begun}..{year}-{ENDS[quarter]}", value, day))
            if quarter:
                wrong = off if (year, quarter) == (2024, 1) else 0.0
                form = "10-K" if quarter == 3 else "10-Q"
                found.append(flow(concept, f"{year}-01-01..{year}-{ENDS[quarter]}", total + wrong, day, form))
    return found


def test_what_adds_up_agrees_and_what_does_not_is_told(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(company_facts([*filed(REVENUE), *filed(CASH, 7e6)]), encoding="utf-8")
    names = {concept: name for name, concept in flows(path).items()}
    assert set(names) == {REVENUE.partition(":")[2], CASH.partition(":")[2]}
    program, company = read(path)
    found = list(compared(program, company))
    assert len([c for c in found if c.months == 3]) == 2 * 9
    apart = {(c.name, c.label, c.restated) for c in found if c.derived is not None and not c.agrees}
    cash = names[CASH.partition(":")[2]]
    assert apart == {(cash, label, False) for label in ("Q1 FY2024", "Q2 FY2024", "Q3 FY2024")}
    assert sum(c.agrees for c in found) == 15
    years = list(trailing(program, company))
    assert {(c.name, c.label) for c in years if not c.agrees} == {
        (cash, "year to 2024-06-30"),
        (cash, "year to 2025-06-30"),
    }
    assert sum(c.agrees for c in years) == 6
