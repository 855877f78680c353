"""Which line of the statements a name stands for, and what the facts give under another word for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluator.facts.roles import role_of, same_line
from tests.support.command_line import call


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("sales", "revenue"),
        ("net_sales", "revenue"),
        ("revenues", "revenue"),
        ("capital_spending", "capital expenditure"),
        ("cloud_revenue", None),
        ("price_target", None),
        ("earnings_ahead", None),
    ],
)
def test_plain_names_have_a_role(name: str, role: str | None) -> None:
    assert role_of(name) == role


def test_another_figure_is_never_taken_for_the_same_line() -> None:
    given = [
        "sales",
        "cloud_revenue",
        "revenue_cloud",
        "compute_revenue",
        "cost_of_sales",
        "deferred_revenue",
        "revenues",
    ]
    assert same_line("revenue", given) == ["sales", "revenues"]
    assert same_line("cloud_revenue", given) == ["revenue_cloud"]
    assert same_line("backlog", given) == []


def test_a_report_says_which_facts_nobody_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.thesis").write_text(
        'rules r\ninput revenue "Revenue" : money per quarter\npillar p "?"\nbull b "B" on p when revenue > 1bn USD\n',
        "utf-8",
    )
    (tmp_path / "X.yaml").write_text(
        "name: X (invented)\nticker: X\ncurrency: USD\nfiscal_year_ends: 12-31\nfacts:\n  sales:\n"
        '    - {period: FY2025, value: 8bn, published: 2026-02-01, kind: reported, source: "Invented"}\n'
        "  total_assets:\n"
        '    - {period: FY2025, value: 9bn, published: 2026-02-01, kind: reported, source: "Invented"}\n',
        "utf-8",
    )
    asked = ("report", "r.thesis", "--for", "X", "--facts", "X.yaml", "--as-of", "2026-03-01")
    assert "The facts give `sales`, which these rules do not read: is `revenue` meant?" in call(*asked).out
    (one,) = json.loads(call(*asked, "--format", "json").out)["unknowns"]
    assert (one["name"], one["not_read"]) == ("revenue", ["sales"])
    assert "The facts give <code>sales</code>" in call(*asked, "--format", "html").out
