"""Whoever reads that two texts differ is told where they differ in capitals, spaces and marks alone: one name spelled twice."""

from __future__ import annotations

import pytest

from evaluator.render.page import render
from tests.support.runs import company, fact, ran

RULES = """
rules main
input auditor "Auditor" : text
input before "Auditor before" : text
input stage "Stage" : choice of (early, late)
metric same "Same" = auditor is before
pillar p "?"
"""


def _given(auditor: str, before: str) -> str:
    day = "2026-01-01"
    return (
        f"  auditor:\n{fact(day, repr(auditor), day, key='date')}  before:\n{fact(day, repr(before), day, key='date')}"
        f"  stage:\n{fact(day, 'early', day, key='date')}"
    )


@pytest.mark.parametrize(
    "asked",
    [
        "auditor is not before",
        "not auditor is before",
        "auditor is before",
        "not same",
        'auditor is "a firm, llp"',
        'auditor in ("a  firm llp", "Others")',
        'auditor is not before or stage is late',
    ],
)  # fmt: skip
@pytest.mark.parametrize("spelled", ["a firm LLP", "A Firm, L.L.P.", "A  FIRM LLP", "A-Firm LLP"])
def test_two_spellings_of_one_text_are_said(asked: str, spelled: str) -> None:
    report = ran(f"{RULES}bear b on p when {asked}\n", company(_given("A Firm LLP", spelled))).report()
    (alert,) = report.alerts
    assert (alert.kind, alert.names[0]) == ("spelling", "b")
    assert '"A Firm LLP" and "' in alert.text
    for form in ("md", "html"):
        assert "may rest on a spelling" in render(report, form)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "auditor", "before"),
    [
        ("auditor is not before", "A Firm LLP", "Another LLP"),
        ("auditor is before", "A Firm LLP", "A Firm LLP"),
        ("stage is late", "A Firm LLP", "a firm llp"),
        # what decides is another comparison
        ("stage is early or auditor is before", "A Firm LLP", "a firm llp"),
        ('auditor is "Others"', "A Firm LLP", "a firm llp"),
    ],
)
def test_texts_that_are_two_or_decide_nothing_are_not_said(asked: str, auditor: str, before: str) -> None:
    assert not ran(f"{RULES}bear b on p when {asked}\n", company(_given(auditor, before))).report().alerts
