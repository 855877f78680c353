"""Traps in which a rule file looks sound: each ends in a finding or an honest unknown with its cause, never in a traceback."""

from __future__ import annotations

import datetime as dt

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from tests.support.runs import company, fact, ran

HEAD = 'thesis t "T" for AAA since 2025-02-01\ninput g "G" : percent per quarter\nkill k when g < 0%\n'


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("scenario s assume k = true\n", "T045"),
        ("kill one when two has happened\nkill two when one has happened\n", "T039"),
        ("kill one when not (one has happened)\n", "T039"),
        ("kill one when k has happened for 2 quarters\n", "T066"),
        ("kill one by 2024-12-31 when g < 5%\n", "T098"),
        ("kill one when g between 20% and 10%\n", "T058"),
        (
            "input b : percent at least 20%\nkill one when b < 30% and g < 5%\ninput c : percent between 5% and 1%\n",
            "T058",
        ),
        ("kill one when g = unknown\n", "T085"),
        ("kill one when unknown\n", "T085"),
        ("kill one when 30% > g > 40%\n", "T058"),
        ("metric m = m + 1 meaningful when m > 0\n", "T039"),
        ("metric m = g meaningful when m > 0%\nkill one when m > 5%\n", "T039"),
        ("metric y = year(2024-1-5)\nkill one when y > 5\n", "T008"),
    ],
)
def test_a_trap_in_the_rules_is_found(more: str, code: str) -> None:
    found = check_file(SourceFile("main.thesis", HEAD + more), Library(()))
    assert code in {d.code for d in found.diagnostics}


RULES = """rules main
input eps   : money per share per quarter
input price : money per share per day above 0
metric base = eps - 1 CNY meaningful when eps > 0
metric pe : multiple = latest(price) / latest(eps) meaningful when latest(base) > 0
metric fall = drawdown(price, 60 days)
pillar p "?"
bull cheap on p when pe < 15x
bull calm on p when fall < 10% and average(eps, 8 quarters) > 1 CNY
verdict v
  when cheap then "Buy" bullish
  otherwise "Wait"
"""
LATE = "  eps:\n" + fact("2026-03-31", 3, "2026-04-20")
LOSS = "  eps:\n" + fact("2026-03-31", -3, "2026-04-20") + "  price:\n" + fact("2026-05-11", "30 CNY", "2026-05-11")
THIN = "  eps:\n" + fact("2026-03-31", 0.5, "2026-04-20") + "  price:\n" + fact("2026-05-11", "30 CNY", "2026-05-11")


@pytest.mark.parametrize("as_of", [dt.date(1, 1, 1), dt.date(2026, 3, 1), dt.date(2026, 5, 14), dt.date(9999, 12, 31)])
@pytest.mark.parametrize("facts", ["  eps: []\n", LATE, LOSS, THIN], ids=["empty", "late", "loss", "thin"])
def test_what_is_not_known_or_means_nothing_never_holds(facts: str, as_of: dt.date) -> None:
    """An empty history, one fact dated after the as-of date, `meaningful when` that is unknown or means nothing itself."""
    evaluation = ran(RULES, company(facts), as_of).evaluation
    for name in ("cheap", "calm"):
        value = evaluation.of(name)
        assert value.known is False or value.value is False  # type: ignore[union-attr]
    assert evaluation.of("pe").known is False
