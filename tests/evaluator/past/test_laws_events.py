"""Events are judged once: no later fact changes what was judged, and nothing that is only expected judges."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from evaluator.engine.evaluation import Evaluation, Status
from evaluator.facts.model import Fact, SourceKind
from evaluator.report.events import catalyst_result, kill_result
from tests.support.runs import TAIL, ran
from tests.support.stories import FIRST, NAMES, PLACE, about, days, stories, truths

FINAL = {Status.HAPPENED.value, Status.NOT_HAPPENED.value, Status.MET.value, Status.MISSED.value}
DAYS = (*(dt.date(2025, month, 20) for month in (2, 5, 7, 8, 11)), *(dt.date(2026, month, 20) for month in (2, 5, 7, 8, 11)),
        dt.date(2027, 2, 28))  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A few kills and catalysts over the names of stories, some of which ask what became of others."""
    since = draw(st.sampled_from([None, dt.date(2025, 5, 1), dt.date(2025, 10, 1)]))
    lines = [f"rules main{f' since {since}' if since else ''}\n{NAMES}"]
    said: tuple[str, ...] = ()
    for n in range(draw(st.integers(1, 2))):
        by = draw(st.one_of(st.none(), days(since or dt.date(2025, 4, 1), dt.date(2026, 12, 31))))
        lines.append(f'kill k{n} "K" {f"by {by}" if by else ""} when {draw(_condition(said))}')
        said += (f"k{n} has happened", f"k{n} has not happened")
    for n in range(draw(st.integers(1, 2))):
        on = draw(days(dt.date(2025, 4, 1), dt.date(2026, 12, 31)))
        grace = draw(st.sampled_from(["", " within 60 days", " within 1 quarter"]))
        lines.append(f'catalyst c{n} "C" on {on}{grace} expects {draw(_condition(said))}')
        said += (f"c{n} is met", f"c{n} is missed")
    return "\n".join(lines) + TAIL


def _condition(said: tuple[str, ...]) -> st.SearchStrategy[str]:
    plain = truths(leaves=2)
    return st.one_of(plain, plain, st.sampled_from(said)) if said else plain


def judged(evaluation: Evaluation) -> dict[str, tuple[object, ...]]:
    """What a report says of each event, but for how it stands today and when today is."""
    found: dict[str, tuple[object, ...]] = {}
    for kill in evaluation.program.kills.values():
        k = kill_result(evaluation, kill)
        found[k.name] = (k.status, k.day, [(c.figure, c.value.text, c.holds) for c in k.then])
    for catalyst in evaluation.program.catalysts.values():
        c = catalyst_result(evaluation, catalyst)
        found[c.name] = (c.status, c.judged, [(x.figure, x.value.text, x.holds) for x in c.then])
    return found


def once_judged_for_ever(text: str, story: list[Fact]) -> None:
    before: dict[str, tuple[object, ...]] = {}
    for day in DAYS:
        now = judged(ran(text, about(story), day).evaluation)
        for name, was in before.items():
            assert now[name] == was, f"{name} on {day}"
        before |= {name: found for name, found in now.items() if found[0] in FINAL}


@settings(max_examples=20)
@given(rules(), stories())
def test_once_judged_no_later_fact_changes_state_or_day_or_figures(text: str, story: list[Fact]) -> None:
    note(text)
    once_judged_for_ever(text, story)


@pytest.mark.soak
@settings(max_examples=1500)
@given(rules(), stories(40))
def test_once_judged_for_ever_soak(text: str, story: list[Fact]) -> None:
    note(text)
    once_judged_for_ever(text, story)


def expectations_judge_nothing(text: str, story: list[Fact], expected: list[Fact]) -> None:
    note(text)
    for day in DAYS[2::3]:
        assert judged(ran(text, about([*story, *expected]), day).evaluation) == judged(
            ran(text, about(story), day).evaluation
        )


@settings(max_examples=20)
@given(rules(), stories(16), stories(8, expected=True))
def test_what_is_only_expected_judges_nothing(text: str, story: list[Fact], expected: list[Fact]) -> None:
    expectations_judge_nothing(text, story, expected)


@pytest.mark.soak
@settings(max_examples=1500)
@given(rules(), stories(), stories(12, expected=True))
def test_what_is_only_expected_judges_nothing_soak(text: str, story: list[Fact], expected: list[Fact]) -> None:
    expectations_judge_nothing(text, story, expected)


@settings(max_examples=40)
@given(rules(), stories())
def test_an_event_is_judged_in_its_window(text: str, story: list[Fact]) -> None:
    """Never before the thesis began, never after today; a catalyst not before its day."""
    day = DAYS[-1]
    evaluation = ran(text, about(story), day).evaluation
    since = evaluation.program.since or FIRST
    for name, event in evaluation.events.items():
        if event.day is None:
            continue
        catalyst = evaluation.program.catalysts.get(name)
        assert (catalyst.day if catalyst else min(since, event.day)) <= event.day <= day
        assert (
            catalyst is not None
            or event.status is Status.ALREADY
            or event.day > since
            or evaluation.program.since is None
        )


def test_what_asks_for_an_event_of_a_later_day_is_judged_the_same_before_and_after_that_day() -> None:
    text = (
        "rules main\ninput growth : percent per quarter\nkill k when growth < 10%\n"
        "catalyst later on 2025-05-21 expects k has happened\ncatalyst early on 2025-04-01 expects later is met" + TAIL
    )
    known = Fact(
        name="growth", period="2025-03-31", value="0%", published=dt.date(2025, 3, 31), kind=SourceKind.REPORTED,
        source="S", place=PLACE, value_place=PLACE,
    )  # fmt: skip
    once_judged_for_ever(text, [known])
    now = judged(ran(text, about([known]), DAYS[-1]).evaluation)
    assert now["early"][:2] == ("missed", dt.date(2025, 4, 1))
