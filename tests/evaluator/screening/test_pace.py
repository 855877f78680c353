"""Names that are judged one by one: of many it is said before it starts, and of very many it is not begun unasked."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

import thesis
from evaluator.screening import by_rows, pace
from evaluator.session.reading import Failed
from evaluator.universe.running import Whole
from tests.support.command_line import call
from tests.support.universes import RULES, UNIVERSE, whole

SEARCHED = """\
rules slow "Slow"
input pe "P" : multiple
input staff "Staff" : count per quarter
metric spread "Spread" : count = median(staff, 20 quarters)
metric plain "Plain" : multiple = pe * 2
pillar size "Size?"
bull wide "Wide" on size when spread > 1 and pe > 1x
"""
PERIODS = "name,period,staff,pe\n" + "".join(
    f"{n},{y}-{m},{y % 7 + 2},5\n" for n in "ABC" for y in (2024, 2025) for m in ("03-31", "06-30", "09-30", "12-31")
)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that the reference evaluator was given."""
    found: list[str] = []
    honest = by_rows.Judge.evaluations

    def noted(self, company, facts, days):  # type: ignore[no-untyped-def]
        found.append(company.ticker)
        return honest(self, company, facts, days)

    monkeypatch.setattr(by_rows.Judge, "evaluations", noted)
    return found


WAYS = [
    pytest.param(UNIVERSE, RULES, {"settings": ("kind=bank",), "currency": "USD"}, "`kind` is set", 5, id="set"),
    pytest.param(
        PERIODS,
        SEARCHED,
        {"each": "quarter", "engine": None},
        "What asks for it: `spread` (the median of more than",
        3,
        id="columns cannot say it",
    ),
]


@pytest.mark.parametrize(("table", "text", "said", "why", "count"), WAYS)
def test_many_names_are_said_before_they_are_judged_and_very_many_are_refused(
    table: str, text: str, said: dict[str, object], why: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    begun: list[str],
) -> None:  # fmt: skip
    heard: list[tuple[str, int]] = []
    asked = {**said, "explained": 0, "tell": lambda line: heard.append((line, len(begun)))}

    def ran(**more: object) -> object:
        begun.clear(), heard.clear()
        there = whole(table, tmp_path, text=text, **{**asked, **more})
        assert isinstance(there, Whole), there
        return there.screened()

    ran()
    assert (heard, len(begun) >= count) == ([], True)
    monkeypatch.setattr(pace, "SAID", count - 1)
    ran()
    assert len(heard) == 1
    assert heard[0][1] == 0, "it is said before the first name"
    assert heard[0][0].startswith(f"{count} names are judged one by one, at about 200 a second: about 1 second.")
    assert why in heard[0][0]
    monkeypatch.setattr(pace, "REFUSED", count - 1)
    refused = ran()
    assert isinstance(refused, Failed)
    assert refused.wrong_use
    assert (heard, begun) == ([], [])
    assert "--engine rows" in refused.diagnostics[0].hint
    assert why in refused.diagnostics[0].message
    assert not isinstance(ran(engine="rows"), Failed)
    assert "the reference evaluator is asked for by name" in heard[0][0]


def test_what_columns_can_say_is_never_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "SAID", 0)
    monkeypatch.setattr(pace, "REFUSED", 0)
    heard: list[str] = []
    there = whole(UNIVERSE, tmp_path, currency="USD", tell=heard.append, explained=0, settings=("low_price=9x",))
    assert isinstance(there, Whole), there
    assert not isinstance(there.screened(), Failed)
    assert heard == []


def test_the_command_and_python_refuse_in_the_same_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cheap.thesis").write_text(RULES, encoding="utf-8")
    (tmp_path / "u.csv").write_text(UNIVERSE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pace, "SAID", 2)
    monkeypatch.setattr(pace, "REFUSED", 3)
    typed = ("screen", "cheap.thesis", "--universe", "u.csv", "--currency", "USD", "--set", "kind=bank")
    ran = call(*typed)
    assert (ran.status, ran.out) == (2, "")
    asked = {"currency": "USD", "settings": {"kind": "bank"}}
    with pytest.raises(thesis.ThesisError) as caught:
        thesis.screen("cheap.thesis", "u.csv", **asked)
    assert caught.value.diagnostics[0].message in ran.err
    assert "5 names are judged one by one" in ran.err
    slow = call(*typed, "--engine", "rows")
    assert slow.status == 0
    assert "5 names are judged one by one" in slow.err.split("names are in")[0]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert thesis.screen("cheap.thesis", "u.csv", engine="rows", **asked).model.names == 5
    assert [str(w.message)[:30] for w in said] == ["5 names are judged one by one,"]
    with pytest.raises(thesis.ThesisError, match="there is no engine"):
        thesis.screen("cheap.thesis", "u.csv", engine="fast", **asked)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.02, "about 1 second"), (89, "about 89 seconds"), (100, "about 2 minutes"), (1_000, "about 17 minutes"),
     (50_000, "about 14 hours"), (500_000, "about 6 days")],
)  # fmt: skip
def test_how_long_it_takes_is_said_in_the_unit_of_its_size(seconds: float, said: str) -> None:
    assert pace.duration(seconds) == said
