"""Help in a facts file that is half typed: what may stand where, and which name a place speaks of."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evaluator.editing.facts_text import (
    HEAD,
    KEYS,
    KINDS,
    PARTS,
    coming,
    holds_facts,
    keys_called,
    name_at,
    offered,
    periods_in,
    place_at,
    ticker_of,
    with_name,
)
from evaluator.facts.model import Fact, SourceKind
from evaluator.readers import rows, yaml_facts
from evaluator.readers.build import keys

TOP = "name: Acme\nticker: ACME\n"
FACTS = TOP + "facts:\n  revenue:\n    - {period: 2026-03-31, value: 1bn, kind: reported}\n    # a comment\n  capex:\n"
WORDS = {"stage": ["early", "late"], "revenue": []}
INPUTS = [("revenue", "money per quarter: Revenue"), ("capex", "money per quarter: Capex")]


def labels(text: str) -> list[str]:
    """What is offered at the mark."""
    at = text.index("‸")
    return [word.label for word in offered(text.replace("‸", ""), at, INPUTS, ["2026-03-31", "2025-12-31"], WORDS)]


def test_the_words_are_those_of_the_model() -> None:
    """This module reads no facts, so that it is there at once; what it knows of them is held to who does."""
    assert list(KINDS) == [kind.value for kind in SourceKind]
    assert HEAD == rows.HEAD
    assert set(PARTS) == set(yaml_facts._PARTS)
    assert set(KEYS) == set(keys(Fact)) - {"name"}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("‸", ["name", "ticker"]),
        (TOP + "curr‸", ["name", "ticker"]),
        (FACTS + "  ‸", ["revenue", "capex"]),
        (FACTS + "    - {kind: ‸", ["reported", "derived", "guidance", "claim", "estimate"]),
        (FACTS + "    - {period: ‸", ["2026-06-30", "2026-03-31", "2025-12-31"]),
        (FACTS + "    - {period: 2026-03-31, ‸", ["date", "value", "published", "kind"]),
        (FACTS + "    - {value: ‸", []),
        (FACTS + "  stage:\n    - {value: ‸", ["early", "late"]),
        (FACTS + "  stage:\n    - {value: e‸, kind: reported}\n  revenue:\n", ["early", "late"]),
        (FACTS + "    # ‸", []),
        (FACTS + "    - {period: 2026-03-31, kind: re‸", ["reported"]),
    ],
)
def test_what_may_stand_where(text: str, first: list[str]) -> None:
    assert labels(text)[: len(first)] == first
    assert first or labels(text) == []


@pytest.mark.parametrize(
    ("periods", "first"), [(["2026-03-31", "2025-12-31"], "2026-06-30"), (["FY2025"], "FY2026"), ([], "")]
)
def test_a_fact_that_is_passed_over_is_an_error_and_no_figure(periods: list[str], first: str) -> None:
    """Whoever takes the form of a fact and fills in nothing has said nothing: neither a figure, nor a day, nor a source."""
    for text in (FACTS + "  ", FACTS + "    "):
        for word in offered(text, len(text), INPUTS, periods):
            taken = re.sub(r"\$\{\d:([^}]*)\}|\$\d", lambda found: found[1] or "", word.text)
            fact = yaml.safe_load(re.sub(r"^\w+:\n", "", taken))[0]
            assert {key: value for key, value in fact.items() if value} == (
                {"period": yaml.safe_load(first), "kind": "reported"} if first else {"kind": "reported"}
            )


def test_which_name_a_place_speaks_of() -> None:
    at = FACTS.index("capex") + 2
    assert name_at(FACTS, at) == ("capex", FACTS.index("capex"), FACTS.index("capex") + 5)
    assert name_at(FACTS, FACTS.index("ticker") + 1) is None
    assert name_at(FACTS, FACTS.index("kind") + 1) is None
    assert list(keys_called(FACTS, "revenue")) == [(FACTS.index("revenue"), FACTS.index("revenue") + 7)]
    assert list(keys_called("files:\n  revenue:\n    decimal: comma\n", "revenue")) == []
    assert place_at(FACTS, FACTS.index("reported")).name == "revenue"


def test_other_yaml_is_left_alone() -> None:
    assert holds_facts(FACTS)
    assert not holds_facts("on:\n  push:\njobs:\n  facts: 1\n")


_PIECES = st.lists(
    st.sampled_from(
        ["facts:\n", "  ", "a:", "\n", "- ", "{", "}", "kind: ", "#", '"', "\t", "é🐉", "period: 2026", ","]
    )
)


@given(_PIECES, st.data())
def test_nothing_that_is_typed_brings_it_down(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    at = data.draw(st.integers(0, len(text)))
    place = place_at(text, at)
    assert text[place.start : at] == place.typed
    list(offered(text, at, INPUTS))
    found = name_at(text, at)
    assert found is None or text[found[1] : found[2]] == found[0]
    periods_in(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ticker: ACME # the A share", "ACME"), ("name: x\nticker:   'BRK.B'\n", "BRK.B"), ('ticker: "700"', "700"),
        ("ticker:", ""), ("# ticker: X", ""), ("  ticker: X", ""), ("", ""),
    ],
)  # fmt: skip
def test_whom_a_facts_file_is_about(text: str, found: str) -> None:
    assert ticker_of(text) == found


@pytest.mark.parametrize(
    "text",
    [
        FACTS, FACTS + "\n# behind\n\nsplits:\n  - {date: 2025-01-01, ratio: 2}\n", FACTS.rstrip("\n"), TOP, TOP + "facts:",
        TOP + "facts:\n", TOP + "facts: # none yet\nsplits:\n", "facts:\n  revenue:\n  - {period: 2026-03-31}\n", "",
    ],
)  # fmt: skip
def test_a_name_is_added_behind_the_facts_that_there_are(text: str) -> None:
    """Nothing that was there is moved, the name stands below `facts`, and no figure is made up."""
    at, added = with_name(text, "cash")
    made = text[:at] + added + text[at:]
    before, after = yaml.safe_load(text) or {}, yaml.safe_load(made)
    assert after == {**before, "facts": {**(before.get("facts") or {}), "cash": None}}
    assert list(keys_called(made, "cash"))


@pytest.mark.parametrize(
    ("periods", "found"),
    [
        (["2026-03-31", "2025-12-31", "2025-03-31"], ["2026-06-30"]), (["2026-01-31", "2025-12-31"], ["2026-02-28"]),
        (["2025-06-30", "2024-06-30"], ["2026-06-30"]), (["2026-03-31"], []), (["2026-03-31", "2025-08-31"], []),
        (["Q4 FY2025", "Q3 FY2025", "FY2024"], ["Q1 FY2026", "FY2025"]), (["H1 FY2025"], ["H2 FY2025"]),
        (["Q2 FY2025", "2026-03-31", "2026-02-28"], ["2026-04-30", "Q3 FY2025"]), (["2026-13-31", "x", ""], []),
        (["9999-12-31", "9999-11-30"], []), ([], []),
    ],
)  # fmt: skip
def test_the_period_that_follows(periods: list[str], found: list[str]) -> None:
    assert coming(periods) == found
