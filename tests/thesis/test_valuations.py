"""A valuation from Python, from `explain` and from `compare`: the same figures as in the report."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import thesis
from tests.support.command_line import call

RULES = """rules worth_it "Is it worth it?"
  since 2026-01-01
input cash "Cash flow" : money per year
input shares "Shares" : count per year balance above 0
input price "Share price" : money per share per day
param growth = 10%
forecast ahead "Cash to come" for 8 years starts cash then previous * (1 + growth)
valuation fair "Worth of a share" = total(ahead) / shares against price
metric mean "Over all worlds" = expected(fair)
pillar p "Is it cheap?"
bull cheap on p when mean > latest(price)
bear dear on p when upside(fair) < 0%
scenario slump "A slump" probability 40% assume growth = 0%
verdict stance "Stance"
  when cheap then "Buy"
  otherwise "Wait"
"""
FACTS = """name: A company that does not exist
ticker: {ticker}
currency: USD
fiscal_year_ends: 12-31
facts:
  cash:
    - {{period: FY2025, value: 100m, published: 2026-02-01, kind: reported, source: "Made up"}}
  shares:
    - {{period: FY2025, value: {shares}, published: 2026-02-01, kind: reported, source: "Made up"}}
  price:
    - {{period: 2026-05-13, value: 50, published: 2026-05-13, kind: reported, source: "Made up"}}
"""
WORTH = sum(100e6 * 1.1**n for n in range(1, 9)) / 10e6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "worth_it.thesis").write_text(RULES, "utf-8")
    for ticker, shares in (("AAA", "10m"), ("BBB", "40m")):
        (tmp_path / f"{ticker}.yaml").write_text(FACTS.format(ticker=ticker, shares=shares), "utf-8")
    return tmp_path


def test_from_python(folder: Path) -> None:
    run = thesis.evaluate(folder / "worth_it.thesis", folder / "AAA.yaml", as_of="2026-05-14")
    one = run.valuations["fair"]
    assert one.value.low == pytest.approx(WORTH)
    assert float(one.upside) == pytest.approx(WORTH / 50 - 1)
    assert float(one.margin_of_safety) == pytest.approx(1 - 50 / WORTH)
    assert (one.price_day, one.price_old) == (dt.date(2026, 5, 13), False)
    assert float(one.scenarios["slump"]) == pytest.approx(80)
    assert one.weighted is not None
    assert float(one.weighted) == pytest.approx(0.4 * 80 + 0.6 * WORTH)
    assert float(one.weighted) == pytest.approx(float(run["mean"].value))  # type: ignore[arg-type]
    assert "50 USD of 2026-05-13" in repr(one)


def test_in_words(folder: Path) -> None:
    rules, facts = str(folder / "worth_it.thesis"), str(folder / "AAA.yaml")
    said = call("explain", rules, "fair", "mean", "--facts", facts, "--as-of", "2026-05-14").out
    assert "against price: 50 USD" in said
    assert "upside +151.6%, margin of safety 60.3%" in said
    assert "expected(fair): A slump 80 USD (40%), today 125.8 USD (60%)" in said
    assert "from 100m USD, by year: 110m USD, 121m USD, …, 177.2m USD, 194.9m USD, 214.4m USD" in said


def test_side_by_side(folder: Path) -> None:
    found = call("compare", str(folder / "worth_it.thesis"), "--for", "AAA,BBB", "--facts", str(folder), "--as-of", "2026-05-14",
                 "--format", "csv")  # fmt: skip
    assert found.status == 0, found.err
    row = next(line for line in found.out.splitlines() if line.startswith("valuation,fair,"))
    assert row == "valuation,fair,Worth of a share: upside,,,'+151.6%,−37.1%"
