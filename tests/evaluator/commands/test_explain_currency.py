"""Money that no rate converts is shown in its own currency, in the tree of an explanation as beside its facts."""

from __future__ import annotations

from pathlib import Path

from tests.support.command_line import call

RULES = """thesis one "One"
  for MU
input net_income "Net income" : money per quarter
metric doubled "Doubled" = net_income * 2
pillar p "P"
bull x "X" on p
  when doubled > 20m EUR
"""
FACTS = """name: Made Up
ticker: MU
currency: EUR
fiscal_year_ends: 12-31
facts:
  net_income:
    - {period: 2025-09-30, value: 12m USD, published: 2025-11-20, kind: reported, source: "made up"}
"""


def test_dollars_without_a_rate_are_no_euros(tmp_path: Path) -> None:
    (tmp_path / "one.thesis").write_text(RULES, "utf-8")
    (tmp_path / "MU.yaml").write_text(FACTS, "utf-8")
    asked = [
        str(tmp_path / "one.thesis"),
        "x",
        "--facts",
        str(tmp_path / "MU.yaml"),
        "--for",
        "MU",
        "--as-of",
        "2025-12-01",
    ]
    said = call("explain", *asked).out
    assert "doubled = 24m USD" in said
    assert "net_income = 12m USD" in said
    assert "12m EUR" not in said
