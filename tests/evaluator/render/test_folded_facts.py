"""A report on thousands of daily prices names those it read and the newest of the others; JSON holds them all."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.render.page import render
from evaluator.render.text import LISTED
from tests.support.runs import company, fact, ran

RULES = 'rules main\ninput price "Price" : money per share per day\nkill low when drawdown(price, 10 days) > 30%\n'


def prices(count: int) -> str:
    first = dt.date(2026, 5, 14) - dt.timedelta(days=count - 1)
    days = [(first + dt.timedelta(days=n)).isoformat() for n in range(count)]
    return "  price:\n" + "".join(fact(day, f"{100 + n} CNY", day, key="date") for n, day in enumerate(days))


@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize("more", [0, 1, 400])
def test_what_nothing_read_is_listed_up_to_a_number(form: str, more: int) -> None:
    report = ran(RULES, company(prices(10 + LISTED + more))).report()
    read = [f for f in report.facts if f.status == "used"]
    unread = [f for f in report.facts if f.status == "not read"]
    assert (len(read), len(unread)) == (10, LISTED + more)
    shown = render(report, form)
    listed = [f for f in unread if f"<b>{f.value}" in shown or f"**{f.value}" in shown]
    assert all(f"<b>{f.value}" in shown or f"**{f.value}" in shown for f in read)
    assert listed == (unread if not more else unread[-LISTED // 2 :])
    left = LISTED + more - LISTED // 2
    assert (
        f"{left} more, from {unread[0].period} to {unread[left - 1].period}, are known and not listed" in shown
    ) is bool(more)
