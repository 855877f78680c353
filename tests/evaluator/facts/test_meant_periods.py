"""Which period a spelling may mean that facts files do not have, and the edit that writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.facts.calendar import Calendar, calendar_of
from evaluator.facts.meant_periods import meant_periods
from tests.support.command_line import call

DECEMBER = Calendar()
found = calendar_of("03-31")
assert isinstance(found, Calendar)
MARCH = found


@pytest.mark.parametrize(
    ("text", "december", "march"),
    [
        ("Q1 2025", ["Q1 FY2025"], ["Q1 FY2025", "3M 2025-03-31"]),
        ("1Q25", ["Q1 FY2025"], ["Q1 FY2025", "3M 2025-03-31"]),
        ("2025-Q3", ["Q3 FY2025"], ["Q3 FY2025", "3M 2025-09-30"]),
        ("2025Q3", ["Q3 FY2025"], ["Q3 FY2025", "3M 2025-09-30"]),
        ("3Q FY25", ["Q3 FY2025"], ["Q3 FY2025"]),
        ("Q4'24", ["Q4 FY2024"], ["Q4 FY2024", "3M 2024-12-31"]),
        ("H1 2025", ["H1 FY2025"], ["H1 FY2025", "6M 2025-06-30"]),
        ("FY25", ["FY2025"], ["FY2025"]),
        ("FY98", ["FY1998"], ["FY1998"]),
        ("2025", ["FY2025"], ["FY2025", "12M 2025-12-31"]),
        ("Sep-25", ["2025-09-30"], ["2025-09-30"]),
        ("February 2024", ["2024-02-29"], ["2024-02-29"]),
        ("Q5 2025", [], []),
        ("FY26E", [], []),
        ("Summer 2025", [], []),
        ("9999", [], []),
        ("0000", [], []),
        ("", [], []),
    ],
)
def test_what_a_spelling_may_mean(text: str, december: list[str], march: list[str]) -> None:
    assert [list(meant_periods(text, c)) for c in (DECEMBER, MARCH)] == [december, march]


@pytest.mark.parametrize(("ends", "fixed"), [("12-31", True), ("03-31", False)])
def test_the_edit_is_sure_where_it_can_be_one_period_only(
    ends: str, fixed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.thesis").write_text(
        'rules r\ninput sales "Sales" : money per quarter\npillar p "?"\nbull b "B" on p when sales > 1bn USD\n',
        "utf-8",
    )
    facts = tmp_path / "X.yaml"
    facts.write_text(
        f"name: X (invented)\nticker: X\ncurrency: USD\nfiscal_year_ends: {ends}\nfacts:\n  sales:\n"
        '    - {period: Q1 2025, value: 8bn, published: 2025-08-01, kind: reported, source: "Invented"}\n',
        "utf-8",
    )
    asked = ("facts", "check", "X.yaml", "--rules", "r.thesis", "--as-of", "2026-03-01")
    said = call(*asked)
    assert "write `Q1 FY2025`" in said.out + said.err
    assert ("or `3M 2025-03-31` (to 2025-03-31)" in said.out + said.err) is not fixed
    call(*asked, "--fix")
    assert ("period: Q1 FY2025," in facts.read_text("utf-8")) is fixed
