"""A multiple of an enterprise value that can be below 0 is warned of; of any other amount above the line a figure below 0 means
what it says."""

from __future__ import annotations

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from tests.support.runs import company, fact, quarters, ran

HEAD = """rules main "M"
input price "Price" : money per share per day above 0
input shares "Shares" : count per quarter balance above 0
input market_cap "Market value" : money above 0
input given "Enterprise value" : money
input debt "Debt" : money per quarter balance at least 0
input cash "Cash" : money per quarter balance at least 0
input net_debt "Net debt" : money per quarter balance
input profit "Profit" : money per quarter
input sales "Sales" : money per quarter above 0
metric cap "Market cap" = latest(price) * latest(shares)
metric ev "EV" = cap + latest(debt) - latest(cash)
metric by_sales "EV / sales" : multiple = ev / ttm(sales)
metric guarded "EV / sales" : multiple = ev / ttm(sales) meaningful when ev > 0
metric debts "Net debt / sales" : multiple = (debt - cash) / sales
metric margin "Margin" : percent = profit / sales
pillar p "?"
"""


def warned(asked: str) -> list[str]:
    found = check_file(SourceFile("main.thesis", f"{HEAD}{asked}\n"), Library(()))
    assert not found.errors, [d.message for d in found.errors]
    return [d.message for d in found.diagnostics if d.code == "T086"]


@pytest.mark.parametrize(
    "asked",
    [
        "bull b on p when by_sales < 2x",
        "bear b on p when by_sales > 9x",
        "bull b on p when not by_sales > 9x",
        "bull b on p when by_sales between -9x and 2x",
        "bull b on p when ev / ttm(sales) < 2x",
        "bull b on p when (market_cap - cash) / sales < 2x",
        "bull b on p when given / ttm(sales) < 2x",
        "bull b on p when by_sales * 2 < 2x",
        "bull b on p when (market_cap + net_debt) / sales < 2x",
        "bull b on p when sum(market_cap, net_debt) / latest(sales) < 2x",
        'verdict v "V" when by_sales < 2x then "Buy" bullish otherwise "Hold"',
    ],
)
def test_a_low_multiple_of_an_enterprise_value_is_warned_of(asked: str) -> None:
    (message,) = warned(asked)
    assert "below 0" in message


@pytest.mark.parametrize(
    "asked",
    [
        "bull b on p when guarded < 2x",
        "bull b on p when by_sales > 2x",
        "bull b on p applies when ev > 0 when by_sales < 2x",
        "bull b on p when ev > 0 and by_sales < 2x",
        "bull b on p when debts < 2x",
        "bull b on p when net_debt / sales < 2x",
        "bull b on p when (market_cap + debt) / sales < 2x",
        "bull b on p when debts < -1x",
        "bear b on p when margin < 5%",
        "bull b on p when cap / ttm(sales) < 2x",
        "bull b on p when market_cap / ttm(sales) < 2x",
    ],
)
def test_what_means_what_it_says_is_not(asked: str) -> None:
    assert not warned(asked)


def test_the_edit_takes_the_warning_away() -> None:
    text = f"{HEAD}bull b on p when by_sales < 2x\n"
    found = check_file(SourceFile("main.thesis", text), Library(()))
    (warning,) = [d for d in found.diagnostics if d.code == "T086"]
    (edit,) = warning.fixes[0].edits
    mended = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert "meaningful when ev > 0" in mended
    assert not [d for d in check_file(SourceFile("main.thesis", mended), Library(())).diagnostics if d.code == "T086"]


@pytest.mark.parametrize(("held", "said"), [("50m", ["worth below zero"]), ("1m", [])])
def test_a_report_says_where_one_decided(held: str, said: list[str]) -> None:
    about = company(
        f"  price:\n{fact('2026-04-30', '1', '2026-04-30')}" + quarters("shares", ["10m"]) + quarters("debt", ["5m"])
        + quarters("cash", [held]) + quarters("sales", ["10m"] * 4),
        currency="USD", ends="12-31",
    )  # fmt: skip
    report = ran(f"{HEAD}bull b on p when by_sales < 5x\n", about).report()
    assert [alert.kind for alert in report.alerts] == said
